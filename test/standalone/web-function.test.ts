import type http from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { logsOf } from '../helpers/logs.ts';
import { webFunctionHost, webFunctionOfTest } from '../helpers/web-function.ts';
import { exchangeBytes } from '../helpers/web-server.ts';

const { start, stop, running } = webFunctionOfTest();

/** A backend that tells what it received. */
const echo: http.RequestListener = (request, response) => {
  const fields: Record<string, string[]> = {};
  request.rawHeaders.forEach((text, index, all) => {
    const name = text.toLowerCase();
    if (index % 2 === 0) fields[name] = [...(fields[name] ?? []), all[index + 1] ?? ''];
  });
  request.resume().on('end', () => response.end(JSON.stringify(fields)));
};

/** What the backend received of a request that reaches the server as Lambda sends it. */
async function received(fields: readonly string[], env: Record<string, string> = {}, target = '/') {
  const { server } = running() ?? (await start(echo, { HOST_HEADER: 'client', ...env }));
  const response = await exchangeBytes(
    server.port,
    ['GET ', target, ' HTTP/1.1\r\n', ...fields.map((line) => `${line}\r\n`), 'Connection: close\r\n\r\n'].join(''),
  );
  return JSON.parse(/\{.*\}/.exec(response)?.[0] ?? 'null') as Record<string, string[]>;
}

const host = `Host: ${webFunctionHost}`;

describe('The client of a Web Function', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['10.0.0.1, 192.0.2.1', '192.0.2.1'],
    ['10.0.0.1,2001:db8::1', '2001:db8::1'],
    ['", 192.0.2.1', '192.0.2.1'],
    ['10.0.0.1, [2001:db8::1]:443', '2001:db8::1'],
    ['10.0.0.1, ', 'unknown'],
    ['localhost', 'unknown'],
  ])('is the last member of X-Forwarded-For, and never an earlier one: %s', async (field, client) => {
    expect((await received([host, `X-Forwarded-For: ${field}`]))['x-forwarded-for']).toEqual([client]);
  });

  test('is the last member of the last of several fields', async () => {
    const fields = ['X-Forwarded-For: 10.0.0.1', 'X-Forwarded-For: 10.0.0.2, 192.0.2.1'];
    expect((await received([host, ...fields]))['x-forwarded-for']).toEqual(['192.0.2.1']);
  });

  test('behind a trusted proxy is the one that the proxy names, and the list is not appended to twice', async () => {
    const env = { TRUST_FORWARDED: 'true', ORIGIN_SECRET: 'a-long-random-text-of-20-or-more' };
    const secret = 'X-Origin-Verify: a-long-random-text-of-20-or-more';
    const { value, lines } = await logsOf(() =>
      received([host, secret, 'X-Forwarded-For: 192.0.2.1, 198.51.100.7'], env),
    );
    expect(value['x-forwarded-for']).toEqual(['192.0.2.1, 198.51.100.7']);
    expect(lines.find(({ message }) => message === 'request')).toMatchObject({ client: { address: '192.0.2.1' } });
  });

  test('behind a trusted proxy is the one in CLIENT_IP_HEADER', async () => {
    const env = {
      TRUST_FORWARDED: 'true',
      ORIGIN_SECRET: 'a-long-random-text-of-20-or-more',
      CLIENT_IP_HEADER: 'CF-Connecting-IP',
    };
    const fields = [
      'X-Origin-Verify: a-long-random-text-of-20-or-more',
      'CF-Connecting-IP: 192.0.2.9',
      'X-Forwarded-For: 198.51.100.7',
    ];
    const { lines } = await logsOf(() => received([host, ...fields], env));
    expect(lines.find(({ message }) => message === 'request')).toMatchObject({ client: { address: '192.0.2.9' } });
  });

  test('outside of ALLOWED_CIDRS is refused whatever it writes itself', async () => {
    const { server } = await start(echo, { ALLOWED_CIDRS: '192.0.2.0/24' });
    const get = (list: string) =>
      exchangeBytes(server.port, `GET / HTTP/1.1\r\n${host}\r\nX-Forwarded-For: ${list}\r\nConnection: close\r\n\r\n`);
    expect(await get('192.0.2.1, 203.0.113.1')).toMatch(/^HTTP\/1\.1 403 /);
    expect(await get('203.0.113.1, 192.0.2.1')).toMatch(/^HTTP\/1\.1 200 /);
    expect(await get('')).toMatch(/^HTTP\/1\.1 403 /);
  });
});

describe('The public host of a Web Function', () => {
  test('is Host, with https and port 443', async () => {
    expect(await received([host])).toMatchObject({
      host: [webFunctionHost],
      'x-forwarded-host': [webFunctionHost],
      'x-forwarded-proto': ['https'],
      'x-forwarded-port': ['443'],
    });
  });

  test.each([
    ['X-Forwarded-Host', [host, 'X-Forwarded-Host: evil.example', 'X-Forwarded-Proto: http'], '/'],
    ['the request-target', [host], 'http://evil.example/'],
  ])('is never the one of %s', async (_, fields, target) => {
    expect(await received(fields, {}, target)).toMatchObject({
      host: [webFunctionHost],
      'x-forwarded-host': [webFunctionHost],
      'x-forwarded-proto': ['https'],
    });
  });

  test('behind a trusted proxy is the one of X-Forwarded-Host', async () => {
    const fields = [host, 'X-Forwarded-Host: www.example.com', 'X-Forwarded-Proto: https'];
    expect(await received(fields, { TRUST_FORWARDED: 'true' })).toMatchObject({
      host: ['www.example.com'],
      'x-forwarded-host': ['www.example.com'],
    });
  });
});

describe('What Lambda writes for a Web Function', () => {
  const id = '5f0c9a52-7f0d-4c51-9d5a-1b1f3f8f9a01';
  const own = [`Lambda-Web-Request-Id: ${id}`, 'lambda-web-endpoint-name: live', 'lambda-web-anything: x'];

  test('never reaches the backend, under no alias either', async () => {
    const names = Object.keys(await received([host, ...own, 'Lambda_Web_Request_Id: x', 'HTTP-Lambda-Web-Id: x']));
    expect(names.filter((name) => /lambda.?web/i.test(name))).toEqual([]);
  });

  test('names the request in the log and in the response, and the function where FUNCTION_NAME does not', async () => {
    for (const [env, functionName] of [
      [{}, 'live'],
      [{ FUNCTION_NAME: 'shop-proxy' }, 'shop-proxy'],
    ] as const) {
      const { value, lines } = await logsOf(async () => {
        const { server } = await start(echo, env);
        return exchangeBytes(
          server.port,
          `GET /x HTTP/1.1\r\n${[host, ...own].join('\r\n')}\r\nConnection: close\r\n\r\n`,
        );
      });
      expect(lines.find(({ message }) => message === 'request')).toMatchObject({
        function_request_id: id,
        function_name: functionName,
        proxy: { source: 'web-function' },
      });
      expect(value).toMatch(new RegExp(`\r\nx-request-id: ${id}\r\n`, 'i'));
      await stop();
    }
  });

  test.each(['', 'a b', 'x'.repeat(129), 'id"quoted'])('but is no id (%j) is replaced by one', async (written) => {
    const { lines } = await logsOf(() => received([host, `Lambda-Web-Request-Id: ${written}`]));
    expect(lines.find(({ message }) => message === 'request')?.['function_request_id']).toMatch(/^[\da-f-]{36}$/);
  });
});
