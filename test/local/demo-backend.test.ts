import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type DemoBackend, startDemoBackend } from '../../src/local/demo/demo-backend.ts';

let backend: DemoBackend;

beforeAll(async () => {
  backend = await startDemoBackend();
});

afterAll(() => backend.close());

/** Sends a request whose path goes out untouched, unlike fetch's, and waits for the answer's headers. */
async function open(path: string, options: RequestOptions = {}, body?: string | Buffer): Promise<IncomingMessage> {
  const { hostname, port } = new URL(backend.httpUrl);
  const request = httpRequest({ hostname, port, path, ...options }).end(body);
  const [response] = await once(request, 'response');
  return response;
}

async function exchange(path: string, options: RequestOptions = {}, body?: string | Buffer) {
  const response = await open(path, options, body);
  const bytes = await buffer(response);
  return { status: response.statusCode, headers: response.headers, bytes, text: bytes.toString() };
}

async function json(path: string, options: RequestOptions = {}, body?: string | Buffer) {
  return JSON.parse((await exchange(path, options, body)).text);
}

describe('The servers', () => {
  test('start on free ports', () => {
    expect(backend.httpUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(backend.httpsUrl).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  });

  test('are stopped by a form, refuse connections then, and come back when they are woken [O15]', async () => {
    const stopping = await startDemoBackend();
    const wakeUrl = await stopping.startWebhook();
    const status = (url: string, method = 'GET') =>
      fetch(url, { method }).then(
        ({ status }) => status,
        () => 'refused',
      );
    // A link must not do it.
    expect(await status(`${stopping.httpUrl}/demo/stop`)).toBe(405);
    expect(await status(`${stopping.httpUrl}/demo/stop`, 'POST')).toBe(200);
    expect(await status(stopping.httpUrl)).toBe('refused');
    expect(await status(wakeUrl)).toBe(405);
    expect(await status(wakeUrl, 'POST')).toBe(202);
    while ((await status(`${stopping.httpUrl}/ip`)) === 'refused') await sleep(50);
    expect(await status(`${stopping.httpUrl}/ip`)).toBe(200);
    // Stopped once more, it can be closed for good.
    expect(await status(`${stopping.httpUrl}/demo/stop`, 'POST')).toBe(200);
    await stopping.close();
    expect(await status(wakeUrl, 'POST')).toBe('refused');
  }, 20_000);

  test('tell on their start page what stands in front, when they are told [O15]', async () => {
    const story = { frontDoor: 'a <Lambda> Function URL', streams: true, filteredPath: '/closed' };
    const told = await startDemoBackend({ story });
    const html = await (await fetch(told.httpUrl)).text();
    await told.close();
    expect(html).toContain('an emulation of a &lt;Lambda&gt; Function URL');
    for (const target of [
      './headers?dump_request=y',
      './headers?trace_connection=y',
      './closed',
      './sse.html',
      './broken/reset',
    ])
      expect(html).toContain(`href="${target}"`);
    expect((await exchange('/')).text).not.toContain('What to try');
  });

  test('show the certificate whose fingerprint they tell, and count handshakes and requests', async () => {
    const { requests, tlsHandshakes } = backend;
    const request = httpsRequest(`${backend.httpsUrl}/ip`, { rejectUnauthorized: false, agent: false }).end();
    const [response] = await once(request, 'response');
    const certificate = response.socket.getPeerX509Certificate();
    expect(certificate.fingerprint256).toBe(backend.fingerprint);
    expect(certificate.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1');
    expect(JSON.parse((await buffer(response)).toString())).toEqual({ origin: '127.0.0.1' });
    expect(backend.requests).toBe(requests + 1);
    expect(backend.tlsHandshakes).toBe(tlsHandshakes + 1);
  });

  test('are trusted by a client that trusts just this certificate', async () => {
    const { hostname, port } = new URL(backend.httpsUrl);
    const socket = connectTls({ host: hostname, port: Number(port), rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    const ca = socket.getPeerX509Certificate()?.toString() ?? '';
    socket.destroy();
    const request = httpsRequest(`${backend.httpsUrl}/status/204`, { ca, agent: false }).end();
    const [response] = await once(request, 'response');
    expect(response.statusCode).toBe(204);
  });

  test('end at once with every connection that is idle, hanging, slow or in its handshake', async () => {
    const doomed = await startDemoBackend();
    const ports = [doomed.httpUrl, doomed.httpsUrl].map((url) => Number(new URL(url).port));
    const plain = Array.from({ length: 4 }, () => connect(ports[0] ?? 0, '127.0.0.1'));
    const handshake = connect(ports[1] ?? 0, '127.0.0.1');
    const secure = connectTls({ port: ports[1], host: '127.0.0.1', rejectUnauthorized: false });
    const sockets = [...plain, secure, handshake];
    // Resumed, because a socket that nobody reads does not notice its end.
    const ends = sockets.map(
      (socket) =>
        new Promise((end) =>
          socket
            .resume()
            .on('error', () => {})
            .on('close', end),
        ),
    );
    await Promise.all([...plain, handshake].map((socket) => once(socket, 'connect')));
    const paths = ['/ip', '/broken/stall', '/delay/60', '/sse', '/broken/silent'];
    for (const [index, path] of paths.entries()) sockets[index]?.write(`GET ${path} HTTP/1.1\r\nHost: demo\r\n\r\n`);
    while (doomed.requests < paths.length) await sleep(5);
    const before = performance.now();
    await doomed.close();
    await Promise.all(ends);
    expect(performance.now() - before).toBeLessThan(10_000);
    await doomed.close();
  });

  test('refuse to start on a port that is taken, and leave nothing open behind', async () => {
    const taken = Number(new URL(backend.httpUrl).port);
    await expect(startDemoBackend({ httpsPort: taken })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('The echo', () => {
  test('shows target and headers as they came, and headers in the spelling of httpbin', async () => {
    const headers = ['Host', 'demo', 'x-b3-TraceId', 'a', 'X-B3-TraceId', 'b', 'Connection', 'close'];
    const echo = await json('/anything/a%2Fb/../%zz//?q=1&q=%C3%BC+x&e', { headers: headers as never });
    expect(echo.rawUrl).toBe('/anything/a%2Fb/../%zz//?q=1&q=%C3%BC+x&e');
    expect(echo.rawHeaders).toEqual(headers);
    expect(echo.headers).toEqual({ Connection: 'close', Host: 'demo', 'X-B3-Traceid': 'a,b' });
    expect(echo.args).toEqual({ q: ['1', 'ü x'], e: '' });
    expect(echo).toMatchObject({ method: 'GET', data: '', json: null, form: {}, files: {}, origin: '127.0.0.1' });
    expect(echo.url).toBe(`http://demo${echo.rawUrl}`);
  });

  test('shows text, JSON and binary bodies as httpbin does', async () => {
    expect(await json('/put', { method: 'PUT' }, '{"a":"ü"}')).toMatchObject({ data: '{"a":"ü"}', json: { a: 'ü' } });
    const binary = await json('/patch', { method: 'PATCH' }, Buffer.of(0xff, 0));
    expect(binary).toMatchObject({ data: 'data:application/octet-stream;base64,/wA=', json: null });
  });

  test('takes urlencoded and multipart forms apart', async () => {
    const body = new URLSearchParams([
      ['a', '1'],
      ['a', '2'],
      ['b', 'ü&'],
    ]);
    const urlencoded = await fetch(`${backend.httpUrl}/post`, { method: 'POST', body });
    expect(await urlencoded.json()).toMatchObject({ form: { a: ['1', '2'], b: 'ü&' }, files: {}, data: '' });
    const form = new FormData();
    form.append('note', 'ü');
    form.append('file', new File(['text'], 'a.txt', { type: 'text/plain' }));
    form.append('file', new File([Uint8Array.of(0xff)], 'b.bin', { type: 'image/x-demo' }));
    const multipart = await fetch(`${backend.httpUrl}/post`, { method: 'POST', body: form });
    const files = { file: ['text', 'data:image/x-demo;base64,/w=='] };
    expect(await multipart.json()).toMatchObject({ form: { note: 'ü' }, files, data: '' });
  });

  test('answers 405 with Allow for a wrong method, while /anything takes all', async () => {
    const refused = await exchange('/post', { method: 'DELETE' });
    expect([refused.status, refused.headers.allow]).toEqual([405, 'POST, OPTIONS']);
    expect(await json('/anything', { method: 'PROPFIND' })).toMatchObject({ method: 'PROPFIND' });
  });
});

describe('Cookies and redirects', () => {
  test('cookies are shown, set one by one, and set together with a date', async () => {
    expect(await json('/cookies', { headers: { Cookie: 'a=1; b=x=y' } })).toEqual({ cookies: { a: '1', b: 'x=y' } });
    const one = await exchange('/cookies/set/na%20me/%C3%BC%3B');
    expect([one.status, one.headers.location]).toEqual([302, '/cookies']);
    expect(one.headers['set-cookie']).toEqual(['na%20me=%C3%BC%3B; Path=/']);
    const two = await exchange('/cookies/set?a=1&b=2');
    expect(two.headers['set-cookie']).toEqual(['a=1; Path=/', 'b=2; Path=/']);
    const many = await exchange('/cookies/many');
    expect(many.headers['set-cookie']).toHaveLength(3);
    expect(many.headers['set-cookie']?.[1]).toContain('Expires=Tue, 19 Jan 2038');
  });

  test('redirects lead to /get, with or without scheme and host, or exactly where they are told to', async () => {
    const location = async (path: string) => (await exchange(path, { headers: { Host: 'demo:1' } })).headers.location;
    expect(await location('/redirect/3')).toBe('/redirect/2');
    expect(await location('/redirect/1')).toBe('/get');
    expect(await location('/absolute-redirect/2')).toBe('http://demo:1/absolute-redirect/1');
    expect(await location('/absolute-redirect/1')).toBe('http://demo:1/get');
    expect(await location('/redirect-to?url=http://elsewhere/a%2520b%23c')).toBe('http://elsewhere/a%20b#c');
    expect((await exchange('/redirect-to?url=/x&status_code=307')).status).toBe(307);
    expect((await exchange('/redirect-to')).status).toBe(400);
    expect((await fetch(`${backend.httpUrl}/redirect/3`)).url).toBe(`${backend.httpUrl}/get`);
  });
});

describe('Bodies', () => {
  test('pictures and texts have the bytes and the types that they claim', async () => {
    const start = async (path: string, length = 4) =>
      (await exchange(path)).bytes.subarray(0, length).toString('latin1');
    expect(await start('/image/png')).toBe('\x89PNG');
    expect(await start('/image/jpeg')).toBe('\xff\xd8\xff\xe0');
    expect(await start('/image/webp')).toBe('RIFF');
    expect(await start('/image/svg')).toBe('<svg');
    const latin1 = await exchange('/encoding/latin1');
    expect(latin1.headers['content-type']).toBe('text/html; charset=iso-8859-1');
    expect(latin1.bytes.includes(Buffer.from('Grüße', 'latin1'))).toBe(true);
    expect((await exchange('/encoding/utf8')).text).toContain('∮ E⋅da = Q');
    expect((await exchange('/no-content-type')).headers).not.toHaveProperty('content-type');
  });

  test('content codings are real', async () => {
    const [gzip, brotli, deflate] = [await exchange('/gzip'), await exchange('/brotli'), await exchange('/deflate')];
    expect([gzip, brotli, deflate].map(({ headers }) => headers['content-encoding'])).toEqual([
      'gzip',
      'br',
      'deflate',
    ]);
    expect(JSON.parse(gunzipSync(gzip.bytes).toString())).toMatchObject({ gzipped: true, method: 'GET' });
    expect(JSON.parse(brotliDecompressSync(brotli.bytes).toString())).toMatchObject({ brotli: true });
    expect(JSON.parse(inflateSync(deflate.bytes).toString())).toMatchObject({ deflated: true });
  });

  test('bytes are the same ones each time, with a length or in chunks without one', async () => {
    const whole = await exchange('/bytes/300000');
    expect([whole.headers['content-length'], whole.bytes.length]).toEqual(['300000', 300000]);
    const chunked = await exchange('/stream-bytes/300000?chunk_size=777');
    expect(chunked.headers).not.toHaveProperty('content-length');
    expect(chunked.bytes.equals(whole.bytes)).toBe(true);
    expect((await exchange('/bytes/300000?seed=1')).bytes.equals(whole.bytes)).toBe(false);
    const text = await exchange('/text/70001');
    expect([text.bytes.length, /^[\x20-\x7e\n]*$/.test(text.text)]).toEqual([70001, true]);
    expect((await exchange('/bytes/many')).status).toBe(400);
  });

  test('a large body waits for a slow reader', async () => {
    const before = process.memoryUsage().arrayBuffers;
    const response = await open('/bytes/100000000', { agent: false });
    await sleep(200);
    expect(response.headers['content-length']).toBe('100000000');
    // Both ends are in this process: without back-pressure most of the body would be waiting in it by now.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
    response.destroy();
  });

  test('ranges and entity tags are honoured', async () => {
    const range = async (value: string) => {
      const { status, headers, text } = await exchange('/range/26', { headers: { Range: value } });
      return [status, headers['content-range'], text];
    };
    expect(await range('bytes=5-9')).toEqual([206, 'bytes 5-9/26', 'fghij']);
    expect(await range('bytes=-3')).toEqual([206, 'bytes 23-25/26', 'xyz']);
    expect(await range('bytes=24-99')).toEqual([206, 'bytes 24-25/26', 'yz']);
    expect(await range('bytes=26-')).toEqual([416, 'bytes */26', '']);
    expect(await range('lines=1-2')).toEqual([200, undefined, 'abcdefghijklmnopqrstuvwxyz']);
    expect((await exchange('/etag/demo')).headers.etag).toBe('"demo"');
    expect((await exchange('/etag/demo', { headers: { 'If-None-Match': 'W/"x", "demo"' } })).status).toBe(304);
  });
});

describe('Statuses, headers and time', () => {
  test('any final status can be had, without a body where none belongs', async () => {
    for (const code of [200, 204, 205, 304, 418, 500, 599]) {
      expect((await exchange(`/status/${code}`, { method: 'POST' })).status).toBe(code);
    }
    expect((await exchange('/status/204')).headers).not.toHaveProperty('content-length');
    expect((await exchange('/status/99')).status).toBe(400);
    expect((await exchange('/nowhere/<b>')).text).toContain('/nowhere/&lt;b&gt;');
  });

  test('basic authentication and wished-for headers work', async () => {
    const refused = await exchange('/basic-auth/user/pass');
    expect([refused.status, refused.headers['www-authenticate']]).toEqual([401, 'Basic realm="Fake Realm"']);
    expect(await json('/basic-auth/user/pass', { auth: 'user:pass' })).toEqual({ authenticated: true, user: 'user' });
    const wished = await exchange('/response-headers?X-A=1&X-A=2&Set-Cookie=a&Set-Cookie=b&Content-Length=1');
    expect(wished.headers).toMatchObject({ 'x-a': '1, 2', 'set-cookie': ['a', 'b'] });
    expect(JSON.parse(wished.text)).toMatchObject({ 'X-A': ['1', '2'], 'Content-Length': String(wished.bytes.length) });
    expect((await exchange('/response-headers?bad%20name=1')).status).toBe(400);
  });

  test('delays, drips and events take their time', async () => {
    const timed = async (path: string) => {
      const before = performance.now();
      const { text } = await exchange(path);
      return { text, ms: performance.now() - before };
    };
    const [delay, drip, events] = await Promise.all(
      ['/delay/0.3', '/drip?duration=0.4&numbytes=4', '/sse?count=2'].map(timed),
    );
    expect(delay?.ms).toBeGreaterThan(290);
    expect(drip).toMatchObject({ text: '****' });
    expect(drip?.ms).toBeGreaterThan(290);
    expect(events?.text).toMatch(/^id: 1\ndata: \{.*\}\n\nid: 2\ndata: \{.*\}\n\n$/);
    expect(events?.ms).toBeGreaterThan(490);
  });
});

describe('The home page', () => {
  test('links only to what exists, and HEAD tells the same about each link without a body', async () => {
    const { text } = await exchange('/');
    const targets = [...text.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, target = '']) =>
      target.replaceAll('&amp;', '&'),
    );
    expect(targets.length).toBeGreaterThan(40);
    expect(targets.filter((target) => !/^\.?\/(?!\/)/.test(target))).toEqual([]);
    const calm = targets
      .map((target) => target.replace(/^\./, ''))
      .filter((target) => !/^\/(broken|drip|delay|sse$)/.test(target));
    for (const target of calm) {
      const [get, head] = [await exchange(target), await exchange(target, { method: 'HEAD' })];
      expect([target, head.status, head.headers['content-type']]).toEqual([
        target,
        get.status,
        get.headers['content-type'],
      ]);
      expect([target, head.bytes.length]).toEqual([target, 0]);
      expect([target, get.status === 404]).toEqual([target, ['/nowhere', '/status/404'].includes(target)]);
    }
  });
});

describe('Broken answers', () => {
  test('end the connection before, within or instead of an answer', async () => {
    await expect(exchange('/broken/reset')).rejects.toMatchObject({ code: 'ECONNRESET' });
    await expect(exchange('/broken/malformed')).rejects.toMatchObject({ code: 'HPE_INVALID_CONSTANT' });
    await expect(exchange('/broken/huge-headers')).rejects.toMatchObject({ code: 'HPE_HEADER_OVERFLOW' });
    await expect(exchange('/broken/truncated')).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  test('switch to a protocol that nobody asked for', async () => {
    const request = httpRequest(`${backend.httpUrl}/broken/upgrade`, { agent: false }).end();
    const [response, socket] = await once(request, 'upgrade');
    expect(response.statusCode).toBe(101);
    socket.destroy();
  });

  test('stall in the middle, or say nothing at all', async () => {
    const stalled = await open('/broken/stall', { agent: false });
    const [half] = await once(stalled, 'data');
    expect([stalled.headers['content-length'], half.length]).toEqual(['1000', 500]);
    stalled.destroy();
    await expect(open('/broken/silent', { signal: AbortSignal.timeout(200) })).rejects.toThrow();
  });
});
