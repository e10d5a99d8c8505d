import { afterAll, beforeAll } from '@jest/globals';
import { eventFor, type TestRequest } from './events.ts';
import { handlerWith, type Result } from './lambda.ts';
import { httpResponse, type ScriptedBackend, scriptedBackend } from './scripted-backend.ts';

/** What a request came to: the answer, and what the backend read of it, byte for byte. */
export interface WireExchange {
  readonly result: Result;
  /** The header section's lines behind the request line; undefined when nothing was sent. */
  readonly lines: readonly string[] | undefined;
  readonly raw: string;
}

/** Values of a field as the backend read them, one for each line. */
export const valuesOf = ({ lines = [] }: WireExchange, name: string): string[] =>
  lines.flatMap((line) => (line.toLowerCase().startsWith(`${name}: `) ? [line.slice(name.length + 2)] : []));

/** Names of the fields as the backend read them, in order. */
export const namesOf = ({ lines = [] }: WireExchange): string[] => lines.map((line) => line.split(':', 1)[0] ?? '');

/** Sends fields exactly as written, which no front door would hand over like that. */
export type SendOnWire = (
  headers?: Readonly<Record<string, string>>,
  request?: TestRequest,
  env?: Record<string, string>,
) => Promise<WireExchange>;

/** A backend for the tests of one file, and the way to it through the real handler. */
export function wire(): { send: SendOnWire; backendUrl: () => string } {
  let backend: ScriptedBackend;
  beforeAll(async () => {
    backend = await scriptedBackend(httpResponse('fine'));
  });
  afterAll(() => backend.close());
  return {
    backendUrl: () => backend.url,
    async send(headers = {}, request = {}, env = {}) {
      const event = eventFor(request);
      const merged = Object.assign(Object.create(null), event['headers'], headers);
      const before = backend.requests.length;
      const result = await handlerWith({ REMOTE_URL: backend.url, ...env })({ ...event, headers: merged });
      const raw = backend.requests[before] ?? '';
      const [head = ''] = raw.split('\r\n\r\n', 1);
      return { result, raw, lines: backend.requests.length === before ? undefined : head.split('\r\n').slice(1) };
    },
  };
}
