import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { send } from '../../helpers/http-client.ts';
import { inProcess, type RunningProxy } from '../../helpers/proxies.ts';
import { apache, gunicorn, lighttpd, type Server } from './servers.ts';

/** A server of Debian's and the proxy in front of it, for the tests of one block. */
function behindProxy(startServer: () => Promise<Server>, settings: (server: Server) => Record<string, string>) {
  let server: Server | undefined;
  let proxy: RunningProxy | undefined;
  beforeAll(async () => {
    server = await startServer();
    proxy = await inProcess(settings(server));
  }, 30_000);
  afterAll(async () => {
    await proxy?.close();
    await server?.close();
  });
  return { server: () => server as Server, proxy: () => proxy as RunningProxy };
}

describe('gunicorn behind the proxy', () => {
  const { server, proxy } = behindProxy(gunicorn, ({ url }) => ({ REMOTE_URL: url, FILTERED_PATH: '/admin' }));
  const environ = async (url: string, headers: Record<string, string>, target: string) =>
    JSON.parse((await send(url, { headers, target })).text) as Record<string, string>;

  test('has its path moved by SCRIPT_NAME when it is reached directly, and never through the proxy [H15 H16]', async () => {
    const direct = await environ(server().url, { SCRIPT_NAME: '/x' }, '/x/admin');
    expect([direct['SCRIPT_NAME'], direct['PATH_INFO']]).toEqual(['/x', '/admin']);
    for (const name of ['SCRIPT_NAME', 'Script-Name', 'Script_Name', 'script.name', 'PATH_INFO', 'REMOTE_USER']) {
      const through = await environ(proxy().url, { [name]: '/x' }, '/x/admin');
      expect([name, through['SCRIPT_NAME'], through['PATH_INFO']]).toEqual([name, '', '/x/admin']);
      expect(Object.keys(through).filter((key) => /^HTTP_(?:SCRIPT|PATH|REMOTE)/.test(key))).toEqual([]);
    }
  });
});

describe('lighttpd with CGI behind the proxy', () => {
  const { server, proxy } = behindProxy(lighttpd, ({ url }) => ({ REMOTE_URL: url }));
  const variables = async (url: string, headers: Record<string, string>) =>
    (await send(`${url}/env.cgi`, { headers })).text.split('\n');
  const aliases = ['X.Forwarded.For', 'X!Forwarded!For', 'X_Forwarded_For', 'X~Forwarded~For', "X'Forwarded`For"];

  test('takes every alias for X-Forwarded-For when it is reached directly, and sees none of them [H16]', async () => {
    for (const alias of aliases) {
      expect(await variables(server().url, { [alias]: '6.6.6.6' })).toContain('HTTP_X_FORWARDED_FOR=6.6.6.6');
      const through = await variables(proxy().url, { [alias]: '6.6.6.6' });
      expect([alias, through.filter((line) => line.includes('6.6.6.6'))]).toEqual([alias, []]);
    }
  });

  test.each(['X~Original~URL', 'Client.IP', 'Front!End!Https', 'X.Host'])(
    'sees nothing of %s, which it would take for the field itself [H15 H16]',
    async (name) => {
      const mark = 'm4rker';
      expect((await variables(server().url, { [name]: mark })).join('\n')).toContain(mark);
      expect((await variables(proxy().url, { [name]: mark })).join('\n')).not.toContain(mark);
    },
  );
});

describe('Apache with WebDAV behind the proxy', () => {
  const { server, proxy } = behindProxy(apache, ({ url }) => ({ REMOTE_URL: `${url}/base` }));
  const copy = (url: string, target: string, destination: string) =>
    send(url, { method: 'COPY', target, headers: { destination, overwrite: 'T' } });

  test('writes a copy where it is told when it is reached directly, outside of the base path too [H46]', async () => {
    const { url, folder } = server();
    expect((await copy(url, '/base/a.txt', `${url}/direct.txt`)).status).toBe(201);
    expect(existsSync(`${folder}/site/direct.txt`)).toBe(true);
  });

  test('writes a copy below the base path, for a Destination on the public host [R21 H46]', async () => {
    expect((await copy(proxy().url, '/a.txt', '/b.txt')).status).toBe(201);
    expect(existsSync(`${server().folder}/site/base/b.txt`)).toBe(true);
  });

  test('writes nothing outside of the base path, whatever the Destination says [H46]', async () => {
    const { url, folder } = server();
    const { port } = new URL(url);
    const hosts = ['other.example', `localhost:${port}`, `127.1:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`];
    const destinations = [
      ...hosts.flatMap((host) => [`http://${host}/out.txt`, ` http://${host}/out.txt`, `https://${host}/out.txt`]),
      ...[
        '/../out.txt',
        '/%2e%2e/out.txt',
        '/x/..%2f..%2fout.txt',
        '../out.txt',
        'out.txt',
        '//out.txt',
        '/\t../out.txt',
      ],
      ...[`http://public@127.0.0.1:${port}/out.txt`, `//127.0.0.1:${port}/out.txt`, `/\\127.0.0.1:${port}/out.txt`],
    ];
    for (const destination of destinations) {
      const { status } = await copy(proxy().url, '/a.txt', destination);
      expect([destination, status === 400 || existsSync(`${folder}/site/base/out.txt`)]).toEqual([destination, true]);
      expect([destination, existsSync(`${folder}/site/out.txt`)]).toEqual([destination, false]);
    }
  });
});
