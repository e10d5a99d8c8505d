import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { wirePath } from '../../src/http/request/target.ts';
import { start, stop } from '../debian/process.ts';
import { eventFor } from '../helpers/events.ts';
import { freePort } from '../helpers/free-port.ts';
import { bodyText, handlerWith } from '../helpers/lambda.ts';
import { type RunningServer, startServers } from './servers.ts';
import { openPaths, type Spelling, spellings } from './spellings.ts';

const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });

/** Body and status of the response to a raw request-target; a connection that breaks is status 0. */
function responseTo(port: number, path: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve) => {
    const request = http.get({ agent, host: '127.0.0.1', port, path }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => (text += chunk));
      response.on('close', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.on('error', () => resolve({ status: 0, text: '' }));
  });
}

const isSecret = ({ text }: { readonly text: string }) => text.includes('THE SECRET');

/** Runs the calls with some of them at once, and keeps their order. */
async function inTurns<T, U>(list: readonly T[], call: (each: T) => Promise<U>): Promise<U[]> {
  const results: U[] = [];
  let next = 0;
  const work = async () => {
    for (let at = next++; at < list.length; at = next++) results[at] = await call(list[at] as T);
  };
  await Promise.all(Array.from({ length: 8 }, work));
  return results;
}

/** The spellings whose response holds the secret. */
async function leaks(list: readonly Spelling[], get: (path: string) => Promise<{ text: string }>): Promise<Spelling[]> {
  const secret = await inTurns(list, async ({ path }) => isSecret(await get(path)));
  return list.filter((_, index) => secret[index]);
}

/** More of them take longer: SPELLINGS=20000 is for a hunt, not for every run. */
const count = Number(process.env['SPELLINGS'] ?? 2400);
const all = spellings({ pairs: (2 * count) / 3, triples: count / 3 });

/** As bytes on the wire; Node sends no path with spaces or control characters. */
const onWire = (path: string) => {
  const bytes = Buffer.from(path).toString('latin1');
  return /^\/[\u0021-\u00ff]*$/.test(bytes) ? bytes : wirePath(path.startsWith('/') ? path : `/${path}`);
};

/** Ends a process, and kills it when it does not end by itself. */
async function end(child: ChildProcess): Promise<void> {
  const ended = stop(child);
  await Promise.race([ended, sleep(5000, undefined, { ref: false })]);
  child.kill('SIGKILL');
  await ended;
  // Children of the process may still hold them.
  for (const stream of [child.stdout, child.stderr]) stream?.destroy();
}

let folder: string;
const processes: ChildProcess[] = [];
let servers: RunningServer[];
/** The spellings for which a server without the proxy in front of it responds with the secret, by its name. */
const served = new Map<string, Spelling[]>();

const settingsFor = ({ port, hasFormats }: RunningServer) => ({
  REMOTE_URL: `http://127.0.0.1:${port}`,
  // The same Host as without the proxy, so that the pages compare.
  HOST_HEADER: 'backend',
  FILTERED_PATH: hasFormats ? '/admin.*|/secret.*' : '/admin|/secret',
});

/** Calls for each server with the spellings that it serves, and names the server of each leak. */
async function throughAll(call: (server: RunningServer, list: readonly Spelling[]) => Promise<Spelling[]>) {
  const leaked: (Spelling & { server: string })[] = [];
  for (const server of servers) {
    const found = await call(server, served.get(server.name) ?? []);
    leaked.push(...found.map((spelling) => ({ server: server.name, ...spelling })));
  }
  return leaked;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rproxy-servers-'));
  servers = await startServers(folder, processes);
  for (const { name, port } of servers) {
    served.set(name, await leaks(all, (path) => responseTo(port, onWire(path))));
  }
}, 180_000);
afterAll(async () => {
  agent.destroy();
  await Promise.all(processes.map(end));
  await rm(folder, { recursive: true, force: true });
}, 30_000);

describe('a path that a real server reads as a filtered one', () => {
  test('is served by each of the servers without the proxy, in several spellings', () => {
    for (const { name } of servers) expect([name, (served.get(name) ?? []).length > 20]).toEqual([name, true]);
  });

  test('brings nothing back through the handler, which takes the path of an event as it is [F35]', async () => {
    const leaked = await throughAll(async (server, list) => {
      const handler = handlerWith(settingsFor(server));
      return leaks(list, async (rawPath) => ({ text: bodyText(await handler({ ...eventFor(), rawPath })) }));
    });
    expect(leaked).toEqual([]);
  }, 120_000);

  test('brings nothing back through the standalone server [F35]', async () => {
    const leaked = await throughAll(async (server, list) => {
      const port = await freePort();
      const settings = { ...settingsFor(server), HOST: '127.0.0.1', PORT: String(port), LOG_LEVEL: 'CRITICAL' };
      const env = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
      const proxy = await start('/usr/bin/env', [...env, process.execPath, 'src/server.ts'], port);
      processes.push(proxy);
      const found = await leaks(list, (path) => responseTo(port, onWire(path)));
      await end(proxy);
      return found;
    });
    expect(leaked).toEqual([]);
  }, 180_000);
});

test('open pages pass to each of the servers [F3 F35]', async () => {
  for (const server of servers) {
    const handler = handlerWith(settingsFor(server));
    for (const path of openPaths) {
      const { status, text } = await responseTo(server.port, path);
      const result = await handler({ ...eventFor(), rawPath: path });
      expect([server.name, path, result.statusCode, bodyText(result)]).toEqual([server.name, path, status, text]);
      expect([server.name, path, isSecret({ text })]).toEqual([server.name, path, false]);
    }
  }
}, 60_000);
