/**
 * Field in which the proxy in front proves that a request came through it (ORIGIN_SECRET). The name that AWS uses in its
 * own examples for CloudFront.
 */
export const originSecretField = 'x-origin-verify';
