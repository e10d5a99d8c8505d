import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCertificate } from '../../src/local/demo/certificate.ts';
import { bodyOf } from './bodies.ts';

/** The backend of the benchmark, a process of its own: `node backend.ts` writes its addresses as a line of JSON. */

/** About what a web application sends. */
const fields = {
  'cache-control': 'private, no-cache',
  'content-security-policy': "default-src 'self'; img-src 'self' data:; object-src 'none'",
  etag: '"0123456789abcdef"',
  'last-modified': 'Mon, 02 Feb 2026 02:02:02 GMT',
  'referrer-policy': 'strict-origin-when-cross-origin',
  server: 'backend',
  'set-cookie': ['session=0123456789abcdef; Path=/; HttpOnly; SameSite=Lax', 'theme=dark; Path=/; Max-Age=31536000'],
  vary: 'Accept-Encoding, Cookie',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'SAMEORIGIN',
  'x-request-id': '7b2c1e0a-5a0e-4f0c-9f0d-2b1a8f4c6d3e',
};

const counts = { requests: 0, connections: 0 };

async function stream(response: ServerResponse, size: number): Promise<void> {
  response.writeHead(200, { ...fields, 'content-type': 'application/octet-stream' });
  const chunk = Buffer.alloc(65_536, 0xa5);
  for (let sent = 0; sent < size; sent += chunk.length) {
    if (!response.write(chunk.subarray(0, size - sent))) await once(response, 'drain');
  }
  response.end();
}

/** A tenth of the body at once, and the rest over time. */
async function trickle(response: ServerResponse, size: number, milliseconds: number): Promise<void> {
  response.writeHead(200, { ...fields, 'content-type': 'application/octet-stream' });
  const chunk = Buffer.alloc(size / 10, 0xa5);
  for (let part = 0; part < 10; part += 1) {
    response.write(chunk);
    await sleep(milliseconds / 10);
  }
  response.end();
}

async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url, headers } = request;
  const body = (await buffer(request)).toString('base64');
  response.writeHead(201, { ...fields, 'content-type': 'application/json' });
  response.end(JSON.stringify({ method, url, headers, body }));
}

async function result(request: IncomingMessage, response: ServerResponse): Promise<void> {
  counts.requests += 1;
  const [kind = '', size = '0', more = '0'] = (request.url ?? '').split('?', 1)[0]?.slice(1).split('/') ?? [];
  if (kind === 'echo') return echo(request, response);
  if (kind === 'stream') return stream(response, Number(size));
  if (kind === 'trickle') return trickle(response, Number(size), Number(more));
  if (kind === 'counts') return void response.end(JSON.stringify(counts));
  if (kind === 'moved') return void response.writeHead(302, { location: '/elsewhere' }).end();
  if (kind !== 'ascii' && kind !== 'utf8' && kind !== 'bytes') return void response.writeHead(404, fields).end('no');
  const { type, body } = bodyOf(kind, Number(size));
  response.writeHead(200, { ...fields, 'content-type': type, 'content-length': body.length }).end(body);
}

async function listen(server: http.Server): Promise<number> {
  // Longer than any pause of the benchmark, so that no contender meets a connection that is gone.
  server.keepAliveTimeout = 600_000;
  server.on('connection', () => {
    counts.connections += 1;
  });
  server.on('request', (request, response) => {
    result(request, response).catch((error) => response.destroy(error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const httpPort = await listen(http.createServer());
const httpsPort = await listen(https.createServer(await createCertificate()));
console.log(JSON.stringify({ http: `http://127.0.0.1:${httpPort}`, https: `https://127.0.0.1:${httpsPort}` }));
// Ends with the process that started it.
process.stdin.resume().on('end', () => process.exit());
