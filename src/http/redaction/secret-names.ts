/** Fields whose values are credentials, whatever their spelling says. */
const secretFields = new Set([
  'authentication-info',
  'proxy-authentication-info',
  'proxy-authenticate',
  'dpop',
  'x-amzn-oidc-data',
  'x-forwarded-client-cert',
  'x-shopify-hmac-sha256',
  'sec-websocket-key',
  'x-origin-verify',
]);

/** Serial number, issuer and validity identify the client as the certificate itself does. */
const clientCertificate = 'x-amzn-mtls-clientcert';

const secretParameters = new Set(['sig', 'code', 'state', 'key', 'ticket', 'trace_connection', 'dump_request']);

const words = [
  'token|(?:access|auth|refresh|id|csrf|xsrf)token',
  'secret|password|passwd|pwd|passphrase|credential|assertion|signature',
  'session|j?sessionid|phpsessid|sid|jwt|auth|authorization',
  'api[-_]?key|private[-_]?key',
];

const secretWord = new RegExp(`(?:^|[^a-z\\d])(?:${words.join('|')})(?:[^a-z\\d]|$)`);

/**
 * True for a header field whose value is a credential.
 *
 * @param name in lower case
 */
export function isSecretField(name: string): boolean {
  const canonical = name.replaceAll('_', '-');
  return secretFields.has(canonical) || canonical.startsWith(clientCertificate) || secretWord.test(canonical);
}

/**
 * True for a parameter of a query, a fragment or a path whose value is a credential.
 *
 * @param name decoded, in any case and style
 * @example isSecretParameter('user[accessToken]') // true
 */
export function isSecretParameter(name: string): boolean {
  const apart = name.replace(/([a-z\d])([A-Z])/g, '$1-$2').toLowerCase();
  return secretParameters.has(name.toLowerCase()) || secretWord.test(apart) || secretWord.test(name.toLowerCase());
}
