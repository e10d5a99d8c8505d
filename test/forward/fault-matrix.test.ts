import { afterEach, describe, expect, test } from '@jest/globals';
import { accessLine, type Documented, expectAnswer, expectFailure, handlerFor, invoke } from '../helpers/failures.ts';
import {
  answer,
  hangUp,
  reset,
  type Script,
  type ScriptedBackend,
  scriptedBackend,
  send,
  sendAndEnd,
  sendAndReset,
  silence,
} from '../helpers/scripted-backend.ts';

const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n';
const terminated = { status: 502, error: 'connection_terminated', code: 'connection_terminated' } as const;
const incomplete = { status: 502, error: 'http_response_incomplete', code: 'response_incomplete' } as const;
const malformed = { status: 502, error: 'http_protocol_error', code: 'response_malformed' } as const;
const silent = { status: 504, error: 'http_response_timeout', code: 'response_timeout' } as const;
const stalled = { status: 504, error: 'connection_read_timeout', code: 'response_stalled' } as const;

interface Fault {
  readonly script: Script;
  /** What it ends in, or nothing when the answer counts. */
  readonly documented: Documented | undefined;
  /** The connection goes away without a byte, which on a reused one a GET survives. */
  readonly withoutAByte?: true;
}

const faults: Readonly<Record<string, Fault>> = {
  'a reset': { script: reset, documented: terminated, withoutAByte: true },
  'an end': { script: hangUp, documented: terminated, withoutAByte: true },
  silence: { script: silence, documented: silent },
  'a reset in the status line': { script: sendAndReset('HTTP/1.'), documented: incomplete },
  'an end in the header section': { script: sendAndEnd(head), documented: incomplete },
  'a stall in the header section': { script: send(head), documented: silent },
  'a reset in the body': { script: sendAndReset(`${head}Content-Length: 9\r\n\r\nhalf`), documented: incomplete },
  'an end in the body': { script: sendAndEnd(`${head}Content-Length: 9\r\n\r\nhalf`), documented: incomplete },
  'a stall in the body': { script: send(`${head}Content-Length: 9\r\n\r\nhalf`), documented: stalled },
  'an end in a chunk': {
    script: sendAndEnd(`${head}Transfer-Encoding: chunked\r\n\r\n9\r\nhalf`),
    documented: incomplete,
  },
  'a bad chunk': { script: send(`${head}Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nx\r\n`), documented: malformed },
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
  'an answer and a reset': { script: sendAndReset(`${head}Content-Length: 4\r\n\r\nfine`), documented: undefined },
  'an answer and an end': { script: sendAndEnd(`${head}Content-Length: 4\r\n\r\nfine`), documented: undefined },
};

const requests = [
  { method: 'GET' },
  { method: 'POST', body: 'a small body' },
  { method: 'PUT', body: Buffer.alloc(300_000, 'x') },
] as const;

describe('every fault, with every kind of request, on a fresh and on a reused connection, ends as documented [E9-E20 E31 T1-T3]', () => {
  let backend: ScriptedBackend;
  afterEach(() => backend.close());

  const cases = Object.entries(faults).flatMap(([name, fault]) =>
    requests.flatMap((request) =>
      ['fresh', 'reused'].map((state) => ({ name, fault, request, state, method: request.method })),
    ),
  );

  test.each(cases)('$name, $method, $state', async ({ fault, request, state }) => {
    const survived = fault.withoutAByte && state === 'reused' && request.method === 'GET';
    const before: Script[] = state === 'reused' ? [answer('before')] : [];
    const scripts: Script[] = [...before, fault.script, answer('after'), answer('and on')];
    backend = await scriptedBackend(...(scripts as [Script, ...Script[]]));
    const handler = handlerFor(backend.url, { REQUEST_TIMEOUT: '0.2' });
    if (state === 'reused') expectAnswer(await invoke(handler), 200, 'before');

    const outcome = await invoke(handler, request);
    if (survived) expectAnswer(outcome, 200, 'after');
    else if (fault.documented === undefined) expectAnswer(outcome, 200, 'fine');
    else expectFailure(outcome, fault.documented, backend.port);
    expect(accessLine(outcome)).toMatchObject({ upstream: { attempts: survived ? 2 : 1 } });

    // An end that follows an answer is on its way still; Lambda takes longer than this between two requests.
    if (fault.documented === undefined) await new Promise((resolve) => setTimeout(resolve, 30));
    // The environment is as healthy as before: the next requests get their own answers, in order.
    expectAnswer(await invoke(handler, request), 200, survived ? 'and on' : 'after');
    expectAnswer(await invoke(handler), 200, 'and on');
    expect(backend.requests).toHaveLength(scripts.length + (survived ? 1 : 0));
  });
});
