import { createHash } from 'node:crypto';
import http from 'node:http';
import net from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, expect, jest, test } from '@jest/globals';
import { rawBackend } from '../helpers/backends.ts';
import { send } from '../helpers/http-client.ts';
import { webFunctionHost, webFunctionOfTest } from '../helpers/web-function.ts';

// 50 MB through three processes' worth of sockets in one, on a machine with other work.
jest.setTimeout(30_000);

const megabyte = 1_048_576;
const host = `Host: ${webFunctionHost}`;

const { start } = webFunctionOfTest();

/** A backend that reads a request to its end before it responds. */
const readsFirst: http.RequestListener = (request, response) => {
  request.resume().on('end', () => response.end('fine'));
};

/** Sends so many bytes as fast as they are taken; resolves with the response and how much was sent before it began. */
function upload(
  url: string,
  bytes: number,
  fields: http.OutgoingHttpHeaders = { 'content-length': bytes },
  method = 'POST',
) {
  let sent = 0;
  function* content() {
    for (const piece = Buffer.alloc(65_536, 'x'); sent < bytes; sent += piece.length) yield piece;
  }
  return new Promise<{ status: number; text: string; sentBefore: number; headers: http.IncomingHttpHeaders }>(
    (resolve, reject) => {
      const request = http.request(url, { method, agent: false, headers: fields }, async (response) => {
        const sentBefore = sent;
        let text = '';
        for await (const chunk of response.setEncoding('utf8')) text += chunk;
        resolve({ status: response.statusCode ?? 0, text, sentBefore, headers: response.headers });
      });
      pipeline(Readable.from(content(), { objectMode: false }), request).catch(reject);
    },
  );
}

describe('A response of a Web Function during an upload of 50 MB', () => {
  const size = 50 * megabyte;

  test.each<[of: string, status: number, page: RegExp, target: string, env: Record<string, string>]>([
    ['a filtered path', 403, /Filtered URL/, '/private', { FILTERED_PATH: '/private' }],
    ['a network that is not allowed', 403, /network/i, '/', { ALLOWED_CIDRS: '192.0.2.0/24' }],
    ['a request that did not come through the proxy in front', 403, /<h1>/, '/', { ORIGIN_SECRET: 'x'.repeat(32) }],
    ['a dump', 200, /Request dump/, '/?dump_request=y', {}],
    ['settings that are wrong', 500, /<h1>/, '/', { REMOTE_URL: 'nonsense' }],
    ['a backend that is down', 502, /<h1>/, '/', { REMOTE_URL: 'http://127.0.0.1:9' }],
  ])('to %s is the page %i, after the upload', async (_, status, page, target, env) => {
    const { front, early, backend } = await start(readsFirst, env);
    const response = await upload(`${front.url}${target}`, size, { accept: 'text/html', 'content-length': size });
    expect(response.status).toBe(status);
    expect(response.text).toMatch(page);
    expect(early).toEqual([]);
    expect(backend.connections).toBe(0);
  });

  test.each([
    ['TRACE', {}, 405, /Method not allowed|<h1>/i],
    ['OPTIONS', { 'max-forwards': '0' }, 200, /^$/],
  ])('to %s that ends at the proxy is its own, after the upload', async (method, fields, status, page) => {
    const { server, backend } = await start(readsFirst);
    const headers = { accept: 'text/html', 'content-length': size, ...fields };
    const response = await upload(server.url, size, headers, method);
    expect([response.status, response.sentBefore]).toEqual([status, size]);
    expect(response.text).toMatch(page);
    expect(backend.connections).toBe(0);
  });

  test('to a loop is the page 508, after the upload', async () => {
    let url = '';
    let statusBehind = 0;
    const { front, early } = await start((request, response) => {
      const again = http.request(url, { method: 'POST', headers: { ...request.headers, host: 'x' } }, (behind) => {
        statusBehind = behind.statusCode ?? 0;
        behind.resume().on('end', () => response.end());
      });
      request.pipe(again);
    });
    url = front.url;
    await upload(front.url, size);
    expect(statusBehind).toBe(508);
    expect(early).toEqual([]);
  });

  test('that is not understood is a 400 after the upload', async () => {
    const { server } = await start(readsFirst);
    const socket = net.connect(server.port, '127.0.0.1');
    let response = '';
    socket.setEncoding('latin1').on('data', (text) => (response += text));
    socket.write(`POST / HTTP/1.1\r\n${host}\r\nHost: other.example\r\nContent-Length: ${size}\r\n\r\n`);
    for (let sent = 0; sent < size; sent += megabyte) {
      expect(response).toBe('');
      if (!socket.write(Buffer.alloc(megabyte))) await new Promise((resolve) => socket.once('drain', resolve));
    }
    await new Promise((resolve) => socket.once('end', resolve));
    expect(response).toMatch(/^HTTP\/1\.1 400 /);
  });

  const tooLarge = `too large ${'.'.repeat(200_000)}`;

  test('of a backend that responds at once, and reads no byte, arrives after the upload', async () => {
    const { front, early } = await start((_request, response) => response.writeHead(413).end(tooLarge));
    expect(await upload(front.url, size)).toMatchObject({ status: 413, text: tooLarge });
    expect(early).toEqual([]);
  });

  test('of a backend that responds at once, and closes with the lingering of nginx, arrives after the upload', async () => {
    const raw = await rawBackend((socket) => {
      socket
        .on('error', () => undefined)
        .once('data', () => {
          const head = `HTTP/1.1 413 Too Large\r\nContent-Length: ${tooLarge.length}\r\nConnection: close\r\n\r\n`;
          socket.end(head + tooLarge);
          socket.resume();
        });
    });
    const { front, early } = await start(readsFirst, { REMOTE_URL: raw.url });
    expect(await upload(front.url, size)).toMatchObject({ status: 413, text: tooLarge });
    expect(early).toEqual([]);
    await raw.close();
  });

  test('of a backend that responds first and reads then arrives after the upload, and the backend has all of it', async () => {
    let taken = 0;
    const whole = Promise.withResolvers<boolean>();
    const { front, early } = await start(async (request, response) => {
      response.write('begun ');
      for await (const chunk of request) taken += (chunk as Buffer).length;
      whole.resolve(request.complete);
      response.end('and done');
    });
    const response = await upload(front.url, size);
    expect([response.status, response.text]).toEqual([200, 'begun and done']);
    expect(await whole.promise).toBe(true);
    expect(taken).toBe(size);
    expect(early).toEqual([]);
  });

  test('of a backend that stops reading never lets a part pass for the whole', async () => {
    const whole = Promise.withResolvers<boolean>();
    const { front, early } = await start(
      (request, response) => {
        request.socket.once('close', () => whole.resolve(request.complete));
        response.write('beat ');
        const beat = setInterval(() => response.write('beat '), 100);
        setTimeout(() => {
          clearInterval(beat);
          response.end('done');
        }, 5000);
      },
      // Longer than 50 MB may keep the event loop busy, which all servers of this test share.
      { REQUEST_TIMEOUT: '2' },
    );
    const response = await upload(front.url, size, { 'transfer-encoding': 'chunked' });
    expect([response.status, response.text]).toEqual([200, expect.stringMatching(/^(?:beat )+done$/)]);
    expect(await whole.promise).toBe(false);
    expect(early).toEqual([]);
  });

  test('of a backend whose response breaks off meanwhile is a 502', async () => {
    const { front } = await start((request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('begun');
      request.once('data', () => request.socket.destroy());
    });
    expect((await upload(front.url, size)).status).toBe(502);
  });

  test('by its health path comes after the upload', async () => {
    const { front, early } = await start(readsFirst);
    expect(await upload(`${front.url}/.lambda-rproxy/health`, size)).toMatchObject({ status: 200, text: 'ok\n' });
    expect(early).toEqual([]);
  });

  test('that is larger than the limit on dropped content begins at the limit', async () => {
    const { server } = await start(readsFirst, { FILTERED_PATH: '/' }, { bytes: megabyte, durationMs: 60_000 });
    const response = await upload(server.url, size, { accept: 'text/html', 'content-length': size });
    expect(response.status).toBe(403);
    expect(response.sentBefore).toBeGreaterThanOrEqual(megabyte);
    expect(response.sentBefore).toBeLessThan(size);
  });

  test('that does not end within the time limit begins then', async () => {
    const { server } = await start(readsFirst, { FILTERED_PATH: '/' }, { bytes: size, durationMs: 300 });
    const request = http.request(server.url, { method: 'POST', agent: false, headers: { 'content-length': size } });
    request.on('error', () => undefined);
    const trickle = setInterval(() => request.write('x'), 20);
    const status = await new Promise((resolve) => request.once('response', (response) => resolve(response.statusCode)));
    clearInterval(trickle);
    request.destroy();
    expect(status).toBe(403);
  });

  test('that stalls begins after REQUEST_TIMEOUT, and not before', async () => {
    const { server } = await start(readsFirst, { FILTERED_PATH: '/', REQUEST_TIMEOUT: '0.5' });
    const request = http.request(server.url, { method: 'POST', agent: false, headers: { 'content-length': size } });
    request.on('error', () => undefined);
    request.write('x');
    const status = await new Promise((resolve) => request.once('response', (response) => resolve(response.statusCode)));
    request.destroy();
    expect(status).toBe(403);
  });

  test('whose client goes away ends its request, and the server goes on', async () => {
    const { server, front } = await start(readsFirst, { FILTERED_PATH: '/private' });
    const request = http.request(`${server.url}/private`, { method: 'POST', agent: false });
    request.on('error', () => undefined);
    await new Promise<void>((resolve) => request.write(Buffer.alloc(65_536), () => resolve()));
    request.destroy();
    expect((await send(`${front.url}/`)).status).toBe(200);
    expect(await server.drain()).toBe(0);
  });
});

describe('An upload to a Web Function', () => {
  test('of 50 MB passes byte for byte', async () => {
    const { front, early } = await start(async (request, response) => {
      const hash = createHash('sha256');
      for await (const chunk of request) hash.update(chunk as Buffer);
      response.end(hash.digest('hex'));
    });
    const expected = createHash('sha256');
    for (let sent = 0; sent < 50 * megabyte; sent += 65_536) expected.update(Buffer.alloc(65_536, 'x'));
    expect((await upload(front.url, 50 * megabyte)).text).toBe(expected.digest('hex'));
    expect(early).toEqual([]);
  });
});
