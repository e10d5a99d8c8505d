/**
 * A deployment's name in Via and CDN-Loop: the same for every request of one function, different for the next function
 * in a chain, and telling nothing of account or region (RFC 9110 §7.6.3 allows a pseudonym).
 *
 * @param functionArn ARN of the invoked function
 * @example pseudonym('arn:aws:lambda:eu-west-1:123456789012:function:rproxy') // 'lambda-rproxy-…' and 8 hex digits
 */
export function pseudonym(functionArn: string): string {
  // Stryker disable next-line ConditionalExpression: making it anew only costs time
  if (functionArn !== last.functionArn) last = { functionArn, name: nameOf(functionArn) };
  return last.name;
}

/** A function has one ARN, or one for each of its aliases. */
// Stryker disable next-line ObjectLiteral,StringLiteral: no function has such an ARN
let last = { functionArn: '', name: '' };

function nameOf(functionArn: string): string {
  // FNV-1a: names need to differ, not to keep a secret, and a cryptographic hash would cost a module at cold start.
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(functionArn)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return `lambda-rproxy-${hash.toString(16).padStart(8, '0')}`;
}
