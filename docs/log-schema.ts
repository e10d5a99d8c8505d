/** One field of the log, as CloudWatch Logs Insights names it: dots between the levels, 0 for any place in a list. */
export interface LogField {
  readonly name: string;
  readonly type: 'string' | 'number' | 'boolean';
  readonly meaning: string;
}

const field = (name: string, type: LogField['type'], meaning: string): LogField => ({ name, type, meaning });

/** Fields that every line of an invocation may have: Powertools' standard keys. */
const everyLine = [
  field('timestamp', 'string', 'When, RFC 3339 in UTC'),
  field('level', 'string', '`DEBUG`, `INFO`, `WARN` or `ERROR`'),
  field('message', 'string', 'Kind of line'),
  field('service', 'string', 'POWERTOOLS_SERVICE_NAME, or `lambda-rproxy`'),
  field('function_request_id', 'string', "Lambda's id of the invocation, which failure pages show"),
  field(
    'correlation_id',
    'string',
    'X-Request-Id of the request, when well-formed; without one, X-Request-Id is function_request_id',
  ),
  field('xray_trace_id', 'string', "Lambda's trace, sampled or not"),
  field('cold_start', 'boolean', "The environment's first invocation"),
  field('function_name', 'string', 'The function'),
  field('function_arn', 'string', 'The function, with version or alias'),
  field('function_memory_size', 'string', 'Memory in MB'),
  field('sampling_rate', 'number', 'POWERTOOLS_LOGGER_SAMPLE_RATE, the share of requests with debug lines'),
] as const;

/** Fields of the access line. */
const accessLine = [
  field('started_at', 'string', 'When the request arrived, RFC 3339 in UTC; `timestamp` is when the line was written'),
  field('http.request.method', 'string', 'Method'),
  field('http.request.body.size', 'number', 'Bytes of the request body, decoded'),
  field('http.response.status_code', 'number', 'Status that the client got'),
  field('http.response.body.size', 'number', 'Bytes of the body handed to the client, before base64'),
  field('url.domain', 'string', 'The public host, without a port'),
  field('url.path', 'string', 'Path, secret parameters masked; never the query'),
  field('user_agent.original', 'string', 'User-Agent'),
  field(
    'client.address',
    'string',
    "The client of the AWS front door; behind a proxy that proves itself (TRUST_FORWARDED, ORIGIN_SECRET), that proxy's client",
  ),
  field('server.address', 'string', 'Host connected to: of REMOTE_ADDRESS, or else of REMOTE_URL'),
  field('server.port', 'number', 'Port connected to'),
  field('network.peer.address', 'string', 'IP address connected to, when `server.address` is a name'),
  field('tls.protocol.version', 'string', 'TLS version of the connection to an https backend'),
  field('trace_id', 'string', 'trace-id of the `traceparent` of the request'),
  field('error.type', 'string', 'Failure code, when the proxy responded itself or the response broke off'),
  field('duration_ms', 'number', 'From event to response; streamed, to the last byte'),
  field('backend.host', 'string', 'Host and port in REMOTE_URL, when REMOTE_ADDRESS names where to connect'),
  field('backend.dns_ms', 'number', 'Name lookup; none on a reused connection'),
  field('backend.connect_ms', 'number', 'TCP connection; none on a reused one'),
  field('backend.tls_ms', 'number', 'TLS handshake; none on a reused connection'),
  field('backend.first_byte_ms', 'number', 'From the request sent to the first byte of the response'),
  field('backend.total_ms', 'number', 'From the start to the last byte; of two attempts, the second'),
  field('backend.reused_socket', 'boolean', 'Sent on a connection that was already open'),
  field('backend.attempts', 'number', '2 when a reused connection turned out to be closed, else 1'),
  field('backend.retry_reason', 'string', 'Why there were two attempts'),
  field('backend.status_code', 'number', 'Status of the backend response'),
  field(
    'backend.declared_length',
    'number',
    "The backend's Content-Length, when the client got another number of bytes",
  ),
  field('backend.request_id', 'string', "The backend's own X-Request-Id, which the client gets, when it differs"),
  field(
    'proxy.source',
    'string',
    'Front door: `function-url`, `http-api`, `http-api-v1`, `rest-api`, `alb`, `alb-multi`; of the standalone server `web-function` or `http`',
  ),
  field('proxy.fault', 'string', 'Whose side a failure is on: `client`, `proxy` or `backend`'),
  field('proxy.wake', 'string', 'What became of waking the backend (WAKE): `requested`, `too_soon` or `failed`'),
  field(
    'proxy.log_in',
    'string',
    'With BASIC_LOGIN: `used` (credentials of the log-in cookie were sent), `page`, `accepted`, `refused` or `logged_out`',
  ),
] as const;

/** Fields of the lines that say why: `request failed`, `request refused`, `response broke off`. */
const failureLine = [
  field('error.type', 'string', 'Failure code'),
  field('error.stack', 'string', 'Stack, for a bug in the proxy'),
  field('reason', 'string', 'What happened, in the words of the proxy'),
  field('remedy', 'string', 'What to set or change; or that there is nothing to do'),
  field('causes.0.name', 'string', 'Kind of the error, then of its cause, and so on'),
  field('causes.0.message', 'string', 'Its message'),
  field('causes.0.code', 'string', 'Its code, such as ECONNREFUSED'),
  field('proxy.fault', 'string', 'Whose side the failure is on'),
] as const;

/** Fields of the lines `trace: …`. */
const traceLine = [
  field('at', 'string', 'When it happened, RFC 3339 in UTC; lines of a failed request are all written at its end'),
  field('event.method', 'string', 'As received'),
  field('event.path', 'string', 'As received, secret parameters masked'),
  field('event.query', 'string', 'As received, secret parameters masked; without `?trace_connection=`, names only'),
  field('event.headers', 'string', 'All fields as one JSON text, credentials and cookie values masked'),
  field('event.body_size', 'number', 'Bytes of the body, decoded'),
  field('event.client.ip', 'string', 'Address of the client'),
  field('event.client.host', 'string', 'The public host'),
  field('event.client.protocol', 'string', '`https` or `http`'),
  field('event.client.port', 'number', 'The public port'),
  field('event.source', 'string', 'Front door'),
  field('backend.request.method', 'string', 'As sent'),
  field('backend.request.target', 'string', 'Path and query as sent, masked like the query'),
  field('backend.request.headers', 'string', 'All fields as one JSON text, masked'),
  field('backend.request.body_size', 'number', 'Bytes of the body sent'),
  ...accessLine.filter(({ name }) => /^backend\.(?:\w+_ms|reused_socket|attempts|status_code)$/.test(name)),
  field('backend.http_version', 'string', 'HTTP version of the backend response'),
  field('backend.declared_length', 'number', "The backend's Content-Length"),
  field('backend.body_size', 'number', 'Bytes of the body received'),
  field('network.peer.address', 'string', 'IP address connected to'),
  field('tls.protocol.version', 'string', 'TLS version of the connection to an https backend'),
  field('tls.cipher', 'string', 'Its cipher suite'),
  field('tls.server.issuer', 'string', "Issuer of the backend's certificate"),
  field('tls.server.not_after', 'string', 'End of its validity, RFC 3339 in UTC'),
  field('tls.server.days_left', 'number', 'Days to that end; negative after it'),
  field('response.status_code', 'number', 'As returned'),
  field('response.headers', 'string', 'All fields as one JSON text, masked'),
  field('response.backend_headers', 'string', 'All fields as the backend sent them, as one JSON text, masked'),
  field(
    'response.changes',
    'string',
    'Fields that are not returned as sent: name, change and reason, as one JSON text',
  ),
  field('response.set_cookie_names', 'string', 'Names of the cookies set'),
] as const;

/** Fields of the notices: `untrusted backend certificate accepted`, `backend certificate ends soon`, `client certificate ends soon`, `backend not woken`, `debug lines are suppressed`, and those on the application. */
const notice = [
  field('reason', 'string', 'What happened'),
  field('remedy', 'string', 'What to set'),
  field('fingerprint', 'string', 'SHA-256 of the certificate, as REMOTE_TLS takes it'),
] as const;

/** What the proxy logs, by kind of line. Every field may be missing where it has no meaning. */
export const logSchema = { everyLine, accessLine, failureLine, traceLine, notice } satisfies Record<
  string,
  readonly LogField[]
>;

/**
 * What the saved queries read of Lambda's own lines, written when the function's SystemLogLevel is INFO.
 * https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html#platform-report
 */
export const platformReport = [
  field('type', 'string', '`platform.report`: one line per invocation, written by Lambda'),
  field('time', 'string', 'When, RFC 3339 in UTC'),
  field('record.metrics.maxMemoryUsedMB', 'number', 'Memory used at most since the environment started'),
  field('record.metrics.memorySizeMB', 'number', "The function's memory"),
  field('record.metrics.durationMs', 'number', 'Time that the invocation took'),
  field('record.metrics.billedDurationMs', 'number', 'What is billed'),
  field('record.metrics.initDurationMs', 'number', 'Start of a new environment; on its first invocation alone'),
] as const;

/** Which part of the schema a line has beside what every line has, by its message. */
export function kindOfLine(message: string): Exclude<keyof typeof logSchema, 'everyLine'> {
  if (message === 'request') return 'accessLine';
  if (/^(?:request failed|request refused|response broke off)$/.test(message)) return 'failureLine';
  return message.startsWith('trace: ') ? 'traceLine' : 'notice';
}

/** Every name that a query may use. */
export const knownFields: ReadonlySet<string> = new Set(
  [...Object.values(logSchema).flat(), ...platformReport].map(({ name }) => name),
);
