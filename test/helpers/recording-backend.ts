import type http from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type Backend, httpBackend } from './backends.ts';

/** A request as the backend received it. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query as on the wire. */
  readonly target: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A backend that keeps what it received. */
export interface RecordingBackend extends Backend {
  readonly requests: readonly ReceivedRequest[];
}

/**
 * Starts a backend that reads each request whole and then answers.
 *
 * @param answer how; "fine" as plain text unless told otherwise
 */
export async function recordingBackend(
  result: (response: http.ServerResponse, request: ReceivedRequest) => void = (response) =>
    response.setHeader('content-type', 'text/plain').end('fine'),
): Promise<RecordingBackend> {
  const requests: ReceivedRequest[] = [];
  const backend = await httpBackend(async (message, response) => {
    const { method = '', url = '', headers } = message;
    const request = { method, target: url, headers, body: await buffer(message) };
    requests.push(request);
    result(response, request);
  });
  // Not spread: its count of connections is a getter.
  return Object.assign(Object.create(backend) as Backend, { requests });
}

/** A URL on which nothing listens. */
export async function refusedUrl(): Promise<string> {
  const backend = await httpBackend(() => undefined);
  await backend.close();
  return backend.url;
}
