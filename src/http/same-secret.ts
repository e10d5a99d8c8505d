import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text: string) => createHash('sha256').update(text).digest();

/**
 * Compares what a client sent with a secret. By digests, so that neither the time taken nor an early length check tells
 * anything of the secret.
 *
 * @param value as the client sent it
 * @param secret what it must be
 */
export const isSameSecret = (value: string, secret: string): boolean => timingSafeEqual(digest(value), digest(secret));
