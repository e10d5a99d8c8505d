/** Whose side a failure is on, as an operator asks first. */
export type Fault = 'client' | 'proxy' | 'backend';

/** Everything that the proxy knows of a kind of failure. No other file tells one code from another. */
export interface Failure {
  readonly status: number;
  /** `error` parameter of the Proxy-Status field (RFC 9209 §2.3). */
  readonly proxyError: string;
  readonly fault: Fault;
  /** Whether the same request may succeed later although nobody changes anything. */
  readonly retryable: boolean;
  /** Value of the Retry-After field (RFC 9110 §10.2.3); undefined for none. */
  readonly retryAfterSeconds: number | undefined;
  /** Whether the backend may have received the request or a part of it; if not, any method is safe to send again. */
  readonly mayHaveArrived: boolean;
  /** Whether SHOW_TARGET_LINK puts a link to the backend on the page. Never for a refusal: the link would bypass it. */
  readonly linksToBackend: boolean;
  /** The time ran out: REQUEST_TIMEOUT, or what ends the exchange earlier. The log line says which. */
  readonly isTimeout?: true;
  /** A backend that is starting looks like this, so the page waits for it. */
  readonly mayBeStarting?: true;
  /** The request did not pass the trusted proxy, so what its header fields say of the client is not trusted either. */
  readonly bypassesFront?: true;
  /** A bug in the proxy: the log line has the stack. */
  readonly isBug?: true;
  /** The operator closed the site: nobody's error. The page waits for the end, and the log has no error line. */
  readonly planned?: true;
  /** The request did not arrive whole, so the page shows its first leg as broken. */
  readonly brokeOff?: true;
  /** Other pages of the site may work, so the page links to the start page. */
  readonly onlyHere?: true;
  /** The operator's own text, shown on the page in place of title and advice. */
  readonly operatorText?: 'filteredUrlMessage' | 'maintenance';
  readonly title: string;
  /** What the reader of the page can do. Names neither the backend nor the exception. */
  readonly advice: string;
  /** For the log: what happened. Whatever throws may say it more precisely. */
  readonly reason: string;
  /** For the log: what the operator can set or change, or that there is nothing to do. */
  readonly remedy: string;
}

const tryLater = 'Please try again in a few moments. If it keeps happening, tell the people who run this site.';
const tellOperator = 'Nothing is wrong with your request. Please tell the people who run this site.';
const checkRequest = 'Check the address and try again from the start page.';

const streamOrSplit =
  'raise PAYLOAD_QUOTA if it is set; else stream the response (handler index.streamHandler, InvokeMode ' +
  'RESPONSE_STREAM), which carries 200 MB: a buffered response carries 6 MB of text or 4.7 MB of binary data, behind a ' +
  'load balancer 1 MB or 0.75 MB; or have the backend respond in parts';

/**
 * Every failure to which the proxy responds itself: the stable code, what the client gets, what the log says.
 * The codes appear on pages, in logs and in alarms: a code, once released, keeps its meaning.
 */
export const failures = {
  bad_request: {
    status: 400,
    proxyError: 'http_request_error',
    fault: 'client',
    retryable: false,
    retryAfterSeconds: undefined,
    mayHaveArrived: false,
    linksToBackend: false,
    onlyHere: true,
    title: 'The request cannot be understood',
    advice: checkRequest,
    reason: 'the request is not valid HTTP',
    remedy: 'nothing to do for a scanner; a client or a page of yours must not send the part that the reason names',
  },
  request_incomplete: {
    status: 400,
    proxyError: 'http_request_error',
    fault: 'client',
    retryable: false,
    retryAfterSeconds: undefined,
    mayHaveArrived: true,
    linksToBackend: false,
    brokeOff: true,
    title: 'The request broke off',
    advice: 'It did not arrive whole. Please send it again.',
    reason: 'the client closed its connection before its request was complete',
    remedy: 'nothing to do for a closed browser; if many end so, look for a shorter timeout in front of the server',
  },
  event_unrecognised: {
    status: 400,
    proxyError: 'http_request_error',
    fault: 'client',
    retryable: false,
    retryAfterSeconds: undefined,
    mayHaveArrived: false,
    linksToBackend: false,
    title: 'The event is not an HTTP request',
    advice: 'Send an event of a Lambda Function URL, of API Gateway or of an Application Load Balancer.',
    reason: 'no event source recognises the event',
    remedy: 'remove the trigger that sends it; test with the event templates of API Gateway or a load balancer',
  },
  path_filtered: {
    status: 403,
    proxyError: 'http_request_denied',
    fault: 'client',
    retryable: false,
    retryAfterSeconds: undefined,
    mayHaveArrived: false,
    linksToBackend: false,
    onlyHere: true,
    operatorText: 'filteredUrlMessage',
    title: 'This address is not available',
    advice:
      'The people who run this site have closed this part of it. Other parts may be open: begin at the start page.',
    reason: 'FILTERED_PATH covers the path',
    remedy:
      'remove the entry from FILTERED_PATH if the path should be open; an entry covers everything under it, in every spelling',
  },
  client_not_allowed: {
    status: 403,
    proxyError: 'http_request_denied',
    fault: 'client',
    retryable: false,
    retryAfterSeconds: undefined,
    mayHaveArrived: false,
    linksToBackend: false,
    title: 'This site is not open to your network',
    advice: 'Open it from a network that may see it, or ask the people who run this site.',
    reason: "the client's address is in none of the networks of ALLOWED_CIDRS",
    remedy:
      "add the client's network to ALLOWED_CIDRS if it should have access; behind a proxy of yours, set TRUST_FORWARDED, ORIGIN_SECRET and CLIENT_IP_HEADER",
  },
  front_bypassed: {
    status: 403,
    proxyError: 'http_request_denied',
    fault: 'client',
    retryable: false,
    retryAfterSeconds: undefined,
    mayHaveArrived: false,
    linksToBackend: false,
    bypassesFront: true,
    title: 'This is not the public address of the site',
    advice: 'Open the site at the address that the people who run it have given you.',
    reason: 'the request did not come through the proxy in front',
    remedy:
      'have the proxy in front send the value of ORIGIN_SECRET; if it does, the two values differ: while you replace one, keep the old one in ORIGIN_SECRET_PREVIOUS',
  },
  method_not_allowed: {
    status: 405,
    proxyError: 'http_request_error',
    fault: 'client',
    retryable: false,
    retryAfterSeconds: undefined,
    mayHaveArrived: false,
    linksToBackend: false,
    onlyHere: true,
    title: 'This method is not allowed',
    advice: 'TRACE and CONNECT are not forwarded. Any other method is.',
    reason: 'the proxy does not forward this method',
    remedy: 'nothing to do for a scanner; a client of yours must use another method',
  },
  request_timeout: {
    status: 408,
    proxyError: 'http_request_error',
    fault: 'client',
    retryable: false,
    retryAfterSeconds: undefined,
    mayHaveArrived: true,
    linksToBackend: false,
    brokeOff: true,
    title: 'The request did not arrive in time',
    advice: 'Please check your connection and send it again.',
    reason: 'the client did not send its request in time',
    remedy: 'raise REQUEST_TIMEOUT for slow uploads',
  },
  response_too_large: {
    status: 413,
    proxyError: 'http_response_body_size',
    fault: 'backend',
    retryable: false,
    retryAfterSeconds: undefined,
    mayHaveArrived: true,
    linksToBackend: true,
    onlyHere: true,
    title: 'Payload Too Large',
    advice: 'The response is larger than this address can carry. Request a part of it, or a smaller page.',
    reason: 'the response is larger than the limit',
    remedy: streamOrSplit,
  },
  internal_error: {
    status: 500,
    proxyError: 'proxy_internal_error',
    fault: 'proxy',
    retryable: true,
    retryAfterSeconds: undefined,
    mayHaveArrived: true,
    linksToBackend: true,
    onlyHere: true,
    isBug: true,
    title: 'The proxy itself failed',
    advice: tryLater,
    reason: 'an error that the proxy does not expect',
    remedy: 'report this line with its stack, and go back to the previous release meanwhile',
  },
  event_stream_buffered: {
    status: 501,
    proxyError: 'proxy_configuration_error',
    fault: 'proxy',
    retryable: false,
    retryAfterSeconds: undefined,
    mayHaveArrived: true,
    linksToBackend: true,
    title: 'This address does not carry live updates',
    advice: tellOperator,
    reason: 'the response is an event stream, which does not end, and the function returns whole responses',
    remedy: 'stream responses (handler index.streamHandler, InvokeMode RESPONSE_STREAM), or have the application poll',
  },
  websocket_unsupported: {
    status: 501,
    proxyError: 'http_upgrade_failed',
    fault: 'client',
    retryable: false,
    retryAfterSeconds: undefined,
    mayHaveArrived: false,
    linksToBackend: false,
    title: 'WebSocket is not supported at this address',
    advice: 'Other requests are forwarded. If the site does not work without WebSocket, tell the people who run it.',
    reason: 'the request opens a WebSocket, which a Lambda function cannot forward; the backend was not called',
    remedy:
      'have the application use HTTP polling or server-sent events (Socket.IO: transports: ["polling"]), or give its ' +
      'WebSocket an address that does not lead through this function',
  },
  configuration_error: {
    status: 500,
    proxyError: 'proxy_configuration_error',
    fault: 'proxy',
    retryable: false,
    retryAfterSeconds: undefined,
    mayHaveArrived: false,
    linksToBackend: true,
    title: 'The proxy is not set up correctly',
    advice: tellOperator,
    reason: 'a setting is missing or wrong',
    remedy: "correct the settings in the function's configuration",
  },
  dns_not_found: {
    status: 502,
    proxyError: 'dns_error',
    fault: 'backend',
    retryable: true,
    retryAfterSeconds: 10,
    mayHaveArrived: false,
    linksToBackend: true,
    title: 'The site behind this address cannot be found',
    advice: tryLater,
    reason: "the backend's name does not exist",
    remedy: 'correct the name in REMOTE_URL, associate its private hosted zone with the VPC, or use the address',
  },
  connection_refused: {
    status: 502,
    proxyError: 'connection_refused',
    fault: 'backend',
    retryable: true,
    retryAfterSeconds: 10,
    mayHaveArrived: false,
    linksToBackend: true,
    mayBeStarting: true,
    title: 'The site behind this address is not running',
    advice: tryLater,
    reason: 'nothing listens on the port of the backend',
    remedy:
      'start the backend, or correct host and port in REMOTE_URL; a backend that listens on 127.0.0.1 must listen on the address that the function connects to',
  },
  destination_unroutable: {
    status: 502,
    proxyError: 'destination_ip_unroutable',
    fault: 'backend',
    retryable: true,
    retryAfterSeconds: 10,
    mayHaveArrived: false,
    linksToBackend: true,
    mayBeStarting: true,
    title: 'The site behind this address cannot be reached',
    advice: tryLater,
    reason: "no route leads to the backend's address",
    remedy: 'attach the function to a VPC whose subnets reach the address; check route table and network ACL',
  },
  tls_certificate: {
    status: 502,
    proxyError: 'tls_certificate_error',
    fault: 'backend',
    retryable: false,
    retryAfterSeconds: undefined,
    mayHaveArrived: false,
    linksToBackend: true,
    title: 'The certificate of the site behind this address is not accepted',
    advice: tellOperator,
    reason: "the backend's certificate is not accepted",
    remedy: 'REMOTE_CA trusts its authority, REMOTE_TLS=insecure accepts any',
  },
  tls_protocol: {
    status: 502,
    proxyError: 'tls_protocol_error',
    fault: 'backend',
    retryable: false,
    retryAfterSeconds: undefined,
    mayHaveArrived: true,
    linksToBackend: true,
    title: 'No secure connection to the site behind this address',
    advice: tellOperator,
    reason: 'the backend does not speak TLS as expected',
    remedy: 'write http:// in REMOTE_URL if the port speaks HTTP; else enable TLS 1.2 or newer at the backend',
  },
  tls_alert: {
    status: 502,
    proxyError: 'tls_alert_received',
    fault: 'backend',
    retryable: false,
    retryAfterSeconds: undefined,
    mayHaveArrived: true,
    linksToBackend: true,
    title: 'The site behind this address refused the secure connection',
    advice: tellOperator,
    reason: 'the backend refused the TLS handshake',
    remedy:
      'put the name of the site in REMOTE_URL, and in REMOTE_ADDRESS the address to connect to; for a backend that verifies its clients, set REMOTE_CERT and REMOTE_KEY',
  },
  connection_terminated: {
    status: 502,
    proxyError: 'connection_terminated',
    fault: 'backend',
    retryable: true,
    retryAfterSeconds: 10,
    mayHaveArrived: true,
    linksToBackend: true,
    onlyHere: true,
    title: 'The site behind this address closed the connection',
    advice: tryLater,
    reason: 'the backend closed the connection before it sent a response',
    remedy: "look at the backend's log at that time; give the backend an idle timeout of more than 5 seconds",
  },
  response_incomplete: {
    status: 502,
    proxyError: 'http_response_incomplete',
    fault: 'backend',
    retryable: true,
    retryAfterSeconds: 10,
    mayHaveArrived: true,
    linksToBackend: true,
    onlyHere: true,
    title: 'The response broke off',
    advice: tryLater,
    reason: 'the response ended before it was complete',
    remedy: "look at the backend's log at that time; its Content-Length must match the body",
  },
  response_malformed: {
    status: 502,
    proxyError: 'http_protocol_error',
    fault: 'backend',
    retryable: false,
    retryAfterSeconds: undefined,
    mayHaveArrived: true,
    linksToBackend: true,
    onlyHere: true,
    title: 'The response is not valid HTTP',
    advice: tellOperator,
    reason: 'the response is not valid HTTP',
    remedy: 'point REMOTE_URL at a port that speaks HTTP/1.1, or correct the backend',
  },
  response_headers_too_large: {
    status: 502,
    proxyError: 'http_response_header_section_size',
    fault: 'backend',
    retryable: false,
    retryAfterSeconds: undefined,
    mayHaveArrived: true,
    linksToBackend: true,
    onlyHere: true,
    title: 'The header section of the response is too large',
    advice: tellOperator,
    reason: 'the header section of the response is too large',
    remedy: 'make the header section smaller at the backend: cookies, debug headers, Content-Security-Policy',
  },
  response_transfer_coding: {
    status: 502,
    proxyError: 'http_response_transfer_coding',
    fault: 'backend',
    retryable: false,
    retryAfterSeconds: undefined,
    mayHaveArrived: true,
    linksToBackend: true,
    onlyHere: true,
    title: 'The response uses an unsupported transfer coding',
    advice: tellOperator,
    reason: 'the response has a transfer coding other than chunked',
    remedy: 'have the backend use Content-Encoding instead',
  },
  upgrade_refused: {
    status: 502,
    proxyError: 'http_upgrade_failed',
    fault: 'backend',
    retryable: false,
    retryAfterSeconds: undefined,
    mayHaveArrived: true,
    linksToBackend: true,
    onlyHere: true,
    title: 'The site behind this address wanted to change the protocol',
    advice: tellOperator,
    reason: 'the backend switched the protocol without being asked',
    remedy: 'switch off WebSocket or h2c upgrades at the backend',
  },
  maintenance: {
    status: 503,
    proxyError: 'destination_unavailable',
    fault: 'proxy',
    retryable: true,
    retryAfterSeconds: 300,
    mayHaveArrived: false,
    linksToBackend: false,
    planned: true,
    operatorText: 'maintenance',
    title: 'The site is closed for maintenance',
    advice: 'Please come back later.',
    reason: 'MAINTENANCE is set',
    remedy: 'remove MAINTENANCE to open the site; MAINTENANCE_ALLOW names networks for which it stays open',
  },
  dns_timeout: {
    status: 504,
    proxyError: 'dns_timeout',
    fault: 'backend',
    retryable: true,
    retryAfterSeconds: 10,
    mayHaveArrived: false,
    linksToBackend: true,
    title: 'Looking up the site behind this address took too long',
    advice: tryLater,
    isTimeout: true,
    reason: "the backend's name was not resolved in time",
    remedy: "check the VPC's resolver; if it happens again, use the address in REMOTE_URL",
  },
  connection_timeout: {
    status: 504,
    proxyError: 'connection_timeout',
    fault: 'backend',
    retryable: true,
    retryAfterSeconds: 10,
    mayHaveArrived: false,
    linksToBackend: true,
    mayBeStarting: true,
    title: 'Connecting to the site behind this address took too long',
    advice: tryLater,
    isTimeout: true,
    reason: 'the connection to the backend was not established in time',
    remedy:
      "open the backend's port to the function's network: security group, firewall, route; a private address needs the function in the VPC",
  },
  tls_timeout: {
    status: 504,
    proxyError: 'connection_timeout',
    fault: 'backend',
    retryable: true,
    retryAfterSeconds: 10,
    mayHaveArrived: false,
    linksToBackend: true,
    title: 'Securing the connection to the site behind this address took too long',
    advice: tryLater,
    isTimeout: true,
    reason: 'the TLS handshake with the backend did not end in time',
    remedy: 'write http:// in REMOTE_URL if the port does not speak TLS; check the load of the backend',
  },
  response_timeout: {
    status: 504,
    proxyError: 'http_response_timeout',
    fault: 'backend',
    retryable: true,
    retryAfterSeconds: 10,
    mayHaveArrived: true,
    linksToBackend: true,
    onlyHere: true,
    title: 'The site behind this address took too long to respond',
    advice: tryLater,
    isTimeout: true,
    reason: 'the backend sent no response in time',
    remedy:
      "raise REQUEST_TIMEOUT and the function's timeout, or make the backend faster; for long polling, REQUEST_TIMEOUT " +
      'must be longer than the backend holds a poll',
  },
  response_stalled: {
    status: 504,
    proxyError: 'connection_read_timeout',
    fault: 'backend',
    retryable: true,
    retryAfterSeconds: 10,
    mayHaveArrived: true,
    linksToBackend: true,
    onlyHere: true,
    title: 'The response did not arrive in time',
    advice: tryLater,
    isTimeout: true,
    reason: 'the body of the response did not arrive in time',
    remedy:
      "look at the backend's log at that time; raise REQUEST_TIMEOUT for large responses; a response that does not end " +
      'needs streaming (handler index.streamHandler, InvokeMode RESPONSE_STREAM), and a byte within each REQUEST_TIMEOUT',
  },
  loop_detected: {
    status: 508,
    proxyError: 'proxy_loop_detected',
    fault: 'proxy',
    retryable: false,
    retryAfterSeconds: undefined,
    mayHaveArrived: false,
    linksToBackend: true,
    title: 'The proxy forwards to itself',
    advice: tellOperator,
    reason: 'the request has already passed this proxy',
    remedy: 'point REMOTE_URL at the backend, not at this function',
  },
} as const satisfies Record<string, Failure>;

/** Stable name of a failure: on pages, in logs, in alarms. */
export type FailureCode = keyof typeof failures;

/** Looks a failure up with its full type, so that callers do not depend on one row's literals. */
export const failureOf = (code: FailureCode): Failure => failures[code];

interface ProxyErrorOptions {
  /** For the log only: what exactly happened, in a sentence. By default the reason of the row. */
  readonly reason?: string | undefined;
  /** For the log only: what to set or change. By default the remedy of the row. */
  readonly remedy?: string | undefined;
  readonly cause?: unknown;
  /** Text for the client. By default title and advice of the row. */
  readonly message?: string | undefined;
  /** Header fields of the response. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * A failure to which the proxy responds itself. `message` is safe to show to anybody; `reason`, `remedy` and `cause`
 * are for the log. `statusCode`, `expose`, `message` and `headers` are what @middy/http-error-handler makes a
 * response of.
 *
 * @example throw new ProxyError('bad_request', { reason: 'header "x-a" contains a line break' });
 */
export class ProxyError extends Error {
  override readonly name = 'ProxyError';
  readonly code: FailureCode;
  readonly statusCode: number;
  readonly expose = true;
  readonly reason: string;
  readonly remedy: string;
  headers: Readonly<Record<string, string>>;

  constructor(code: FailureCode, { reason, remedy, cause, message, headers = {} }: ProxyErrorOptions = {}) {
    const failure = failureOf(code);
    super(message ?? `${failure.title}. ${failure.advice}`, { cause });
    this.code = code;
    this.statusCode = failure.status;
    this.reason = reason ?? failure.reason;
    this.remedy = remedy ?? failure.remedy;
    this.headers = headers;
  }
}
