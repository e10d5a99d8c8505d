import assert from 'node:assert/strict';
import { eventFor } from '../helpers/events.ts';
import { bodyOf, type Kind } from './bodies.ts';
import type { Contender } from './contenders.ts';
import { browserEvent } from './event.ts';
import { ask, type Bench, bytesOf, type Scheme, schemes, start } from './subject.ts';

/** Bodies that are measured. */
export const sizes: readonly { readonly title: string; readonly kind: Kind; readonly size: number }[] = [
  { title: '1 KB', kind: 'ascii', size: 1024 },
  { title: '100 KB ASCII', kind: 'ascii', size: 102_400 },
  { title: '100 KB UTF-8', kind: 'utf8', size: 102_400 },
  { title: '4.5 MB', kind: 'bytes', size: 4_500_000 },
];

export const targetOf = ({ kind, size }: { kind: Kind; size: number }) => `/${kind}/${size}`;

async function check(bench: Bench, contender: Contender, scheme: Scheme): Promise<void> {
  await using runtime = await start(bench, contender, scheme);
  const before = await bench.backend.connections();
  for (const { kind, size } of sizes) {
    const response = await ask(runtime, browserEvent(targetOf({ kind, size })));
    const { type, body } = bodyOf(kind, size);
    assert.equal(response.statusCode, 200);
    assert.equal(response.headers['content-type'], type);
    assert.ok(bytesOf(response).equals(body), `another body of ${size} bytes than the backend's`);
    assert.equal(response.cookies?.length, 2, 'both cookies, each by itself');
  }
  const headers = { 'x-probe': 'kept', 'content-type': 'text/plain' };
  const event = eventFor({ method: 'POST', target: '/echo?a=1&b=%2F%C3%A9', headers, body: 'a body' });
  const echo = await ask(runtime, event);
  assert.equal(echo.statusCode, 201);
  const seen = JSON.parse(bytesOf(echo).toString());
  assert.deepEqual([seen.method, seen.url, seen.headers['x-probe']], ['POST', '/echo?a=1&b=%2F%C3%A9', 'kept']);
  assert.equal(Buffer.from(seen.body, 'base64').toString(), 'a body');
  assert.equal(seen.headers.host, new URL(bench.backend[scheme]).host);
  const moved = await ask(runtime, eventFor({ target: '/moved' }));
  assert.deepEqual([moved.statusCode, moved.headers['location']], [302, '/elsewhere']);
  assert.equal((await ask(runtime, eventFor({ target: '/none' }))).statusCode, 404);
  // One of them is this process's, to ask for the number.
  const connections = (await bench.backend.connections()) - before - 1;
  assert.equal(connections, 1, 'one connection for all requests');
}

/**
 * A contender is timed only when it forwards: right bytes, status, cookies, query, body and host, and over one
 * connection.
 *
 * @throws an error that names the contender
 */
export async function gate(bench: Bench, contenders: readonly Contender[]): Promise<void> {
  for (const contender of contenders) {
    for (const scheme of schemes) {
      await check(bench, contender, scheme).catch((cause) => {
        throw new Error(`${contender.name} does not forward over ${scheme}: ${cause.message}`, { cause });
      });
    }
  }
}
