/** Text of the maintenance page where the operator has none; the page translates it. */
export const defaultMaintenance = 'This site is closed for maintenance.';

const off = /^(?:off|false|no|n|0)$/i;
const on = /^(?:on|true|yes|y|1)$/i;

/**
 * Reads MAINTENANCE. Words for a switch are no text: a site must not close because somebody wrote `off`.
 *
 * @param value a text, or a word for on or off
 * @returns the text of the page, or undefined when the site is open
 * @example maintenanceText('Back at six') // 'Back at six'
 */
export function maintenanceText(value: string): string | undefined {
  if (off.test(value)) return undefined;
  return on.test(value) ? defaultMaintenance : value;
}
