import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Backend, httpBackend } from '../helpers/backends.ts';
import { send } from '../helpers/http-client.ts';
import { guard } from '../runtime/guard.ts';
import { collectLines, jsonLines } from '../runtime/line-log.ts';

/** Seconds that the server gives a client here; 60 by default, which a suite cannot wait for. */
const clientTimeout = 3;

/** Seconds after which slowhttptest would give up by itself. */
const testLength = 60;

const attackers = 200;

/** From Debian's package of that name. */
const program = 'slowhttptest';

let backend: Backend;
let url: string;
const cleanUps: (() => unknown)[] = [];

beforeAll(async () => {
  backend = await httpBackend((request, response) => {
    if (request.url !== '/endless') {
      request.resume().on('end', () => response.end('fine'));
      return;
    }
    const fill = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536)));
    };
    response.on('drain', fill);
    fill();
  });
  cleanUps.push(() => backend.close());
  const child = spawn(join(process.cwd(), 'node_modules/node/bin/node'), [join(process.cwd(), 'dist/server.mjs')], {
    env: {
      HOST: '127.0.0.1',
      PORT: '0',
      REMOTE_URL: backend.url,
      CLIENT_TIMEOUT: String(clientTimeout),
      REQUEST_TIMEOUT: String(clientTimeout),
      MAX_CONNECTIONS: String(2 * attackers),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  guard(child);
  const log: string[] = [];
  collectLines(child.stdout, log);
  collectLines(child.stderr, log);
  cleanUps.push(() => child.kill('SIGKILL'));
  const listening = () =>
    (jsonLines(log) as { message: string; server?: { port: number } }[]).find(({ message }) => message === 'listening');
  while (listening() === undefined) {
    if (child.exitCode !== null) throw new Error(log.join('\n'));
    await sleep(10);
  }
  url = `http://127.0.0.1:${listening()?.server?.port}`;
});
afterAll(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
});

/** Connections that the kernel holds for the server: all but its listening socket and those in TIME_WAIT. */
function openConnections(): number {
  const port = Number(new URL(url).port).toString(16).toUpperCase().padStart(4, '0');
  const lines = readFileSync('/proc/net/tcp', 'utf8').split('\n');
  const [listening, timeWait] = ['0A', '06'];
  return lines.filter((line) => {
    const [, local, , state] = line.trim().split(/\s+/);
    return local?.endsWith(`:${port}`) && state !== listening && state !== timeWait;
  }).length;
}

interface Outcome {
  /** Most connections open at one time. Of the slow readers the first are cut before the last have connected. */
  readonly most: number;
  /** Seconds until none was left; as many as the attack took when some were. */
  readonly seconds: number;
  /** Bodies that an ordinary client got while the attack went on. */
  readonly served: ReadonlySet<string>;
}

/** Runs slowhttptest and sends ordinary requests until no connection is left. */
async function attack(parameters: readonly string[], path: string): Promise<Outcome> {
  const startedAt = performance.now();
  const all = ['-c', attackers, '-r', attackers, '-l', testLength, '-p', 2, '-u', `${url}${path}`].map(String);
  const child = spawn(program, [...parameters, ...all], { stdio: 'ignore' });
  guard(child);
  const exited = once(child, 'close');
  const served = new Set<string>();
  let most = 0;
  while (child.exitCode === null) {
    const open = openConnections();
    most = Math.max(most, open);
    if (open === 0 && most >= attackers / 2) break;
    served.add((await send(url)).text);
    await Promise.race([exited, sleep(100)]);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  child.kill('SIGKILL');
  await exited;
  return { most, seconds, served };
}

describe(`${attackers} connections of slowhttptest`, () => {
  test.each([
    ['that trickle a header section', ['-H', '-i', '1'], '/'],
    ['that trickle the content of a request', ['-B', '-i', '1', '-s', '100000', '-x', '10'], '/'],
    ['that send no more content', ['-B', '-i', String(testLength), '-s', '100000'], '/'],
    ['that read their response byte by byte', ['-X', '-n', '1', '-z', '5', '-w', '10', '-y', '20'], '/endless'],
  ])(
    '%s are all closed when CLIENT_TIMEOUT is over, and an ordinary client is served meanwhile [W4]',
    async (_, parameters, path) => {
      const { most, seconds, served } = await attack(parameters, path);
      process.stdout.write(`slowhttptest ${parameters[0]}: none of ${most} left after ${seconds.toFixed(1)} s\n`);
      expect(most).toBeGreaterThanOrEqual(attackers / 2);
      expect(seconds).toBeLessThan(testLength);
      expect([...served]).toEqual(['fine']);
    },
    120_000,
  );
});
