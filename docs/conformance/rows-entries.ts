import type { Group } from './types.ts';

/** V: the events of every producer. */
export const producers: Group = {
  title: 'Events of every producer',
  rows: [
    {
      id: 'V1',
      given: 'The events of AWS’s front doors, of VPC Lattice, of emulators and of generators of test events',
      promise: 'Each is read as the request that it stands for; `test/fixtures/events` has one of each.',
    },
    {
      id: 'V2',
      given: '`domainName` with a port, or missing, null or empty',
      promise:
        'An authority; without one the Host field, else `unknown`. Any other text is a 400. Where the host has a port or ' +
        'no dot, X-Forwarded-Proto counts.',
    },
    {
      id: 'V3',
      given: '`sourceIp` with a port or a prefix length, or missing, null or empty',
      promise:
        'The address alone, else `unknown`, which ALLOWED_CIDRS refuses; never a field that the client can write.',
    },
    {
      id: 'V4',
      given:
        'A path, query, stage or flag that is missing or null; empty lists beside filled fields; numbers in fields',
      promise: 'The default; the filled one; their digits. A query that comes only in parts is not lost.',
    },
    {
      id: 'V5',
      given: 'AWS_IAM, of a Function URL behind CloudFront too, in fields or as a presigned URL',
      promise:
        'The consumed signature and session token are dropped, so that user and password of REMOTE_URL count. Any other ' +
        'Authorization passes.',
    },
    {
      id: 'V6',
      given: '`Content-Encoding: gzip` on a body that a REST API has decoded',
      promise: 'The field is dropped when the bytes do not bear it out.',
    },
    {
      id: 'V7',
      given: 'The event of a Lambda authorizer, or one without `requestContext`',
      promise: 'Refused; the log names the part.',
    },
    {
      id: 'V8',
      given: 'The streaming handler, called without a stream',
      promise: 'Returns the whole response, as the other handler does.',
    },
    {
      id: 'V9',
      given: 'A response to VPC Lattice',
      promise: 'With a status description and one value for each field: of several cookies the first is set.',
    },
  ],
};

/** W: the standalone server. */
export const standalone: Group = {
  title: 'Standalone server',
  rows: [
    {
      id: 'W1',
      given:
        'A transfer coding beside chunked, two Host fields, an absolute-form without a valid authority, HTTP/0.9 and ' +
        'HTTP/2.0 on the request line, folded fields, NUL, bare CR and LF, two lengths, a length beside chunked',
      promise: '400, and the connection is closed.',
    },
    {
      id: 'W2',
      given: 'A request with Upgrade, or with chunked content in HTTP/1.0, and others pipelined behind it',
      promise: 'Its response is the last of the connection; the others are not sent to the backend.',
    },
    {
      id: 'W3',
      given: 'An upload that has not begun, or that stalls',
      promise:
        'Its header section is sent to the backend at once. After REQUEST_TIMEOUT without a byte every reader of it gets ' +
        'a 408, the dump too.',
    },
    {
      id: 'W4',
      given: 'A client that trickles its header section or its content, or does not read its response',
      promise: 'Cut off after CLIENT_TIMEOUT, as `slowhttptest` measures; others are served meanwhile.',
    },
    {
      id: 'W5',
      given: 'More connections than MAX_CONNECTIONS',
      promise: 'The one that has waited longest without a request is closed; when all have one, the new one.',
    },
    {
      id: 'W6',
      given: 'SIGTERM while connections are open that have no request',
      promise: 'They are closed at once; requests under way end.',
    },
  ],
};
