import type { ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { fronts } from '../../src/local/fronts.ts';
import { webFunctionFront } from '../../src/local/web-function.ts';
import { type Backend, httpBackend } from '../helpers/backends.ts';
import { freePort } from '../helpers/free-port.ts';
import { main, npmStart, type Run } from '../helpers/npm-start.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

/** `npm start`, ended with the test. */
function start(...parameters: Parameters<typeof npmStart>): Run {
  const run = npmStart(...parameters);
  cleanUps.push(() => run.child.kill('SIGKILL'));
  return run;
}

/** `npm start` on a terminal, which `script` provides; ended with the test. */
function startOnTerminal(): Run {
  const command = `${process.execPath} ${main}`;
  const words =
    process.platform === 'darwin' ? ['-q', '/dev/null', ...command.split(' ')] : ['-qefc', command, '/dev/null'];
  const run = npmStart({ TERM: 'xterm' }, [], ['script', ...words]);
  cleanUps.push(() => run.child.kill());
  return run;
}

/** Waits until the output has such a line. */
async function printed(output: () => string, line: RegExp): Promise<void> {
  while (!line.test(output())) await new Promise((resolve) => setTimeout(resolve, 5));
}

async function backend(result: string): Promise<Backend> {
  const started = await httpBackend((_request, response) => response.end(result));
  cleanUps.push(() => started.close());
  return started;
}

describe('npm start', () => {
  test.each(['--help', '-h'])('prints its usage for %s, and ends with 0', async (word) => {
    const { output, exit } = start({}, [word]);
    expect((await exit).code).toBe(0);
    expect(output()).toMatch(/^Usage: npm start -- \[BACKEND\][\s\S]*PORT \(3000\)/);
  });

  test('prints its real address within 10 seconds, serves the embedded backend there, and ends with 0 on Ctrl-C', async () => {
    const startedAt = performance.now();
    const { child, output, url, exit } = start();
    const address = await url();
    const elapsedMs = performance.now() - startedAt;
    if (elapsedMs > 2000) console.warn(`npm start took ${Math.round(elapsedMs)} ms`);
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
    const response = await fetch(`${address}/headers`, { headers: { 'x-from': 'a test' } });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('a test');
    expect((await fetch(`${address}/`)).headers.get('content-type')).toMatch(/^text\/html/);
    expect(output()).toContain('embedded demo');
    child.kill('SIGINT');
    expect(await exit).toEqual({ code: 0, signal: null });
  }, 10_000);

  test('writes its log lines as JSON, the access line of each request among them', async () => {
    const { output, url, child, exit } = start();
    await fetch(`${await url()}/ip`);
    child.kill('SIGTERM');
    expect(await exit).toEqual({ code: 0, signal: null });
    const lines = output()
      .split('\n')
      .filter((line) => line.startsWith('{'));
    const access = lines.map((line) => JSON.parse(line)).filter(({ message }) => message === 'request');
    expect(access).toHaveLength(1);
    expect(access[0]).toMatchObject({ url: { path: '/ip' }, proxy: { source: 'function-url' } });
  }, 10_000);

  test('ends at once on Ctrl-C with a request under way and a connection open', async () => {
    const silent = await httpBackend(() => undefined);
    cleanUps.push(() => silent.close());
    const { child, url, exit } = start({ REMOTE_URL: silent.url });
    const hanging = fetch(await url()).catch(() => 'cut off');
    while (silent.connections === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill('SIGINT');
    expect(await exit).toEqual({ code: 0, signal: null });
    expect(await hanging).toBe('cut off');
  }, 10_000);

  test('forwards to REMOTE_URL, and starts no demo backend then', async () => {
    const other = await backend('from elsewhere');
    const { output, url } = start({ REMOTE_URL: other.url });
    expect(await (await fetch(await url())).text()).toBe('from elsewhere');
    expect(output()).not.toContain('embedded demo');
    expect(output()).toContain(`REMOTE_URL=${other.url}`);
  }, 10_000);

  test('takes the backend as an argument, before REMOTE_URL, checks it and says so', async () => {
    const other = await backend('from elsewhere');
    const { output, url, child, exit } = start({ REMOTE_URL: 'http://127.0.0.1:1' }, [other.url]);
    expect(await (await fetch(await url())).text()).toBe('from elsewhere');
    await printed(output, /Checked .*/);
    expect(output()).toMatch(/^ {2}Checked {3}the backend responds: 200 to HEAD \/ in \d+ ms$/m);
    expect(output()).toContain(`REMOTE_URL=${other.url}`);
    child.kill('SIGTERM');
    expect(await exit).toEqual({ code: 0, signal: null });
  }, 10_000);

  test('says at once when the backend does not respond, and why', async () => {
    const { output, exit, child } = start({}, [`http://127.0.0.1:${await freePort()}`]);
    await printed(output, /Checked .*/);
    expect(output()).toMatch(/Checked {3}no response from the backend: 502 connection_refused; the log line/);
    expect(output()).toContain('"error":{"type":"connection_refused"}');
    child.kill('SIGTERM');
    expect(await exit).toEqual({ code: 0, signal: null });
  }, 10_000);

  test('does not blame the backend when the proxy itself refuses the check', async () => {
    const other = await backend('never seen');
    const { output, exit, child } = start({ FILTERED_PATH: '/' }, [other.url]);
    await printed(output, /Checked .*/);
    expect(output()).toMatch(
      /Checked {3}not checked: the proxy itself responds with 403 http_request_denied; the log line/,
    );
    child.kill('SIGTERM');
    expect(await exit).toEqual({ code: 0, signal: null });
  }, 10_000);

  test('checks nothing where the demo is the backend', async () => {
    const { output, url, child, exit } = start();
    await fetch(`${await url()}/ip`);
    child.kill('SIGTERM');
    await exit;
    expect(output()).not.toContain('Checked');
    expect(output()).not.toContain('"method":"HEAD"');
  }, 10_000);

  test('prints addresses that can be opened, not http://0.0.0.0', async () => {
    const { output, url } = start({ HOST: '0.0.0.0' });
    const address = await url();
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await fetch(`${address}/ip`)).status).toBe(200);
    expect(output()).not.toContain('0.0.0.0');
    for (const [other = ''] of output().matchAll(/http:\S+(?= {2}from other machines)/g))
      expect((await fetch(`${other}/ip`)).status).toBe(200);
  }, 10_000);

  test('prints one readable line per request on a terminal, and no JSON', async () => {
    const run = startOnTerminal();
    await fetch(`${await run.url()}/status/418`);
    await fetch(`${await run.url()}/a%1b%5B31m`);
    await printed(run.output, /404 .*/);
    expect(run.output()).toMatch(/^\d\d:\d\d:\d\d {2}418 {2}GET {5}\/status\/418 {2}\d+ ms\r?$/m);
    expect(run.output()).toContain('one line per request');
    expect(run.output()).not.toContain('{"level"');
  }, 10_000);

  test.each([
    ['user and password', 'http://lovelace:pa%24s-secret@127.0.0.1:1/base', 'REMOTE_URL=http://127.0.0.1:1/base'],
    ['a password with an @ in it', 'http://lovelace:pa@ss-secret@127.0.0.1:1/', 'REMOTE_URL=http://127.0.0.1:1'],
    ['a key in its query', 'http://127.0.0.1:1/base?key=top-secret', 'REMOTE_URL=http://127.0.0.1:1/base'],
    ['a fault', 'htp://lovelace:top-secret@127.0.0.1/', 'REMOTE_URL (set)'],
  ])(
    'prints no secret of a REMOTE_URL with %s',
    async (_, remoteUrl, shown) => {
      const { output, url } = start({ REMOTE_URL: remoteUrl, DEBUG_KEY: 'debug-secret', APP_NAME: 'Greenhouse' });
      expect((await fetch(await url())).status).toBeGreaterThanOrEqual(500);
      expect(output()).not.toContain('secret');
      expect(output()).not.toContain('lovelace');
      expect(output()).toMatch(new RegExp(`^.*${RegExp.escape(shown)}$`, 'm'));
      expect(output()).toContain('DEBUG_KEY (set)');
      expect(output()).toContain('APP_NAME=Greenhouse');
    },
    10_000,
  );

  test('prints a long setting short and on one line', async () => {
    const pem = `-----BEGIN CERTIFICATE-----\n${'QUJD\n'.repeat(200)}-----END CERTIFICATE-----`;
    const { output, url } = start({ REMOTE_CA: pem });
    await url();
    expect(output()).toContain('REMOTE_CA=-----BEGIN CERTIFICATE-----');
    expect(output()).not.toContain('END CERTIFICATE');
  }, 10_000);

  test.each([...fronts, webFunctionFront])(
    'emulates $title for --front $source, and says so',
    async ({ source, title }) => {
      const { output, url, child, exit } = start({}, ['--front', source]);
      const response = await fetch(`${await url()}/ip`);
      expect(response.status).toBe(200);
      child.kill('SIGTERM');
      await exit;
      expect(output()).toMatch(new RegExp(`emulated here: ${title} in front of the real (?:handler|server)`));
      expect(output()).toContain(`"source":"${source}"`);
    },
    10_000,
  );

  test.each([
    [['--front', 'nginx'], /^--front must be one of function-url, http-api, .*, but is "nginx"\n$/],
    [['--front', ''], /^--front must be one of .*, but is ""\n$/],
    [['--front'], /argument missing\nUsage: npm start -- \[BACKEND\] \[--stream\] \[--front NAME\]\n/],
    [['--back', 'x'], /^Unknown option '--back'.*\nUsage: npm start -- \[BACKEND\] \[--stream\]/],
    [['alb'], /^The backend must begin with http.* Did you mean http:\/\/alb\?\nUsage: npm start/],
    [['127.0.0.1:8080/a'], /Did you mean http:\/\/127\.0\.0\.1:8080\/a\?\n/],
    [['[::1]:8080'], /Did you mean http:\/\/\[::1\]:8080\?\n/],
    [['htp://lovelace:secret@x'], /^The backend must begin with http:\/\/ or https:\/\/ and a host\.\nUsage/],
    [['http://a', 'http://b'], /^Name one backend, not 2\.\nUsage/],
  ])(
    'says what is wrong with the parameters %j, and ends with 1',
    async (parameters, message) => {
      const { output, exit } = start({}, parameters);
      expect((await exit).code).toBe(1);
      expect(output()).toMatch(message);
    },
    10_000,
  );

  test('says so when its port is taken, names another that could be free, and ends with 1', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanUps.push(() => server.close());
    const { port } = server.address() as { port: number };
    const { output, exit } = start({ PORT: String(port) });
    expect((await exit).code).toBe(1);
    expect(output()).toBe(`Port ${port} on 127.0.0.1 is taken. Choose another: PORT=${port + 1} npm start\n`);
  }, 10_000);

  test.each(['x', '-1', '65536', '80.5', '0x50', '1e3', ' ', '3000 '])(
    'says what is wrong with PORT=%j, and ends with 1',
    async (port) => {
      const { output, exit } = start({ PORT: port });
      expect((await exit).code).toBe(1);
      expect(output()).toBe(`PORT must be a TCP port from 0 to 65535, e.g. 3000, but is ${JSON.stringify(port)}\n`);
    },
    10_000,
  );

  test('says what is wrong with HOST, and ends with 1', async () => {
    const { output, exit } = start({ HOST: '203.0.113.1' });
    expect((await exit).code).toBe(1);
    expect(output()).toMatch(/^Cannot listen on 203\.0\.113\.1:0: .*Set HOST and PORT/);
  }, 10_000);
});

describe('npm', () => {
  test('ends the server with it on SIGTERM, so that the next one finds the port free', async () => {
    const port = String(await freePort());
    for (const _ of ['first', 'second']) {
      const run = npmStart({ PORT: port, HOME: process.env['HOME'] ?? '' }, [], ['npm', 'start', '--']);
      cleanUps.push(() => run.child.kill('SIGTERM'));
      await run.url();
      run.child.kill('SIGTERM');
      await run.exit; // of all that hold its output, the server among them
      expect(run.output()).not.toContain('is taken');
    }
  }, 30_000);
});

describe('npm start -- --stream', () => {
  test.each(fronts.filter(({ toStreamedHead }) => toStreamedHead))(
    'emulates $title that streams: events arrive while the backend continues, and so does a page of the proxy',
    async ({ source, title }) => {
      const ended = Promise.withResolvers<void>();
      let held: ServerResponse | undefined;
      const backend = await httpBackend(({ method }, response) => {
        if (method === 'HEAD') return response.end();
        held = response;
        response.once('close', ended.resolve);
        response.writeHead(200, { 'content-type': 'text/event-stream', 'set-cookie': ['a=1', 'b=2'] });
        response.write('data: 1\n\n');
      });
      cleanUps.push(() => backend.close());
      const { output, url, child, exit } = start({ REMOTE_URL: backend.url }, ['--stream', '--front', source]);
      const response = await fetch(await url());
      expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      expect((await reader?.read())?.value).toBe('data: 1\n\n');
      held?.write('data: 2\n\n');
      expect((await reader?.read())?.value).toBe('data: 2\n\n');
      held?.end();
      expect((await reader?.read())?.done).toBe(true);
      await ended.promise;
      const dump = await fetch(`${await url()}/?dump_request=y`, { headers: { accept: 'application/json' } });
      expect([dump.status, dump.headers.get('content-type')]).toEqual([200, 'application/json']);
      child.kill('SIGTERM');
      await exit;
      expect(output()).toContain(`emulated here: ${title} that streams`);
    },
    10_000,
  );

  test('names the front doors that stream when the given one does not, and ends with 1', async () => {
    const { output, exit } = start({}, ['--stream', '--front', 'alb']);
    expect((await exit).code).toBe(1);
    expect(output()).toBe(
      '--stream needs a front door that streams: function-url or rest-api or web-function, but --front is alb\n',
    );
  }, 10_000);

  test('ends a truncated response as AWS does, and the log says why', async () => {
    const backend = await httpBackend((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.write('partial', () => setTimeout(() => response.destroy(), 50));
    });
    cleanUps.push(() => backend.close());
    const { output, url, child, exit } = start({ REMOTE_URL: backend.url }, ['--stream']);
    const response = await fetch(await url());
    expect([response.status, await response.text()]).toEqual([200, 'partial']);
    child.kill('SIGTERM');
    await exit;
    expect(output()).toContain('"message":"response broke off"');
  }, 10_000);
});
