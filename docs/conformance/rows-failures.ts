import type { Group } from './types.ts';

/** E: failures. */
export const failures: Group = {
  title: 'Failures',
  rows: [
    {
      id: 'E1',
      given: "The backend's host name does not exist",
      promise: '502 with `dns_error`.',
      elsewhere: 'hono throws.',
    },
    {
      id: 'E2',
      given: 'The name lookup fails temporarily or takes too long',
      promise: '504 with `dns_timeout`.',
      elsewhere: 'Go returns 502.',
    },
    {
      id: 'E3',
      given: 'The backend refuses the connection, on one address or on all',
      promise: '502 with `connection_refused`.',
      elsewhere: 'hono throws.',
    },
    { id: 'E4', given: 'No route to the backend', promise: '502 with `destination_ip_unroutable`.' },
    {
      id: 'E5',
      given: 'The connection is not established in time',
      promise: '504 with `connection_timeout`.',
      elsewhere: 'Go returns 502.',
    },
    {
      id: 'E6',
      given: 'The TLS handshake does not finish in time, for example on a port that speaks plain HTTP',
      promise: '504 with `connection_timeout`.',
      elsewhere: 'Go limits the handshake to 10 seconds and returns 502.',
    },
    {
      id: 'E7',
      given: "The backend's certificate is not accepted",
      promise: '502 with `tls_certificate_error`; the log line says which setting would accept it.',
    },
    {
      id: 'E8',
      given: 'TLS fails, or the backend sends an alert',
      promise: '502 with `tls_protocol_error` or `tls_alert_received`.',
    },
    {
      id: 'E9',
      given: 'The backend closes or resets the connection before it responds',
      promise: '502 with `connection_terminated`, after the retry if there is one.',
    },
    {
      id: 'E10',
      given: 'No response in time',
      promise: '504 with `http_response_timeout`.',
      elsewhere: 'Go returns 502.',
    },
    { id: 'E11', given: 'The body stalls', promise: '504 with `connection_read_timeout`.' },
    {
      id: 'E12',
      given: 'Lambda or the front door would give up before REQUEST_TIMEOUT',
      promise:
        'The client gets a 504 half a second before that; its code names the phase that was in progress. A body that is being streamed ends with an error.',
    },
    {
      id: 'E13',
      given: 'The body ends before its declared length, or before its last chunk',
      promise: '502 with `http_response_incomplete`; when streamed, an error in the middle of the body.',
    },
    {
      id: 'E14',
      given: 'A response that is not valid HTTP: start line, folded or spaced fields, Content-Length beside chunked',
      promise: '502 with `http_protocol_error`, and the log names LENIENT_BACKEND where that may accept it.',
    },
    {
      id: 'E15',
      given: 'A response with a header section over 80 KB',
      promise: '502 with `http_response_header_section_size`.',
      elsewhere: 'Go accepts 10 MiB, nginx 4 to 8 KB.',
    },
    {
      id: 'E16',
      given: 'Thousands of fields in a response',
      promise: 'None is lost silently: what fits 80 KB passes whole.',
    },
    { id: 'E17', given: 'A body over the quota', promise: '413 with `http_response_body_size`.' },
    { id: 'E18', given: 'A transfer coding other than chunked', promise: '502 with `http_response_transfer_coding`.' },
    { id: 'E19', given: 'The backend switches protocols', promise: '502 with `http_upgrade_failed`.' },
    { id: 'E20', given: 'A status code that does not exist', promise: '502 with `http_protocol_error`.' },
    { id: 'E21', given: 'A filtered path', promise: '403 with `http_request_denied`.' },
    {
      id: 'E22',
      given: 'A request body over a quota',
      promise: 'PAYLOAD_QUOTA applies to responses; every request that AWS accepts is forwarded.',
      stated: 'no such surface: there is no quota on requests',
    },
    {
      id: 'E23',
      given: 'A request that cannot be sent as it is: control characters, path, base64',
      promise: '400 with `http_request_error`.',
    },
    { id: 'E24', given: 'A refused method', promise: '405 with Allow and `http_request_error`.' },
    { id: 'E25', given: 'A loop', promise: '508 with `proxy_loop_detected`.' },
    {
      id: 'E26',
      given: 'Missing or wrong settings',
      promise: '500 with `proxy_configuration_error`; one log line names all of them, and no secret value.',
    },
    {
      id: 'E27',
      given: 'A bug in the proxy',
      promise: '500 with `proxy_internal_error` and the stack in the log; never a failed invocation.',
      elsewhere: 'hono throws.',
    },
    {
      id: 'E28',
      given: 'A backend known to be down, or under maintenance',
      promise:
        'The proxy keeps no such state, and returns 503 itself only where MAINTENANCE says so. Its 502 and 504 carry Retry-After where a retry may help.',
    },
    {
      id: 'E29',
      given: "The backend's own 502, 503 or 504",
      promise: "Passes with its body, without the proxy's page and Proxy-Status.",
    },
    {
      id: 'E30',
      given: 'The client has disconnected',
      promise: 'The response is completed and discarded.',
      elsewhere: 'nginx stops and logs 499.',
      stated: 'no such surface: Lambda does not report it',
    },
    {
      id: 'E31',
      given: 'A connection that fails again after the response',
      promise: 'Crashes nothing: every socket has an error listener.',
    },
    { id: 'E32', given: 'The error page itself fails', promise: 'A short `text/plain` 500.' },
    {
      id: 'E33',
      given: 'A request that opens a WebSocket, by Upgrade or by Sec-WebSocket-Key alone',
      promise: '501 with `http_upgrade_failed`, as a page or as problem details; the backend is not called.',
      elsewhere: 'Go and nginx switch protocols.',
    },
    {
      id: 'E34',
      given: 'An event stream in response to a GET, where responses are returned whole',
      promise:
        '501 with `proxy_configuration_error` at the end of the header section; the log line says how to stream.',
    },
    {
      id: 'E35',
      given: 'The log line of any failure',
      promise:
        'The reason in the words of the proxy, and the remedy. A timeout names its limit; a request that did not arrive may be sent again.',
    },
    {
      id: 'E36',
      given:
        'An application that redirects in a circle, refuses its own forms, asks for a log-in that no browser shows, sets ' +
        'cookies for another host, or sends clients past the proxy',
      promise: 'Its responses pass; one warning per environment and kind, with the remedy.',
    },
    {
      id: 'E37',
      given:
        'With LENIENT_BACKEND: lines without CR, folded fields, equal Content-Lengths, a Content-Length beside chunked, ' +
        'spaces behind a chunk size, a status from 600 to 999',
      promise:
        'Corrected before the strict parser reads them, and delivered, buffered and streamed; the doctor tries it. A status ' +
        'above 599 is 500 for AWS’s front doors, which carry none, and passes elsewhere (RFC 9110 §15). Any other mistake ' +
        'is a 502 as without it.',
      elsewhere: 'curl and Go accept these always; nginx refuses a Content-Length beside chunked.',
    },
    {
      id: 'E38',
      given: 'Connections to a backend with LENIENT_BACKEND',
      promise:
        'One for each request, with `Connection: close`: a second response on it reaches nobody, wherever the first ends.',
    },
  ],
};

/** T: retries. */
export const retries: Group = {
  title: 'Retries',
  rows: [
    {
      id: 'T1',
      given: 'A reused connection is found closed before a byte came back, on GET, HEAD or OPTIONS',
      promise: 'Sent once more, on a fresh connection and within the same deadline.',
      elsewhere:
        'Go includes TRACE and requests with an Idempotency-Key; nginx repeats all but POST, LOCK and PATCH; hono repeats nothing.',
    },
    { id: 'T2', given: 'The same on PUT or DELETE', promise: 'Not repeated.', elsewhere: 'nginx repeats them.' },
    {
      id: 'T3',
      given: 'The same on POST or PATCH',
      promise:
        'Never repeated. Connections that were idle for 4 s, or are known to be closed, are not used for them at all.',
    },
    { id: 'T4', given: 'Connection refused, unknown name or failed handshake', promise: 'No second attempt.' },
    {
      id: 'T5',
      given: 'A timeout, or any status from the backend',
      promise: 'No second attempt; Retry-After passes, and the client decides.',
      elsewhere: 'nginx retries after timeouts.',
    },
    { id: 'T6', given: "The HTTP client's own retries", promise: 'Off.' },
    { id: 'T7', given: 'Time across several attempts', promise: 'All share one deadline.' },
  ],
};

/** N: connections to the backend. */
export const connections: Group = {
  title: 'Connections, TLS and DNS',
  rows: [
    {
      id: 'N1',
      given: 'Many requests in one environment',
      promise: 'They share keep-alive connections; agents are created once per cold start.',
    },
    {
      id: 'N2',
      given: 'A connection that was idle between invocations',
      promise: 'Closed and not used after 4 s of wall-clock time, or when the backend has closed it.',
    },
    {
      id: 'N3',
      given: 'Several clients in one environment',
      promise: 'A connection keeps no state of a client; one that NTLM or Negotiate has authenticated is never shared.',
    },
    {
      id: 'N4',
      given: 'TLS sessions',
      promise: 'Resumed only with the same backend; never with a pinned certificate.',
    },
    {
      id: 'N5',
      given: 'The backend moves to another address',
      promise: 'Each new connection looks the name up again; neither addresses nor failures are cached.',
    },
    {
      id: 'N6',
      given: 'A name with several addresses, IPv4 or IPv6, some of them dead',
      promise:
        'They are tried one after the other until one accepts the connection, before a byte of the request is sent; when all fail, the first failure is reported.',
    },
    { id: 'N7', given: 'A backend that speaks HTTP/2 only', promise: '502: the proxy offers HTTP/1.1.' },
    { id: 'N8', given: 'Cold start', promise: 'Nothing is connected or sent before the first request.' },
    {
      id: 'N9',
      given: 'A verified or pinned certificate in the last tenth of its lifetime',
      promise: 'One warning per environment, with the remedy; verified when a connection is opened, never per request.',
    },
    {
      id: 'N10',
      given: 'REMOTE_ADDRESS',
      promise:
        'Connections go there, with its port or that of REMOTE_URL; Host, SNI, certificate verification, redirects and cookies follow REMOTE_URL.',
    },
    {
      id: 'N11',
      given: 'Several pins in REMOTE_TLS, of certificates and of public keys',
      promise:
        'Any one of them accepts the certificate, and nothing else does; a pin of the key accepts a renewed certificate with the same key.',
    },
    {
      id: 'N12',
      given: 'A backend that verifies its clients (mutual TLS)',
      promise:
        'It gets REMOTE_CERT. A wrong pair, an encrypted key and a certificate that has expired are configuration errors; a refused handshake names both settings.',
    },
    {
      id: 'N13',
      given: 'A backend with TLS 1.0 or 1.1 alone, or with small keys',
      promise: '502; the log line names the NODE_OPTIONS that accept it.',
    },
    {
      id: 'N14',
      given: 'A client certificate in the last tenth of its lifetime',
      promise: 'One warning per environment, when the settings are loaded.',
    },
    {
      id: 'N15',
      given: 'The private key of REMOTE_KEY',
      promise:
        'In no log line, dump, page, configuration error, output of the stack or report of the doctor; also not when it is in the wrong variable.',
    },
    {
      id: 'N16',
      given: 'Many requests to an https backend',
      promise: 'One handshake for each connection, and none for a request.',
    },
  ],
};
