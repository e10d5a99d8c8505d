import { isIP } from 'node:net';
import { type FailureCode, failureOf, ProxyError } from './failures.ts';

const byErrorCode: Readonly<Record<string, FailureCode>> = {
  ENOTFOUND: 'dns_not_found',
  ENODATA: 'dns_not_found',
  EAI_AGAIN: 'dns_timeout',
  ECONNREFUSED: 'connection_refused',
  EHOSTUNREACH: 'destination_unroutable',
  ENETUNREACH: 'destination_unroutable',
  EHOSTDOWN: 'destination_unroutable',
  ENETDOWN: 'destination_unroutable',
  EADDRNOTAVAIL: 'destination_unroutable',
  EAFNOSUPPORT: 'destination_unroutable',
  EACCES: 'destination_unroutable',
  EPERM: 'destination_unroutable',
  EINVAL: 'destination_unroutable',
  ETIMEDOUT: 'connection_timeout',
  ERR_SOCKET_CONNECTION_TIMEOUT: 'connection_timeout',
  ECONNRESET: 'connection_terminated',
  ECONNABORTED: 'connection_terminated',
  EPIPE: 'connection_terminated',
  ERR_STREAM_PREMATURE_CLOSE: 'response_incomplete',
  ERR_HTTP_CONTENT_LENGTH_MISMATCH: 'response_incomplete',
  HPE_HEADER_OVERFLOW: 'response_headers_too_large',
  EPROTO: 'tls_protocol',
};

/** Codes of a certificate that was verified and refused: OpenSSL's verify results, Node's name check, our pin. */
const certificateCode =
  /^(?!ERR_SSL_).*(?:CERT|ISSUER|LEAF_SIGNATURE|CRL|INVALID_CA|PATH_LENGTH_EXCEEDED|INVALID_PURPOSE|HOSTNAME_MISMATCH|UNSPECIFIED)/;

/** Why a certificate was refused, for the codes that operators meet. */
const certificateProblems: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its chain ends in a self-signed certificate that is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its authority is unknown, or the backend does not send the whole chain',
  UNABLE_TO_GET_ISSUER_CERT: 'its authority is unknown, or the backend does not send the whole chain',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its authority is unknown, or the backend does not send the whole chain',
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  CERT_REVOKED: 'it was revoked',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another name',
  HOSTNAME_MISMATCH: 'it is for another name',
  UNSPECIFIED: 'its key or its signature is too weak',
  CERT_PIN_MISMATCH: 'it is not the one whose fingerprint REMOTE_TLS names',
};

/** What to do about a certificate, where trusting its authority does not help. */
const certificateRemedies: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'renew the certificate',
  CERT_NOT_YET_VALID: 'check the clock of the machine that issued the certificate, or issue it again',
  CERT_REVOKED: 'issue another certificate',
  ERR_TLS_CERT_ALTNAME_INVALID: 'name in REMOTE_URL what the certificate names, and the address in REMOTE_ADDRESS',
  HOSTNAME_MISMATCH: 'name in REMOTE_URL what the certificate names, and the address in REMOTE_ADDRESS',
  UNSPECIFIED: 'issue a certificate with a key of 2048 bits or more and SHA-256',
};

/** Node accepts what old servers offer only when it is started so; on Lambda, NODE_OPTIONS is an environment variable. */
const oldTls = 'set the environment variable NODE_OPTIONS="--tls-min-v1.0 --tls-cipher-list=DEFAULT@SECLEVEL=0"';
const clientCertificate = 'set REMOTE_CERT and REMOTE_KEY to a client certificate that the backend accepts';

/** What to do about a failed handshake, by the words of OpenSSL, which are the same under several codes of Node. */
const tlsRemedies: readonly (readonly [words: RegExp, reason: string, remedy: string])[] = [
  [
    /alert protocol version|unsupported protocol|UNSUPPORTED_PROTOCOL|alert number 70\b/i,
    'the backend offers only TLS 1.0 or 1.1',
    `enable TLS 1.2 at the backend, or ${oldTls}`,
  ],
  [
    /dh key too small|ee key too small|ca key too small|DH_KEY_TOO_SMALL|key size too small/i,
    "the backend's key is too small",
    `use a key of 2048 bits or more at the backend, or ${oldTls}`,
  ],
  [
    /md too weak|legacy sigalg|wrong signature type|no shared signature|unsafe legacy renegotiation/i,
    'the backend offers only algorithms that are no longer secure',
    `update the backend, or ${oldTls}`,
  ],
  [
    /wrong version number|http request|packet length too long|unknown protocol/i,
    'the port does not speak TLS',
    'write http:// in REMOTE_URL if the port speaks HTTP',
  ],
  [/alert certificate required|alert number 116\b/i, 'the backend requires a client certificate', clientCertificate],
  [
    /alert (?:bad certificate|unsupported certificate|certificate revoked|certificate expired|certificate unknown|unknown ca)|alert number 4[2-68]\b/i,
    'the backend does not accept the client certificate',
    clientCertificate,
  ],
  [
    /alert unrecognized name|alert number 112\b/i,
    'the backend serves no site of that name',
    'name the site in REMOTE_URL, and in REMOTE_ADDRESS the address to connect to',
  ],
  [
    /alert no application protocol|alert number 120\b/i,
    'the backend does not speak HTTP/1.1 with TLS',
    'enable HTTP/1.1 at the backend: its TLS offers other protocols alone (ALPN)',
  ],
  [
    /alert handshake failure|alert insufficient security|alert number (?:40|71)\b|no ciphers available/i,
    'the backend has no TLS parameters in common with the proxy, requires a client certificate, or serves another name',
    `for an old backend, ${oldTls}; for a client certificate, set REMOTE_CERT and REMOTE_KEY; for a site that has a ` +
      'name, put the name in REMOTE_URL and the address in REMOTE_ADDRESS',
  ],
];

/** The words for a failed handshake, when its cause is known. */
function tlsProblem(code: FailureCode, error: ForeignError) {
  if (code !== 'tls_alert' && code !== 'tls_protocol') return undefined;
  const text = chainOf(error)
    .map(({ message, code: errorCode }) => `${message} ${errorCode}`)
    .join(' ');
  const [, reason, remedy] = tlsRemedies.find(([words]) => words.test(text)) ?? [];
  return reason === undefined ? undefined : { reason, remedy };
}

/** OpenSSL's message has this whenever the other side refused the handshake, under whatever code Node reports it. */
const tlsAlert = /\bSSL alert number \d+/;

/** The parts of Node's errors that the mapping reads. */
interface ForeignError {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  /** Of an attempt at several addresses: the error of each. */
  readonly errors?: unknown;
  readonly syscall?: unknown;
  readonly hostname?: unknown;
  readonly address?: unknown;
  readonly port?: unknown;
  /** SHA-256 of the certificate that the backend presented. */
  readonly fingerprint256?: unknown;
  /** Of wrong settings, and of a secret that cannot be read. */
  readonly remedy?: unknown;
}

const isObject = (value: unknown): value is ForeignError => typeof value === 'object' && value !== null;

/** An error and what caused it, outermost first. Libraries wrap errors, and the details are in the innermost. */
function chainOf(error: ForeignError): ForeignError[] {
  const chain: ForeignError[] = [];
  for (let each: unknown = error; isObject(each) && chain.length < 5; each = each.cause) chain.push(each);
  return chain;
}

/** Errors of the configuration, whose words are the proxy's own. By name: a secret's class is loaded with a secret alone. */
const configurationErrors: ReadonlySet<unknown> = new Set(['ConfigurationError', 'SecretError']);

const codeIn = ({ code }: ForeignError) => (typeof code === 'string' ? code : '');

/** True for an error of a connection that was open, such as a route that was lost: the request may have arrived. */
const isOfOpenConnection = (error: ForeignError) =>
  chainOf(error).some(({ syscall }) => syscall === 'read' || syscall === 'write');

function failureCodeOf(error: ForeignError): FailureCode {
  const code = codeIn(error);
  if (typeof error.message === 'string' && tlsAlert.test(error.message)) return 'tls_alert';
  const known = byErrorCode[code];
  if (known !== undefined) {
    return !failureOf(known).mayHaveArrived && isOfOpenConnection(error) ? 'connection_terminated' : known;
  }
  if (code.startsWith('HPE_')) return 'response_malformed';
  if (code.startsWith('EAI_')) return 'dns_not_found';
  if (certificateCode.test(code)) return 'tls_certificate';
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')) return 'tls_protocol';
  return 'internal_error';
}

/** The address that an attempt to connect was made to. */
function addressOf({ address, port }: ForeignError): string[] {
  if (typeof address !== 'string') return [];
  const host = isIP(address) === 6 ? `[${address}]` : address;
  return [typeof port === 'number' ? `${host}:${port}` : host];
}

/** Facts that Node knows: names, addresses, the code. */
function factsOf(error: ForeignError): string[] {
  const chain = chainOf(error);
  const names = chain.flatMap(({ hostname }) => (typeof hostname === 'string' ? [hostname] : []));
  const attempts = chain.flatMap(({ errors }) => errors).filter(isObject);
  const addresses = [...chain, ...attempts].flatMap(addressOf);
  const alert = typeof error.message === 'string' ? (tlsAlert.exec(error.message)?.[0] ?? '') : '';
  return [...names, ...addresses, alert, codeIn(error)].filter((fact) => fact !== '');
}

/** What happened, in the proxy's own words. Only a bug is told in the words of whatever threw. */
function reasonOf(code: FailureCode, error: ForeignError): string {
  const { isBug, reason: general } = failureOf(code);
  const reason = tlsProblem(code, error)?.reason ?? general;
  if (isBug) return typeof error.message === 'string' ? error.message : 'no message';
  const problem = certificateProblems[codeIn(error)];
  const facts = factsOf(error).join(', ');
  return `${reason}${problem === undefined ? '' : `: ${problem}`}${facts === '' ? '' : ` (${facts})`}`;
}

/** Codes of Node's parser for mistakes that LENIENT_BACKEND may accept, in a response that begins as HTTP. */
const mayBeAccepted = /^HPE_(?!INVALID_CONSTANT|INVALID_VERSION)/;

/** The setting that accepts what was refused, in front of other remedies. */
function remedyOf(code: FailureCode, error: ForeignError): string | undefined {
  const remedy = tlsProblem(code, error)?.remedy ?? failureOf(code).remedy;
  if (code === 'response_malformed' && mayBeAccepted.test(codeIn(error))) {
    return `set LENIENT_BACKEND=on, which accepts mistakes that curl, nginx and Go accept, or ${remedy}`;
  }
  if (code !== 'tls_certificate') return remedy;
  const fingerprint = chainOf(error).find(({ fingerprint256 }) => typeof fingerprint256 === 'string')?.fingerprint256;
  const pin = fingerprint === undefined ? undefined : `REMOTE_TLS=sha256:${fingerprint} accepts this certificate alone`;
  const own = certificateRemedies[codeIn(error)];
  if (own !== undefined) return [own, pin].filter((part) => part !== undefined).join('; until then ');
  return pin === undefined ? remedy : `${pin}, ${remedy}`;
}

/**
 * Maps anything thrown to a failure that the client can be told of.
 *
 * @param thrown whatever reached a catch: a ProxyError, an error of Node, a bug, or not an Error at all
 */
export function toProxyError(thrown: unknown): ProxyError {
  if (thrown instanceof ProxyError) return thrown;
  // A stream may wrap the error that it is destroyed with.
  if (thrown instanceof Error && thrown.cause instanceof ProxyError) return thrown.cause;
  const error: ForeignError = isObject(thrown) ? thrown : { message: String(thrown) };
  if (configurationErrors.has(error.name)) {
    const { message, remedy, cause } = error as { message: string; remedy?: string; cause?: unknown };
    return new ProxyError('configuration_error', { reason: message, remedy, cause });
  }
  const code = failureCodeOf(error);
  return new ProxyError(code, { reason: reasonOf(code, error), remedy: remedyOf(code, error), cause: thrown });
}
