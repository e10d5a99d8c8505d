/** The backend could not be woken. Nothing in it is secret, nor is it for the client. */
export class WakeError extends Error {
  override readonly name = 'WakeError';
  /** What to set or change. */
  readonly remedy: string;

  constructor(message: string, remedy: string, cause?: unknown) {
    super(message, { cause });
    this.remedy = remedy;
  }
}
