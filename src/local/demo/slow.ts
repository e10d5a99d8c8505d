import { setTimeout as sleep } from 'node:timers/promises';
import { describeRequest } from './echo.ts';
import { type Exchange, readCount, readNumber, sendJson } from './exchange.ts';

const LONGEST_SECONDS = 300;
const MOST_DRIPS = 10_000;
const EVENT_PAUSE_MS = 500;

/** `/delay/:s`: the echo, after s seconds of silence. */
export async function respondSlowly(exchange: Exchange, s: string): Promise<void> {
  await sleep(readNumber(s, LONGEST_SECONDS) * 1000, undefined, { signal: exchange.ended });
  sendJson(exchange, await describeRequest(exchange));
}

/** `/drip?duration=&numbytes=&delay=`: single bytes spread over `duration` seconds, `delay` seconds late. */
export async function drip(exchange: Exchange): Promise<void> {
  const { query, response, ended } = exchange;
  const count = readCount(query.get('numbytes') ?? '10', MOST_DRIPS);
  const duration = readNumber(query.get('duration') ?? '2', LONGEST_SECONDS);
  const delay = readNumber(query.get('delay') ?? '0', LONGEST_SECONDS);
  await sleep(delay * 1000, undefined, { signal: ended });
  response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': count });
  response.flushHeaders();
  const drips = exchange.request.method === 'HEAD' ? 0 : count;
  for (let sent = 0; sent < drips; sent += 1) {
    response.write('*');
    await sleep((duration * 1000) / count, undefined, { signal: ended });
  }
  response.end();
}

/** `/sse?count=`: numbered server-sent events, one each half second, then the end of the stream. */
export async function sendEvents(exchange: Exchange): Promise<void> {
  const { query, response, ended } = exchange;
  const count = readCount(query.get('count') ?? '10', MOST_DRIPS);
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
  response.flushHeaders();
  const events = exchange.request.method === 'HEAD' ? 0 : count;
  for (let id = 1; id <= events; id += 1) {
    if (id > 1) await sleep(EVENT_PAUSE_MS, undefined, { signal: ended });
    response.write(`id: ${id}\ndata: ${JSON.stringify({ id, count, time: new Date().toISOString() })}\n\n`);
  }
  response.end();
}
