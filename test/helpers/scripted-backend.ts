import type net from 'node:net';
import { type Backend, rawBackend } from './backends.ts';

/** What a backend does with one request, given the socket that it came on. */
export type Script = (socket: net.Socket) => void;

/** A backend that does exactly what it is told. */
export interface ScriptedBackend extends Backend {
  /** The requests, each as it came over the wire. */
  readonly requests: readonly string[];
  /** The sockets, in order of arrival. */
  readonly sockets: readonly net.Socket[];
}

const latin1 = (bytes: string) => Buffer.from(bytes, 'latin1');

/** Sends these bytes and keeps the connection. */
export const send =
  (bytes: string): Script =>
  (socket) =>
    socket.write(latin1(bytes));

/** Sends these bytes and then an orderly end. */
export const sendAndEnd =
  (bytes: string): Script =>
  (socket) =>
    socket.end(latin1(bytes));

/** Sends these bytes, lets them arrive, and then resets the connection. */
export const sendAndReset =
  (bytes: string): Script =>
  (socket) =>
    socket.write(latin1(bytes), () => setTimeout(() => socket.resetAndDestroy(), 20));

/** Resets the connection. */
export const reset: Script = (socket) => socket.resetAndDestroy();

/** Ends the connection in order. */
export const hangUp: Script = (socket) => socket.end();

/** Says nothing. */
export const silence: Script = () => undefined;

/** Answers 200 with this body. */
export const httpResponse = (body: string): Script =>
  send(`HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n${body}`);

/** Resolves when the connection is closed. */
export const closed = (socket: net.Socket | undefined): Promise<unknown> =>
  socket === undefined || socket.destroyed
    ? Promise.resolve()
    : new Promise((resolve) => socket.once('close', resolve));

/** Length in bytes of the first whole request in the text, or undefined while it is incomplete. */
function requestLength(text: string): number | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const [, length = '0'] = /\r\ncontent-length: (\d+)\r\n/i.exec(text.slice(0, end + 2)) ?? [];
  const total = end + 4 + Number(length);
  return text.length < total ? undefined : total;
}

/**
 * A backend that runs one script for each request, whatever the connection; the last script goes on for ever.
 *
 * @param scripts what to do
 */
export async function scriptedBackend(...scripts: readonly [Script, ...Script[]]): Promise<ScriptedBackend> {
  const requests: string[] = [];
  const sockets: net.Socket[] = [];
  const backend = await rawBackend((socket) => {
    sockets.push(socket);
    let pending = '';
    socket.on('data', (data) => {
      pending += data.toString('latin1');
      for (let length = requestLength(pending); length !== undefined; length = requestLength(pending)) {
        const script = scripts[Math.min(requests.length, scripts.length - 1)];
        requests.push(pending.slice(0, length));
        pending = pending.slice(length);
        script?.(socket);
      }
    });
  });
  // Not spread: the count of connections is a getter.
  return Object.assign(Object.create(backend) as Backend, { requests, sockets });
}
