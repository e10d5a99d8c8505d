import type net from 'node:net';
import { type Backend, rawBackend } from './backends.ts';

/** What a backend does with one request, given the socket that it came on. */
export interface Script {
  (socket: net.Socket): void;
  /** Given where the script does not wait for the content: whether the backend reads what is still to come. */
  readonly content?: 'read' | 'unread';
}

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

/** Runs a script as soon as the header section of the request is there. */
export const early = (script: Script, content: 'read' | 'unread'): Script =>
  Object.assign((socket: net.Socket) => script(socket), { content });

/** Sends these bytes in segments of their own. */
export const sendApart =
  (...segments: readonly string[]): Script =>
  (socket) => {
    const sendNext = ([bytes, ...rest]: readonly string[]) => {
      if (bytes === undefined || !socket.writable) return;
      socket.write(latin1(bytes), () => setTimeout(sendNext, 20, rest));
    };
    sendNext(segments);
  };

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

/** Length in bytes of the first request in the text, or undefined while its header section is incomplete. */
function requestLength(text: string): number | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const [, length = '0'] = /\r\ncontent-length: (\d+)\r\n/i.exec(text.slice(0, end + 2)) ?? [];
  return end + 4 + Number(length);
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
    /** Bytes of a request whose script has run. */
    let left = 0;
    socket.on('data', (data) => {
      pending += data.toString('latin1');
      for (;;) {
        const dropped = Math.min(left, pending.length);
        pending = pending.slice(dropped);
        left -= dropped;
        const length = requestLength(pending);
        const script = scripts[Math.min(requests.length, scripts.length - 1)];
        if (left > 0 || length === undefined || (script?.content === undefined && pending.length < length)) return;
        requests.push(pending.slice(0, length));
        left = length;
        if (script?.content === 'unread' && pending.length < length) socket.pause();
        script?.(socket);
      }
    });
  });
  // Not spread: the count of connections is a getter.
  return Object.assign(Object.create(backend) as Backend, { requests, sockets });
}
