/** How log-in cookies are made (BASIC_LOGIN). */
export interface BasicLogIn {
  readonly secret: string;
  readonly lifetimeMs: number;
}

/**
 * Checks BASIC_LOGIN_SECRET. It must be long: whoever has a cookie can try texts as fast as their machine can.
 *
 * @throws {Error} for a text that is too short, or that has other characters
 */
export function encryptionSecret(text: string): string {
  if (/^[\w.~+/=-]{32,}$/.test(text)) return text;
  throw new Error('must be 32 characters or more, of letters, digits and _ . ~ + / = -');
}

/**
 * Converts BASIC_LOGIN_HOURS to milliseconds.
 *
 * @throws {Error} for another text than a whole number from 1 to 720
 */
export function lifetimeMs(hours: string): number {
  const number = /^[1-9]\d{0,2}$/.test(hours) ? Number(hours) : Number.NaN;
  if (number <= 720) return number * 3_600_000;
  throw new Error('must be a whole number of hours, 1 to 720');
}
