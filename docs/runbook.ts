import type { FailureCode } from '../src/failures.ts';

/** What an operator needs to know of a failure code, an alarm or an error of AWS. */
interface Entry {
  /** What happened. */
  readonly meaning: string;
  readonly cause: string;
  readonly fix: string;
}

/** The runbook: an entry for each failure code. A code without an entry does not compile. */
export const runbook: Readonly<Record<FailureCode, Entry>> = {
  bad_request: {
    meaning: 'The request is not valid HTTP, or its path climbs out of the base path in REMOTE_URL',
    cause: 'A scanner, a broken client; a link with `..` in it',
    fix: '`reason` names the part. Nothing to do unless pages of the backend have such links',
  },
  request_incomplete: {
    meaning: 'The client closed its connection before its request was complete (standalone server, Web Function)',
    cause: 'A closed browser, a lost connection',
    fix: 'Nothing to do',
  },
  event_unrecognised: {
    meaning: 'The event is not an HTTP request',
    cause: 'A test event from the console; a trigger of another service',
    fix: 'Remove the trigger; for tests use the event templates of API Gateway or a load balancer',
  },
  path_filtered: {
    meaning: 'FILTERED_PATH covers the path',
    cause: 'A scanner; or the entry covers more than was meant',
    fix: 'The query "Refused clients" shows which. An entry covers everything under it, in every spelling',
  },
  client_not_allowed: {
    meaning: "The client's address is in none of the networks of ALLOWED_CIDRS",
    cause: 'A client from outside; a network with a new range; a proxy in front without TRUST_FORWARDED',
    fix: '`reason` has the address. Add its network; behind a proxy of yours set TRUST_FORWARDED, ORIGIN_SECRET and CLIENT_IP_HEADER',
  },
  front_bypassed: {
    meaning: 'The request did not come through the proxy in front, or that proxy has another ORIGIN_SECRET',
    cause: "A scanner at the function's own URL; a secret that was replaced on one side only",
    fix: 'Nothing to do for scanners. When every request is refused, give both sides the same secret; ORIGIN_SECRET_PREVIOUS accepts the old one while you replace it',
  },
  method_not_allowed: {
    meaning: 'TRACE or CONNECT',
    cause: 'A scanner',
    fix: 'Nothing to do',
  },
  request_timeout: {
    meaning: 'The client did not send its request in time (standalone server, Web Function)',
    cause: 'A slow connection, an upload that hangs; a client that holds connections open',
    fix: 'Raise REQUEST_TIMEOUT for slow uploads',
  },
  response_too_large: {
    meaning: 'The response is larger than the endpoint can carry, or than PAYLOAD_QUOTA',
    cause: 'A download, an export, a page that has grown',
    fix: 'The query "Big responses" has path and size. Stream (`index.streamHandler`), have the backend respond in parts, or raise PAYLOAD_QUOTA if it is set',
  },
  internal_error: {
    meaning: 'A bug in the proxy',
    cause: '`error.stack` shows where',
    fix: 'Report the line, which has the stack; go back to the previous release',
  },
  event_stream_buffered: {
    meaning: 'The response is an event stream (`text/event-stream`), and the function returns whole responses',
    cause: 'An application with live updates behind `index.handler`; its stream would be read until the timeout',
    fix: 'Stream: `index.streamHandler` with InvokeMode RESPONSE_STREAM. Behind an HTTP API or a load balancer, which do not stream, have the application poll',
  },
  websocket_unsupported: {
    meaning: 'The request opens a WebSocket. The backend was not called',
    cause: 'An application with a WebSocket: Socket.IO, Jupyter, Grafana Live, a development server',
    fix: 'Use what the application has instead: HTTP polling or server-sent events. Else give the WebSocket an address that does not lead through the function',
  },
  configuration_error: {
    meaning: 'A setting is missing or wrong; every request fails',
    cause: 'The latest change to the environment variables, or to the secret of SECRET_ARN or the right to read it',
    fix: '`reason` names each setting, what is wrong, and an example. Correct them all at once; a secret is read again with the next request',
  },
  dns_not_found: {
    meaning: "The name in REMOTE_URL does not exist for the function's resolver",
    cause: 'A typing error; a private hosted zone that is not associated with the VPC; an expired domain',
    fix: 'Correct the name, associate the zone, or use the address',
  },
  connection_refused: {
    meaning: 'The host reports that nothing listens on the port. The request did not arrive: a POST may be sent again',
    cause: 'The backend is down or restarting; the port is another; it listens on 127.0.0.1 only',
    fix: 'Start it; compare REMOTE_URL with where it listens. The failure ends when the backend is back',
  },
  destination_unroutable: {
    meaning: 'No route leads to the address',
    cause: 'A private address and a function outside the VPC; a subnet without a route',
    fix: 'Attach the function to the VPC; check route table and network ACL',
  },
  tls_certificate: {
    meaning: "The backend's certificate is not accepted",
    cause: 'Self-signed, expired, for another name, or changed since it was pinned',
    fix: '`remedy` has the setting to copy, fingerprint included. First make sure that the change was yours',
  },
  tls_protocol: {
    meaning: 'The port does not speak TLS as expected',
    cause: 'REMOTE_URL says https and the port speaks HTTP; TLS 1.0 or 1.1 only; HTTP/2 only',
    fix: 'Try `http://` in REMOTE_URL; update the backend',
  },
  tls_alert: {
    meaning: 'The backend refused the TLS handshake',
    cause: 'It has no site of that name (SNI), or requires a client certificate',
    fix: 'Put the name of the site in REMOTE_URL and the address in REMOTE_ADDRESS; for a backend that verifies its clients, set REMOTE_CERT and REMOTE_KEY',
  },
  connection_terminated: {
    meaning: 'The backend closed the connection before it sent a response',
    cause:
      'A crash or restart; a limit on connections; a reused connection that was closed at that moment (a POST is not sent again)',
    fix: "Look at the backend's log at that time; give it an idle timeout of more than 5 seconds",
  },
  response_incomplete: {
    meaning: 'The response ended before it was complete',
    cause: 'The backend crashed while it sent the response, or declared a wrong Content-Length',
    fix: "Look at the backend's log; `declared_length` and `body_size` in the debug lines show how much was missing",
  },
  response_malformed: {
    meaning: 'The response is not HTTP/1.1',
    cause:
      'The port belongs to another service; a header field with a control character; a status below 200 or above 599',
    fix: '`causes` has the message of the parser. Correct the backend or the port',
  },
  response_headers_too_large: {
    meaning: "The header section of the response is over Node's limit",
    cause: 'A Set-Cookie that grows; debug headers; a long Content-Security-Policy',
    fix: 'Make it smaller at the backend',
  },
  response_transfer_coding: {
    meaning: 'The body is in a transfer coding other than chunked',
    cause: 'A backend that compresses in Transfer-Encoding, which is rare',
    fix: 'Have the backend use Content-Encoding',
  },
  upgrade_refused: {
    meaning: 'The backend responded with 101 Switching Protocols',
    cause: 'It switches to WebSocket or h2c although the request did not ask for it',
    fix: 'Switch that off at the backend; WebSockets are not supported',
  },
  maintenance: {
    meaning: 'MAINTENANCE is set, and the client is in none of the networks of MAINTENANCE_ALLOW',
    cause: 'The operator closed the site',
    fix: 'Remove MAINTENANCE, e.g. `npm run deploy -- Maintenance=`, when the work is done',
  },
  dns_timeout: {
    meaning: 'The name was not resolved in time',
    cause: 'The resolver does not respond; more than 1,024 packets a second to the resolver of the VPC',
    fix: 'It usually ends by itself. Use the address if it does not',
  },
  connection_timeout: {
    meaning: 'Nothing responded to the attempt to connect',
    cause: 'A security group, firewall or route drops packets; the host is off',
    fix: "Open the port to the function's network; a private address needs the function in the VPC, a public one needs a NAT gateway there",
  },
  tls_timeout: {
    meaning: 'The connection was established, and the TLS handshake did not end',
    cause: 'The port does not speak TLS and waits; an overloaded backend',
    fix: 'Try `http://` in REMOTE_URL; check the load of the backend',
  },
  response_timeout: {
    meaning: 'No response within REQUEST_TIMEOUT, or within what Lambda and the endpoint allow',
    cause: 'The backend is slow, or hangs',
    fix: 'The query "Slowest paths" shows where. Raise REQUEST_TIMEOUT and the function\'s timeout, or make the backend faster',
  },
  response_stalled: {
    meaning: 'The response began, and its body stopped',
    cause: 'The backend hangs; a large response on a slow connection',
    fix: "Look at the backend's log; raise REQUEST_TIMEOUT for large responses",
  },
  loop_detected: {
    meaning: 'The request has already passed this proxy',
    cause: 'REMOTE_URL points to the function itself, directly or through other proxies',
    fix: 'Point REMOTE_URL at the backend',
  },
};

/** The runbook's entries for the alarms of both templates, by their names there. */
export const alarmRunbook: Readonly<Record<string, Entry>> = {
  ErrorsAlarm: {
    meaning: 'The function itself failed at least once in 5 minutes: the proxy sent no response, not even a page',
    cause: "Out of memory; the function's timeout, when RequestTimeout is close to it; a package that does not start",
    fix: 'The query "Memory and init" shows memory and starts; the log has the reason in a line of Lambda. Raise MemorySize or Timeout; deploy the previous release if it does not start',
  },
  StreamErrorsAlarm: {
    meaning: 'More than 1 % of the invocations failed for 10 minutes (InvokeMode RESPONSE_STREAM)',
    cause:
      'Responses that broke off after their header section, which Lambda counts as errors of the function; or the causes of ErrorsAlarm',
    fix: 'The query "Top failures": `response_incomplete` and `response_stalled` are the backend\'s. With neither, proceed as for ErrorsAlarm',
  },
  ThrottlesAlarm: {
    meaning: 'AWS responded with 429 in place of the function',
    cause:
      'More requests at once than ReservedConcurrency or the account allows: a peak, a crawler, a slow backend that holds environments',
    fix: 'The query "Backend latency" tells a slow backend from many requests. Raise ReservedConcurrency, request a higher quota, or lower REQUEST_TIMEOUT',
  },
  DurationAlarm: {
    meaning: 'One request in twenty took more than 80 % of REQUEST_TIMEOUT for 10 minutes',
    cause: 'The backend is slow; soon its users get 504 pages',
    fix: 'The queries "Slowest paths" and "Backend latency". Make the backend faster, or raise RequestTimeout and Timeout',
  },
  FirstByteAlarm: {
    meaning:
      'For one request in twenty the backend took more than 80 % of REQUEST_TIMEOUT to its first byte, for 10 minutes (streamed responses, Web Function)',
    cause: 'The backend is slow; soon its users get 504 pages',
    fix: 'As for DurationAlarm. With LogLevel WARN there are no access lines, and the alarm stays silent',
  },
  UrlFailuresAlarm: {
    meaning: 'More than 5 % of the responses through the Function URL were 5xx for 10 minutes',
    cause: 'The backend responds with 5xx, does not respond, or a setting is wrong',
    fix: 'The query "5xx by path": with `backend.status_code` the response is the backend\'s; with `error.type` see that code above; with neither it is an error of AWS',
  },
  ApiFailuresAlarm: {
    meaning: 'More than 5 % of the responses through the HTTP API were 5xx for 10 minutes',
    cause: 'As for UrlFailuresAlarm; or 503, when a request took longer than the 30 seconds of the API',
    fix: 'As for UrlFailuresAlarm. Keep REQUEST_TIMEOUT below 29.5 seconds',
  },
  WebFailuresAlarm: {
    meaning: 'Ten responses or more of the Web Function were 5xx in 5 minutes, twice in a row',
    cause: 'As for UrlFailuresAlarm; or a server that does not start',
    fix: 'As for UrlFailuresAlarm. When the log has no such requests, look at FailedStartsAlarm',
  },
  FailedStartsAlarm: {
    meaning: 'An environment of the Web Function did not start. AWS calls its revision active all the same',
    cause:
      'A wrong setting, which ends the server at once; a package without `index.js`; a start of more than 10 seconds',
    fix: 'The log has a line `platform.initReport` with `errorType`, and before it the reason. Correct the setting, or deploy the previous release',
  },
};

/** Errors that AWS sends in place of the proxy: they have no page and no access line. */
export const awsErrors: Readonly<Record<string, Entry>> = {
  '403 `{"Message":"Forbidden…"}`': {
    meaning: 'The Function URL lets nobody in',
    cause: 'One of the two permissions of a public URL is missing; a policy of the organisation forbids public URLs',
    fix: 'Deploy again, or add both ([Function URL](deploy.md#function-url)). `{"Message":null}`: the URL does not exist any more',
  },
  '413 `Request must be smaller than 6291456 bytes…`': {
    meaning: 'The request is larger than an event of Lambda',
    cause: 'An upload of more than 6 MB, or of 4.5 MB that is not text',
    fix: 'Upload in parts, or use the Web Function or the standalone server',
  },
  '429 `Rate Exceeded`': {
    meaning: 'Too many requests for Lambda',
    cause:
      'ThrottlesAlarm has the causes; of a Web Function: RateLimit or MaxEnvironments, and with RateLimit=0 every request',
    fix: 'Raise the limit that was meant to protect the backend, or find the client in "Refused clients" and "5xx by path"',
  },
  '502 `Internal Server Error`': {
    meaning: 'The function ended without a response',
    cause: 'As for ErrorsAlarm; a response over 6 MB that PAYLOAD_QUOTA does not explain',
    fix: 'As for ErrorsAlarm',
  },
  '502 or 504 page of CloudFront': {
    meaning: 'CloudFront got no response from the function, or none within 60 seconds',
    cause: 'REQUEST_TIMEOUT over 60 seconds; a deployment under way; the function was removed',
    fix: 'Lower RequestTimeout; open the own URL of the function: 403 with our page means that it works',
  },
  '503 `{"message":"Service Unavailable"}`': {
    meaning: 'The HTTP API got no response within 30 seconds',
    cause: 'REQUEST_TIMEOUT is longer than the limit of the API, and Timeout too',
    fix: 'Lower RequestTimeout, or use the Function URL',
  },
  '200 whose body is `{"statusCode":…}`': {
    meaning: 'Handler and invoke mode do not match',
    cause: 'InvokeMode RESPONSE_STREAM with `index.handler`; for some seconds while InvokeMode changes',
    fix: 'Set both, or deploy with InvokeMode, which sets both',
  },
  '502 or 500 with `lambda-web-error-type`': {
    meaning: 'The server of the Web Function did not respond, or did not start',
    cause: 'As for FailedStartsAlarm; `Platform.InvalidNetworkConfiguration`: the connector to the VPC was removed',
    fix: 'As for FailedStartsAlarm; deploy again, which makes a revision with the present connector',
  },
  '400, 417, 431 or 505 of a Web Function': {
    meaning: 'AWS does not forward such a request',
    cause:
      'A method other than GET, HEAD, POST, PUT, PATCH, OPTIONS, DELETE; `Expect: 100-continue`; more than 6,300 field lines; HTTP/1.0',
    fix: 'Correct the client. A connection that is reset without a response had too many bytes of header fields: smaller cookies help',
  },
  '507 of a Web Function': {
    meaning: 'An environment has no file descriptors left: it has 1,024 for all its requests',
    cause: 'Hundreds of slow requests at once in one environment',
    fix: 'Lower RequestsPerEnvironment, or REQUEST_TIMEOUT',
  },
};
