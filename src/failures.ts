/** Whose side a failure is on, as an operator asks first. */
export type Fault = 'client' | 'proxy' | 'backend';

interface Failure {
  readonly status: number;
  /** `error` parameter of the Proxy-Status field (RFC 9209 §2.3). */
  readonly proxyError: string;
  readonly fault: Fault;
  /** Whether the same request may succeed later without anybody changing anything. */
  readonly retryable: boolean;
  readonly title: string;
  /** What the person in front of the page can do. Names neither the backend nor the exception. */
  readonly advice: string;
}

const tryLater = 'Please try again in a few moments. If it keeps happening, tell the people who run this site.';
const tellOperator = 'Nothing is wrong with your request. Please tell the people who run this site.';
const checkRequest = 'Check the address and try again from the start page.';

/**
 * Every failure that the proxy answers itself: the stable code, what the client gets, and whose fault it is.
 * The codes appear on pages, in logs and in alarms: a code, once released, keeps its meaning.
 */
export const failures = {
  bad_request: {
    status: 400,
    proxyError: 'http_request_error',
    fault: 'client',
    retryable: false,
    title: 'The request cannot be understood',
    advice: checkRequest,
  },
  request_incomplete: {
    status: 400,
    proxyError: 'http_request_error',
    fault: 'client',
    retryable: false,
    title: 'The request broke off',
    advice: 'It did not arrive whole. Please send it again.',
  },
  event_unrecognised: {
    status: 400,
    proxyError: 'http_request_error',
    fault: 'client',
    retryable: false,
    title: 'The event is not an HTTP request',
    advice: 'Send an event of a Lambda Function URL, of API Gateway or of an Application Load Balancer.',
  },
  path_filtered: {
    status: 403,
    proxyError: 'http_request_denied',
    fault: 'client',
    retryable: false,
    title: 'This address is not available',
    advice:
      'The people who run this site have closed this part of it. Other parts may be open: begin at the start page.',
  },
  client_not_allowed: {
    status: 403,
    proxyError: 'http_request_denied',
    fault: 'client',
    retryable: false,
    title: 'This site is not open to your network',
    advice: 'Open it from a network that may see it, or ask the people who run this site.',
  },
  front_bypassed: {
    status: 403,
    proxyError: 'http_request_denied',
    fault: 'client',
    retryable: false,
    title: 'This is not the public address of the site',
    advice: 'Open the site at the address that the people who run it have given you.',
  },
  method_not_allowed: {
    status: 405,
    proxyError: 'http_request_error',
    fault: 'client',
    retryable: false,
    title: 'This method is not allowed',
    advice: 'TRACE and CONNECT are not passed on. Any other method is.',
  },
  request_timeout: {
    status: 408,
    proxyError: 'http_request_error',
    fault: 'client',
    retryable: false,
    title: 'The request did not arrive in time',
    advice: 'Please check your connection and send it again.',
  },
  response_too_large: {
    status: 413,
    proxyError: 'http_response_body_size',
    fault: 'backend',
    retryable: false,
    title: 'Payload Too Large',
    advice: 'The answer is larger than this address can carry. Ask for a part of it, or for a smaller page.',
  },
  internal_error: {
    status: 500,
    proxyError: 'proxy_internal_error',
    fault: 'proxy',
    retryable: true,
    title: 'The proxy itself failed',
    advice: tryLater,
  },
  configuration_error: {
    status: 500,
    proxyError: 'proxy_configuration_error',
    fault: 'proxy',
    retryable: false,
    title: 'The proxy is not set up correctly',
    advice: tellOperator,
  },
  dns_not_found: {
    status: 502,
    proxyError: 'dns_error',
    fault: 'backend',
    retryable: true,
    title: 'The site behind this address cannot be found',
    advice: tryLater,
  },
  connection_refused: {
    status: 502,
    proxyError: 'connection_refused',
    fault: 'backend',
    retryable: true,
    title: 'The site behind this address is not running',
    advice: tryLater,
  },
  destination_unroutable: {
    status: 502,
    proxyError: 'destination_ip_unroutable',
    fault: 'backend',
    retryable: true,
    title: 'The site behind this address cannot be reached',
    advice: tryLater,
  },
  tls_certificate: {
    status: 502,
    proxyError: 'tls_certificate_error',
    fault: 'backend',
    retryable: false,
    title: 'The certificate of the site behind this address is not accepted',
    advice: tellOperator,
  },
  tls_protocol: {
    status: 502,
    proxyError: 'tls_protocol_error',
    fault: 'backend',
    retryable: false,
    title: 'No secure connection to the site behind this address',
    advice: tellOperator,
  },
  tls_alert: {
    status: 502,
    proxyError: 'tls_alert_received',
    fault: 'backend',
    retryable: false,
    title: 'The site behind this address refused the secure connection',
    advice: tellOperator,
  },
  connection_terminated: {
    status: 502,
    proxyError: 'connection_terminated',
    fault: 'backend',
    retryable: true,
    title: 'The site behind this address closed the connection',
    advice: tryLater,
  },
  response_incomplete: {
    status: 502,
    proxyError: 'http_response_incomplete',
    fault: 'backend',
    retryable: true,
    title: 'The answer broke off',
    advice: tryLater,
  },
  response_malformed: {
    status: 502,
    proxyError: 'http_protocol_error',
    fault: 'backend',
    retryable: false,
    title: 'The answer is not valid HTTP',
    advice: tellOperator,
  },
  response_headers_too_large: {
    status: 502,
    proxyError: 'http_response_header_section_size',
    fault: 'backend',
    retryable: false,
    title: 'The answer has too large a header section',
    advice: tellOperator,
  },
  response_transfer_coding: {
    status: 502,
    proxyError: 'http_response_transfer_coding',
    fault: 'backend',
    retryable: false,
    title: 'The answer uses a transfer coding that is not supported',
    advice: tellOperator,
  },
  upgrade_refused: {
    status: 502,
    proxyError: 'http_upgrade_failed',
    fault: 'backend',
    retryable: false,
    title: 'The site behind this address wanted to change the protocol',
    advice: tellOperator,
  },
  dns_timeout: {
    status: 504,
    proxyError: 'dns_timeout',
    fault: 'backend',
    retryable: true,
    title: 'Looking up the site behind this address took too long',
    advice: tryLater,
  },
  connection_timeout: {
    status: 504,
    proxyError: 'connection_timeout',
    fault: 'backend',
    retryable: true,
    title: 'Connecting to the site behind this address took too long',
    advice: tryLater,
  },
  tls_timeout: {
    status: 504,
    proxyError: 'connection_timeout',
    fault: 'backend',
    retryable: true,
    title: 'Securing the connection to the site behind this address took too long',
    advice: tryLater,
  },
  response_timeout: {
    status: 504,
    proxyError: 'http_response_timeout',
    fault: 'backend',
    retryable: true,
    title: 'The site behind this address took too long to answer',
    advice: tryLater,
  },
  response_stalled: {
    status: 504,
    proxyError: 'connection_read_timeout',
    fault: 'backend',
    retryable: true,
    title: 'The answer did not arrive in time',
    advice: tryLater,
  },
  loop_detected: {
    status: 508,
    proxyError: 'proxy_loop_detected',
    fault: 'proxy',
    retryable: false,
    title: 'The proxy leads back to itself',
    advice: tellOperator,
  },
} as const satisfies Record<string, Failure>;

/** Stable name of a failure: on pages, in logs, in alarms. */
export type FailureCode = keyof typeof failures;

/** Looks a failure up with its full type, so that callers do not depend on one row's literals. */
export const failureOf = (code: FailureCode): Failure => failures[code];

interface ProxyErrorOptions {
  /** For the log only: what exactly happened, in a sentence. */
  readonly reason: string;
  /** For the log only: what to set or change, when that is known. */
  readonly remedy?: string | undefined;
  readonly cause?: unknown;
}

/**
 * A failure that the proxy answers itself. `message` is safe to show to anybody; `reason`, `remedy` and `cause` are
 * for the log. `statusCode`, `expose` and `headers` are what @middy/http-error-handler reads.
 *
 * @example throw new ProxyError('bad_request', { reason: 'header "x-a" contains a line break' });
 */
export class ProxyError extends Error {
  override readonly name = 'ProxyError';
  readonly code: FailureCode;
  readonly statusCode: number;
  readonly expose = true;
  readonly reason: string;
  readonly remedy: string | undefined;
  /** Header fields of the answer. */
  readonly headers: Record<string, string>;

  constructor(code: FailureCode, options: ProxyErrorOptions & { message?: string; headers?: Record<string, string> }) {
    const { status, title, advice } = failureOf(code);
    super(options.message ?? `${title}. ${advice}`, { cause: options.cause });
    this.code = code;
    this.statusCode = status;
    this.reason = options.reason;
    this.remedy = options.remedy;
    this.headers = options.headers ?? {};
  }
}

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

/** Codes of a certificate that was looked at and refused: OpenSSL's verify results, Node's name check, our pin. */
const certificateCode =
  /^(?!ERR_SSL_).*(?:CERT|ISSUER|LEAF_SIGNATURE|CRL|INVALID_CA|PATH_LENGTH_EXCEEDED|INVALID_PURPOSE|HOSTNAME_MISMATCH|UNSPECIFIED)/;

/** OpenSSL says so whenever the other side refused the handshake, under whatever code Node reports it. */
const tlsAlert = /\bSSL alert number \d/;

/** The parts of Node's errors that the mapping reads. */
interface ForeignError {
  readonly code?: unknown;
  readonly message?: unknown;
}

function failureCodeOf(error: ForeignError): FailureCode {
  // Stryker disable next-line StringLiteral: any text that is no known code has the same failure as the empty one.
  const code = typeof error.code === 'string' ? error.code : '';
  if (typeof error.message === 'string' && tlsAlert.test(error.message)) return 'tls_alert';
  const known = byErrorCode[code];
  if (known !== undefined) return known;
  if (code.startsWith('HPE_')) return 'response_malformed';
  if (code.startsWith('EAI_')) return 'dns_not_found';
  if (certificateCode.test(code)) return 'tls_certificate';
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')) return 'tls_protocol';
  return 'internal_error';
}

/**
 * The one mapping from anything thrown to a failure that the client can be told of.
 *
 * @param thrown whatever reached a catch: a ProxyError, an error of Node, a bug, or not an Error at all
 */
export function toProxyError(thrown: unknown): ProxyError {
  if (thrown instanceof ProxyError) return thrown;
  // A stream may wrap the error that it is destroyed with.
  if (thrown instanceof Error && thrown.cause instanceof ProxyError) return thrown.cause;
  const error: ForeignError = typeof thrown === 'object' && thrown !== null ? thrown : { message: String(thrown) };
  const reason = typeof error.message === 'string' ? error.message : 'no message';
  return new ProxyError(failureCodeOf(error), { reason, cause: thrown });
}
