import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A request as it reached the backend. */
export interface Recorded {
  readonly method: string;
  readonly target: string;
  /** Values by lower-case name; repeats in order. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
}

/** A backend that writes down what it is asked and answers with bytes that a test chose. */
export interface Recorder {
  readonly url: string;
  /** What the last request was; undefined when none came since the last call of `answerWith`. */
  last(): Recorded | undefined;
  /** Sets the answer, as it stands on the wire, for the requests that follow. */
  respondWith(wire: string | Buffer): void;
  close(): Promise<void>;
}

function grouped(rawHeaders: readonly string[]): Record<string, string[]> {
  const headers: Record<string, string[]> = Object.create(null);
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    headers[name] = [...(headers[name] ?? []), rawHeaders[index + 1] ?? ''];
  }
  return headers;
}

/** Starts the recording backend on a free port. */
export async function startRecorder(): Promise<Recorder> {
  let recorded: Recorded | undefined;
  let result: Buffer = Buffer.alloc(0);
  const server = http.createServer({ joinDuplicateHeaders: true }, async (request, response) => {
    const { method = '', url: target = '', rawHeaders } = request;
    recorded = { method, target, headers: grouped(rawHeaders), body: (await buffer(request)).toString('base64') };
    response.socket?.end(result);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    last: () => recorded,
    respondWith(wire) {
      recorded = undefined;
      result = Buffer.from(wire as string, 'latin1');
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
