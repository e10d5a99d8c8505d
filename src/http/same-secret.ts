import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Field in which the proxy in front proves that a request came through it (ORIGIN_SECRET). The name that AWS uses in its
 * own examples for CloudFront.
 */
export const originSecretField = 'x-origin-verify';

const digest = (text: string) => createHash('sha256').update(text).digest();

/**
 * Compares what a client sent with a secret. By digests, so that neither the time taken nor an early length check tells
 * anything of the secret.
 *
 * @param value as the client sent it
 * @param secret what it must be
 */
export const isSameSecret = (value: string, secret: string): boolean => timingSafeEqual(digest(value), digest(secret));
