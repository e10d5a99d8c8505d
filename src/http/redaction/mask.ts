/**
 * What is shown instead of a secret.
 *
 * @example mask('s3cret') // '[redacted 6 chars]'
 */
export const mask = (value: string): string => `[redacted ${value.length} chars]`;

/** True for text that begins as {@link mask} does, so that a second pass leaves it as it is. */
export const isMasked = (text: string): boolean => text.startsWith('[redacted');
