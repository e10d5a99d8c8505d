import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { main, npmStart, type Run } from '../helpers/npm-start.ts';

/*
 * Names with several addresses, from a hosts file that only the proxy's process sees: unshare of util-linux, as root.
 */

/** Nothing listens on 127.0.0.3 and .4; no route leads to 240.0.0.1 and to the documentation's IPv6 network. */
const hosts = `
127.0.0.1 localhost first.example second.example refused.example
127.0.0.2 first.example second.example
127.0.0.3 refused.example dead.example
127.0.0.4 refused.example dead.example
2001:db8::9 unroutable.example
240.0.0.1 unroutable.example
127.0.0.1 unroutable.example
`;

describe('a name with several addresses', () => {
  let folder: string;
  const servers: http.Server[] = [];
  const runs: Run[] = [];
  const ports: Record<string, number> = {};
  const received: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rproxy-hosts-'));
    await writeFile(join(folder, 'hosts'), hosts);
    for (const address of ['127.0.0.1', '127.0.0.2']) {
      const server = http.createServer((request, response) => {
        received.push(`${request.method} ${address}`);
        response.end(address);
      });
      await new Promise<void>((listening) => server.listen(0, address, listening));
      ports[address] = (server.address() as import('node:net').AddressInfo).port;
      servers.push(server);
    }
  });
  afterAll(async () => {
    for (const { child, exit } of runs) {
      child.kill();
      await exit;
    }
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
    await rm(folder, { recursive: true, force: true });
  });

  /** Starts the proxy in front of a name, with the hosts file above. */
  async function proxyFor(url: string): Promise<string> {
    const script = `mount --bind ${folder}/hosts /etc/hosts && exec ${process.execPath} ${main}`;
    const run = npmStart({ REMOTE_URL: url, REQUEST_TIMEOUT: '5' }, [], ['unshare', '--mount', 'sh', '-c', script]);
    runs.push(run);
    return run.url();
  }

  test.each([
    ['first.example', '127.0.0.1'],
    ['second.example', '127.0.0.2'],
    ['refused.example', '127.0.0.1'],
    ['unroutable.example', '127.0.0.1'],
  ])('%s is reached at the one address that accepts connections, %s, with any method [N6]', async (name, address) => {
    const url = await proxyFor(`http://${name}:${ports[address]}`);
    received.length = 0;
    for (const method of ['GET', 'POST', 'GET']) {
      const response = await fetch(url, { method, ...(method === 'POST' ? { body: 'once' } : {}) });
      expect([response.status, await response.text()]).toEqual([200, address]);
    }
    const forwarded = received.filter((line) => !line.startsWith('HEAD'));
    expect(forwarded).toEqual([`GET ${address}`, `POST ${address}`, `GET ${address}`]);
  });

  test('whose addresses are all dead is a 502, and the log names each address [N6]', async () => {
    const url = await proxyFor(`http://dead.example:${ports['127.0.0.1']}`);
    const response = await fetch(url);
    expect([response.status, response.headers.get('proxy-status')]).toEqual([
      502,
      expect.stringContaining('connection_refused'),
    ]);
    const output = runs.at(-1)?.output() ?? '';
    for (const address of ['127.0.0.3', '127.0.0.4']) expect(output).toContain(`${address}:${ports['127.0.0.1']}`);
  });
});
