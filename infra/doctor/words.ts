/** What makes Node.js accept old TLS. On Lambda it is an environment variable of the function. */
export const oldTlsRemedy =
  'set the environment variable NODE_OPTIONS="--tls-min-v1.0 --tls-cipher-list=DEFAULT@SECLEVEL=0" of the function';

/** What a backend with mutual TLS needs. */
export const clientCertificateRemedy =
  'set RemoteCert="$(cat client.pem)" and RemoteKey="$(cat client.key)" to a certificate that the backend accepts, and its key';

/** What stands for the name of a site that the doctor cannot know. */
export const unknownName = 'www.example.org';

/** Host that stands for the public one while it is unknown. */
export const placeholderHost = 'doctor.invalid';

/**
 * Returns the alert in an error of OpenSSL, without places in its sources.
 *
 * @example alertOf('…:tlsv13 alert certificate required:../deps/…:SSL alert number 116') // 'tlsv13 alert certificate required'
 */
export const alertOf = (message: string): string =>
  /\b(?:ssl|tls)v?[\d.]* alert [\w ]+/i.exec(message)?.[0] ?? message.trim();
