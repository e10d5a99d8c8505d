import type { FailureCode } from '../src/failures.ts';

/** What an operator needs to know of a failure code. */
interface Entry {
  /** What happened. */
  readonly meaning: string;
  readonly cause: string;
  readonly fix: string;
}

/** The run-book: an entry for each failure code, and the compiler sees to it that none is missing. */
export const runbook: Readonly<Record<FailureCode, Entry>> = {
  bad_request: {
    meaning: 'The request is not legal HTTP, or its path climbs out of the base path in REMOTE_URL',
    cause: 'A scanner, a broken client; a link with `..` in it',
    fix: '`reason` names the part. Nothing to do unless your own pages send it',
  },
  request_incomplete: {
    meaning: 'The client went away before its request was in (server of your own)',
    cause: 'A closed browser, a broken line',
    fix: 'Nothing to do',
  },
  event_unrecognised: {
    meaning: 'The invocation was no HTTP request',
    cause: 'A test event from the console, a trigger that does not belong there',
    fix: 'Remove the trigger; for tests use the event templates of API Gateway or a load balancer',
  },
  path_filtered: {
    meaning: 'FILTERED_PATH covers the path',
    cause: 'Somebody tries doors; or the entry covers more than was meant',
    fix: 'The query "Refused clients" tells which. An entry covers all below it, in every spelling',
  },
  client_not_allowed: {
    meaning: "The client's address is in none of the networks of ALLOWED_CIDRS",
    cause: 'Somebody from outside; a network that has a new range; a proxy in front whose client is not looked at',
    fix: '`reason` has the address. Add its network; behind a proxy of yours set TRUST_FORWARDED, ORIGIN_SECRET and CLIENT_IP_HEADER',
  },
  front_bypassed: {
    meaning: 'The request did not come through the proxy in front, or that proxy has another ORIGIN_SECRET',
    cause: "A scanner at the function's own URL; a secret that was replaced in one place alone",
    fix: 'Nothing to do for scanners. When every request is refused, have both sides know the same secret; ORIGIN_SECRET_PREVIOUS helps while it is being replaced',
  },
  method_not_allowed: {
    meaning: 'TRACE or CONNECT',
    cause: 'A scanner',
    fix: 'Nothing to do',
  },
  request_timeout: {
    meaning: 'The client did not send its request in time (server of your own)',
    cause: 'A slow line, an upload that hangs; somebody who holds connections open',
    fix: 'Raise REQUEST_TIMEOUT for slow uploads',
  },
  response_too_large: {
    meaning: 'The answer does not fit through the endpoint, or is over PAYLOAD_QUOTA',
    cause: 'A download, an export, a page that has grown',
    fix: 'The query "Big responses" has path and size. Stream (`index.streamHandler`), have the backend answer in parts, or raise PAYLOAD_QUOTA if it is set',
  },
  internal_error: {
    meaning: 'A fault in the proxy itself',
    cause: 'A bug',
    fix: 'Report the line, which has the stack; go back to the release before',
  },
  configuration_error: {
    meaning: 'A setting is missing or wrong; every request fails',
    cause: 'The latest change to the environment variables, or to the secret of SECRET_ARN or the right to read it',
    fix: '`reason` names each setting, what is wrong, and an example. Mend all in one go; a secret is read again with the next request',
  },
  dns_not_found: {
    meaning: "The name in REMOTE_URL does not exist for the function's resolver",
    cause: 'A typing error; a private zone that is not associated with the VPC; an expired domain',
    fix: 'Correct the name, associate the zone, or use the address',
  },
  connection_refused: {
    meaning: 'The host answered that nothing listens on the port',
    cause: 'The backend is down or restarting; another port; it listens on 127.0.0.1 alone',
    fix: 'Start it; compare REMOTE_URL with where it listens. It passes by itself when the backend is back',
  },
  destination_unroutable: {
    meaning: 'There is no way to the address',
    cause: 'A private address and a function outside of the VPC; a subnet without a route',
    fix: 'Put the function into the VPC; look at route table and network ACL',
  },
  tls_certificate: {
    meaning: "The backend's certificate is not accepted",
    cause: 'Self-signed, expired, for another name, or changed since it was pinned',
    fix: '`remedy` has the setting to copy, fingerprint included. Make sure that the change was yours',
  },
  tls_protocol: {
    meaning: 'What answered does not speak TLS as expected',
    cause: 'REMOTE_URL says https and the port speaks http; TLS 1.0 or 1.1 only; HTTP/2 only',
    fix: 'Try `http://` in REMOTE_URL; update the backend',
  },
  tls_alert: {
    meaning: 'The backend refused the handshake',
    cause: 'It knows no site of that name (SNI), or wants a client certificate',
    fix: 'Use the name that its certificate has; client certificates are not supported',
  },
  connection_terminated: {
    meaning: 'The backend closed the connection before it answered',
    cause:
      'It crashed or restarted; a limit on connections; a kept connection closed at the wrong moment (POST is not repeated)',
    fix: "Look at the backend's log at that time; give it an idle time-out of more than 5 seconds",
  },
  response_incomplete: {
    meaning: 'The answer ended before its end',
    cause: 'The backend crashed in the middle, or declared a wrong Content-Length',
    fix: "Look at the backend's log; `declared_length` and `body_size` in the trace say how much was missing",
  },
  response_malformed: {
    meaning: 'What came back is not HTTP/1.1',
    cause: 'The port belongs to something else; a header with a control character; a status below 200 or above 599',
    fix: '`causes` has what the parser said. Correct the backend or the port',
  },
  response_headers_too_large: {
    meaning: "The answer's header section is over Node's limit",
    cause: 'A Set-Cookie that grows; debug fields; a Content-Security-Policy without end',
    fix: 'Shorten it at the backend',
  },
  response_transfer_coding: {
    meaning: 'The body is in a transfer coding other than chunked',
    cause: 'A backend that compresses on that level, which is rare',
    fix: 'Have it use Content-Encoding',
  },
  upgrade_refused: {
    meaning: 'The backend answered 101 Switching Protocols',
    cause: 'It wants WebSocket or h2c without having been asked',
    fix: 'Switch that off at the backend; WebSockets do not pass',
  },
  dns_timeout: {
    meaning: 'The name was not resolved in time',
    cause: 'The resolver does not answer; more than 1,024 packets a second to that of the VPC',
    fix: 'It usually passes. Use the address if it does not',
  },
  connection_timeout: {
    meaning: 'Nobody answered to the attempt to connect',
    cause: 'A security group, firewall or route drops packets; the host is off',
    fix: "Let the function's network in; a private address needs the function in the VPC, a public one behind a VPC needs a NAT",
  },
  tls_timeout: {
    meaning: 'Connected, and the handshake did not end',
    cause: 'The port does not speak TLS and waits; an overloaded backend',
    fix: 'Try `http://` in REMOTE_URL; look at the load of the backend',
  },
  response_timeout: {
    meaning: 'No answer within REQUEST_TIMEOUT, or within what Lambda and the endpoint allow',
    cause: 'The backend is slow, or hangs',
    fix: 'The query "Slowest paths" tells where. Raise REQUEST_TIMEOUT and the function\'s timeout, or speed the backend up',
  },
  response_stalled: {
    meaning: 'The answer began, and stopped coming',
    cause: 'The backend hangs in the middle; a large answer on a slow line',
    fix: "Look at the backend's log; raise REQUEST_TIMEOUT for large answers",
  },
  loop_detected: {
    meaning: 'The request has been here before',
    cause: 'REMOTE_URL leads back to the function, directly or by way of others',
    fix: 'Point REMOTE_URL at the backend',
  },
};
