import { once } from 'node:events';
import http from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Backend, httpBackend } from '../helpers/backends.ts';
import { send } from '../helpers/http-client.ts';
import { rssBytes } from './process-stats.ts';

const megabyte = 1_048_576;

function* bytes(megabytes: number) {
  for (let sent = 0; sent < megabytes; sent += 1) yield Buffer.alloc(megabyte, 'x');
}

/** A backend that sends a large response to GET, and reads every other request to its end. */
export interface LargeBackend extends Backend {
  /** Megabytes of requests read since the last call. */
  takeUploaded(): number;
}

/** @param megabytes of its responses */
export async function largeBackend(megabytes: number): Promise<LargeBackend> {
  let taken = 0;
  const backend = await httpBackend((request, response) => {
    if (request.method === 'GET') pipeline(Readable.from(bytes(megabytes)), response).catch(() => undefined);
    else
      request
        .on('data', (chunk) => {
          taken += chunk.length;
        })
        .on('end', () => response.end());
  });
  const takeUploaded = () => {
    const megabytesTaken = taken / megabyte;
    taken = 0;
    return megabytesTaken;
  };
  return Object.assign(backend, { takeUploaded });
}

/**
 * Sends large bodies through a server, one down and one up.
 *
 * @param url of the server, in front of `backend`
 * @param pid its process
 * @param backend what it forwards to
 * @param upload megabytes of the request; the response has those of the backend
 * @returns megabytes that arrived each way, and those of the process's memory: before, and how many more at most
 */
export async function passLargeBodies(url: string, pid: number, backend: LargeBackend, upload: number) {
  await send(url, { method: 'POST', body: 'warm' });
  backend.takeUploaded();
  const before = rssBytes(pid);
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, rssBytes(pid));
  }, 10).unref();
  let received = 0;
  await new Promise<void>((resolve, reject) => {
    http
      .get(url, { agent: false }, (message) =>
        message
          .on('data', (chunk) => {
            received += chunk.length;
          })
          .once('end', resolve)
          .once('error', reject),
      )
      .once('error', reject);
  });
  const request = http.request(url, { method: 'POST', agent: false });
  const responded = once(request, 'response');
  await pipeline(Readable.from(bytes(upload)), request);
  await responded;
  clearInterval(watch);
  return {
    down: received / megabyte,
    up: backend.takeUploaded(),
    before: Math.round(before / megabyte),
    more: Math.round((most - before) / megabyte),
  };
}
