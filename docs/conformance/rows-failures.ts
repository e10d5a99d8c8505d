import type { Group } from './types.ts';

/** E: what becomes of failures. */
export const failures: Group = {
  title: 'Failures',
  rows: [
    {
      id: 'E1',
      given: 'The name of the backend does not exist',
      promise: '502 with `dns_error`.',
      elsewhere: 'hono throws.',
    },
    {
      id: 'E2',
      given: 'Name lookup fails for now, or takes too long',
      promise: '504 with `dns_timeout`.',
      elsewhere: 'Go answers 502.',
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
      given: 'The connection is not made in time',
      promise: '504 with `connection_timeout`.',
      elsewhere: 'Go answers 502.',
    },
    {
      id: 'E6',
      given: 'The TLS handshake is not finished in time, as with a port that speaks plain HTTP',
      promise: '504 with `connection_timeout`.',
      elsewhere: 'Go gives the handshake 10 seconds of its own and answers 502.',
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
      given: 'The backend closes or resets before it answers',
      promise: '502 with `connection_terminated`, after the retry where there is one.',
    },
    {
      id: 'E10',
      given: 'No answer in time',
      promise: '504 with `http_response_timeout`.',
      elsewhere: 'Go answers 502.',
    },
    { id: 'E11', given: 'The body stops in the middle', promise: '504 with `connection_read_timeout`.' },
    {
      id: 'E12',
      given: 'Lambda or the front door would end the wait before REQUEST_TIMEOUT does',
      promise:
        'Half a second before that a 504 is given; its code names the phase in which the time ran out. A body that is being streamed ends with an error.',
    },
    {
      id: 'E13',
      given: 'The body ends before its length, or before its last chunk',
      promise: '502 with `http_response_incomplete`; streamed, an error in the middle of the body.',
    },
    {
      id: 'E14',
      given: 'An answer that is not valid HTTP: start line, folded or spaced fields, length beside chunks',
      promise: '502 with `http_protocol_error`.',
    },
    {
      id: 'E15',
      given: 'An answer with a header section over 16 KB',
      promise: '502 with `http_response_header_section_size`.',
      elsewhere: 'Go takes 10 MiB, nginx 4 to 8 KB.',
    },
    {
      id: 'E16',
      given: 'Thousands of fields in an answer',
      promise: 'None is lost in silence: what fits 16 KB passes whole.',
    },
    { id: 'E17', given: 'A body over the quota', promise: '413 with `http_response_body_size`.' },
    { id: 'E18', given: 'A transfer coding that nobody undoes', promise: '502 with `http_response_transfer_coding`.' },
    { id: 'E19', given: 'The backend switches protocols', promise: '502 with `http_upgrade_failed`.' },
    { id: 'E20', given: 'A status that does not exist', promise: '502 with `http_protocol_error`.' },
    { id: 'E21', given: 'A filtered path', promise: '403 with `http_request_denied`.' },
    {
      id: 'E22',
      given: 'A request body over a quota',
      promise: 'PAYLOAD_QUOTA is for answers; what AWS lets in is forwarded.',
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
      promise: '500 with `proxy_configuration_error`; one log line names every one of them, and no secret value.',
    },
    {
      id: 'E27',
      given: 'A bug of our own',
      promise: '500 with `proxy_internal_error` and the stack in the log; never a failed invocation.',
      elsewhere: 'hono throws.',
    },
    {
      id: 'E28',
      given: 'A backend known to be down, or under maintenance',
      promise:
        'Nothing is remembered of it: 503 is never our own. Our 502 and 504 carry Retry-After where a retry may help.',
    },
    {
      id: 'E29',
      given: "The backend's own 502, 503 or 504",
      promise: 'Passes with its body, without our page and without our Proxy-Status.',
    },
    {
      id: 'E30',
      given: 'The client has gone',
      promise: 'The answer is made and nobody reads it.',
      elsewhere: 'nginx stops and logs 499.',
      stated: 'no such surface: Lambda does not tell',
    },
    {
      id: 'E31',
      given: 'A connection that fails once more after the answer',
      promise: 'Ends nothing: every socket has somebody who listens for errors.',
    },
    { id: 'E32', given: 'A failure while the error page is made', promise: 'A short `text/plain` 500.' },
  ],
};

/** T: when the backend is asked twice. */
export const retries: Group = {
  title: 'Retries',
  rows: [
    {
      id: 'T1',
      given: 'A reused connection turns out to be gone before a byte came back, on GET, HEAD or OPTIONS',
      promise: 'Asked once more, on a fresh connection and within the same deadline.',
      elsewhere:
        'Go counts TRACE and Idempotency-Key in; nginx repeats all but POST, LOCK and PATCH; hono repeats nothing.',
    },
    { id: 'T2', given: 'The same on PUT or DELETE', promise: 'Not repeated.', elsewhere: 'nginx repeats them.' },
    {
      id: 'T3',
      given: 'The same on POST or PATCH',
      promise: 'Never repeated. Connections that idled for 4 s, or are seen to be over, are not used for them at all.',
    },
    { id: 'T4', given: 'Refused, unknown name or a failed handshake', promise: 'No second try.' },
    {
      id: 'T5',
      given: 'A time-out, or any status of the backend',
      promise: 'No second try; Retry-After passes, and the client decides.',
      elsewhere: 'nginx repeats after time-outs.',
    },
    { id: 'T6', given: "The HTTP client's own retries", promise: 'Off.' },
    { id: 'T7', given: 'Time over several tries', promise: 'All share one deadline.' },
  ],
};

/** N: how the backend is reached. */
export const connections: Group = {
  title: 'Connections, TLS and DNS',
  rows: [
    {
      id: 'N1',
      given: 'Many requests in one environment',
      promise: 'They share kept-alive connections; agents are made once per cold start.',
    },
    {
      id: 'N2',
      given: 'A connection that idled between invocations',
      promise: 'Closed and not used after 4 s by the wall clock, or when the backend has ended it.',
    },
    {
      id: 'N3',
      given: 'Several clients in one environment',
      promise: 'Nothing of a client stays on a connection; one that NTLM or Negotiate has logged in is never shared.',
    },
    {
      id: 'N4',
      given: 'TLS sessions',
      promise: 'Resumed with the one backend alone; not at all with a pinned certificate.',
    },
    {
      id: 'N5',
      given: 'The backend moves to another address',
      promise: 'Each new connection looks the name up again; neither addresses nor failures are kept.',
    },
    {
      id: 'N6',
      given: 'A backend with IPv4 and IPv6, one of them dead',
      promise: 'The other is used; when both fail, the failure is named after the first.',
    },
    { id: 'N7', given: 'A backend that speaks HTTP/2 only', promise: '502: the proxy offers HTTP/1.1.' },
    { id: 'N8', given: 'Cold start', promise: 'Nothing is connected nor sent before the first request.' },
  ],
};
