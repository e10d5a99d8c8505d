import type { Documented } from './failures.ts';
import {
  early,
  hangUp,
  reset,
  type Script,
  send,
  sendAndEnd,
  sendAndReset,
  sendApart,
  silence,
} from './scripted-backend.ts';

const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n';
const terminated = { status: 502, error: 'connection_terminated', code: 'connection_terminated' } as const;
const incomplete = { status: 502, error: 'http_response_incomplete', code: 'response_incomplete' } as const;
const malformed = { status: 502, error: 'http_protocol_error', code: 'response_malformed' } as const;
const silent = { status: 504, error: 'http_response_timeout', code: 'response_timeout' } as const;
const stalled = { status: 504, error: 'connection_read_timeout', code: 'response_stalled' } as const;

/** One way for a backend to fail. */
export interface Fault {
  readonly script: Script;
  /** What it ends in, or nothing when the response counts. */
  readonly documented: Documented | undefined;
  /** It comes after the header section, which a streamed response has passed on by then. */
  readonly inBody?: true;
  /** The connection goes away without a byte, which on a reused one a GET survives. */
  readonly withoutAByte?: true;
}

/** Every way for a backend to fail, and what it ends in. */
export const faults: Readonly<Record<string, Fault>> = {
  'a reset': { script: reset, documented: terminated, withoutAByte: true },
  'an end': { script: hangUp, documented: terminated, withoutAByte: true },
  silence: { script: silence, documented: silent },
  'a reset in the status line': { script: sendAndReset('HTTP/1.'), documented: incomplete },
  'an end in the header section': { script: sendAndEnd(head), documented: incomplete },
  'a stall in the header section': { script: send(head), documented: silent },
  'a reset in the body': {
    script: sendAndReset(`${head}Content-Length: 9\r\n\r\nhalf`),
    documented: incomplete,
    inBody: true,
  },
  'an end in the body': {
    script: sendAndEnd(`${head}Content-Length: 9\r\n\r\nhalf`),
    documented: incomplete,
    inBody: true,
  },
  'a stall in the body': { script: send(`${head}Content-Length: 9\r\n\r\nhalf`), documented: stalled, inBody: true },
  'an end in a chunk': {
    script: sendAndEnd(`${head}Transfer-Encoding: chunked\r\n\r\n9\r\nhalf`),
    documented: incomplete,
    inBody: true,
  },
  'a bad chunk': {
    script: send(`${head}Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nx\r\n`),
    documented: malformed,
    inBody: true,
  },
  'a bad chunk after a while': {
    script: sendApart(`${head}Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n`, 'x\r\n'),
    documented: malformed,
    inBody: true,
  },
  'a reset in a chunk': {
    script: sendAndReset(`${head}Transfer-Encoding: chunked\r\n\r\n9\r\nhalf`),
    documented: incomplete,
    inBody: true,
  },
  'no HTTP': { script: send('nonsense\r\n\r\n'), documented: malformed },
  'a folded field': { script: send(`${head}X-A: 1\r\n  2\r\nContent-Length: 0\r\n\r\n`), documented: malformed },
  'contradicting lengths': {
    script: send(`${head}Content-Length: 1\r\nContent-Length: 2\r\n\r\nok`),
    documented: malformed,
  },
  'a status of 999': { script: send('HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n'), documented: malformed },
  'an odd transfer coding': {
    script: send(`${head}Transfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`),
    documented: { status: 502, error: 'http_response_transfer_coding', code: 'response_transfer_coding' },
  },
  'a switch of protocols': {
    script: send('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
    documented: { status: 502, error: 'http_upgrade_failed', code: 'upgrade_refused' },
  },
  'a huge header section': {
    script: send(`${head}X-A: ${'a'.repeat(100_000)}\r\n\r\n`),
    documented: { status: 502, error: 'http_response_header_section_size', code: 'response_headers_too_large' },
  },
  'a response and a reset': { script: sendAndReset(`${head}Content-Length: 4\r\n\r\nfine`), documented: undefined },
  'a response before the content is read': {
    script: early(send(`${head}Content-Length: 4\r\n\r\nfine`), 'read'),
    documented: undefined,
  },
  'a response and an end, and the content is never read': {
    script: early(sendAndEnd(`${head}Content-Length: 4\r\n\r\nfine`), 'unread'),
    documented: undefined,
  },
  'a response and a reset, and the content is never read': {
    script: early(sendAndReset(`${head}Content-Length: 4\r\n\r\nfine`), 'unread'),
    documented: undefined,
  },
  'half of a response, and the content is never read': {
    script: early(send(`${head}Content-Length: 9\r\n\r\nhalf`), 'unread'),
    documented: stalled,
    inBody: true,
  },
  'a bad chunk, and the content is never read': {
    script: early(send(`${head}Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nx\r\n`), 'unread'),
    documented: malformed,
    inBody: true,
  },
  'silence, and the content is never read': { script: early(silence, 'unread'), documented: silent },
  'no HTTP, and the content is never read': {
    script: early(send('nonsense\r\n\r\n'), 'unread'),
    documented: malformed,
  },
  'a response and an end': { script: sendAndEnd(`${head}Content-Length: 4\r\n\r\nfine`), documented: undefined },
};

/** One request of each kind: without content, with some, with more than fits into the buffers on the way. */
export const requests = [
  { method: 'GET' },
  { method: 'POST', body: 'a small body' },
  { method: 'PUT', body: Buffer.alloc(300_000, 'x') },
] as const;
