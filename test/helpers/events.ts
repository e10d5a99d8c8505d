import type { Front } from '../../src/local/front.ts';
import { functionUrlFront } from '../../src/local/function-url.ts';
import { httpApiFront } from '../../src/local/http-api.ts';

/** Both front doors, for tests that must hold for each. */
export const fronts: readonly Front[] = [functionUrlFront, httpApiFront];

/** A request as a test writes it down. */
export interface TestRequest {
  readonly method?: string;
  /** Path and query as on the wire. */
  readonly target?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
  readonly sourceIp?: string;
}

/** The event that a front door makes of a request. */
export function eventFor(request: TestRequest = {}, front: Front = functionUrlFront): Record<string, unknown> {
  const { method = 'GET', target = '/', headers = {}, body = '', sourceIp = '198.51.100.7' } = request;
  const rawHeaders = Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().flatMap((line) => [name, String(line)]),
  );
  return front.toEvent({ method, target, rawHeaders, body: Buffer.from(body), sourceIp }) as Record<string, unknown>;
}
