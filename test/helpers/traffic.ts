import { createHash } from 'node:crypto';
import { httpsBackend, rawBackend } from './backends.ts';
import { type Environment, startEnvironment } from './environment.ts';
import { eventFor, type TestRequest } from './events.ts';
import type { LogLine } from './logs.ts';

/** What a day of traffic leaves in the log, and what it consisted of. */
export interface Traffic {
  readonly lines: readonly LogLine[];
  /** X-Request-Id of the answer to each request, in order, by target. */
  readonly requestIds: Readonly<Record<string, string[]>>;
}

/** Sizes of the two big responses. */
export const bigBytes = 1_500_000;
export const hugeBytes = 3_000_000;

/** The X-Request-Id of the order's client, and the one that the backend answers it with. */
export const orderId = 'shop-7f3a9c';
export const backendOrderId = 'backend-000042';

const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

/** Lambda's trace header for the n-th request. */
const traceHeader = (n: number) => {
  const id = createHash('sha256').update(String(n)).digest('hex');
  return `Root=1-${id.slice(0, 8)}-${id.slice(8, 32)};Parent=${id.slice(32, 48)};Sampled=0`;
};

/** A shop with a page that is slow, one that never answers, one that fails, two that are large, one on a tired socket. */
const shop = () => {
  let flaky = 0;
  return httpsBackend((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://shop');
    request.resume();
    if (pathname === '/hang') return;
    if (pathname === '/slow') setTimeout(() => response.end('at last'), 120);
    else if (pathname === '/broken') response.writeHead(503).end('down for a minute');
    else if (pathname === '/big') response.end(Buffer.alloc(bigBytes, 'x'));
    else if (pathname === '/huge')
      response.writeHead(200, { 'content-length': hugeBytes }).end(Buffer.alloc(hugeBytes));
    else if (pathname === '/orders') response.writeHead(201, { 'x-request-id': backendOrderId }).end('ordered');
    else if (pathname === '/flaky' && flaky++ === 0) request.socket.destroy();
    else response.end('hello');
  });
};

/** Requests in the order in which they are sent, one after the other. */
const requests: readonly TestRequest[] = [
  { target: '/', headers: { 'user-agent': 'Mozilla/5.0' } },
  ...Array.from({ length: 6 }, () => ({ target: '/products', headers: { 'user-agent': 'Mozilla/5.0' } })),
  { target: '/flaky' },
  { target: '/slow' },
  { target: '/slow' },
  { target: '/orders', method: 'POST', body: '{"item":7}', headers: { 'x-request-id': orderId, traceparent } },
  { target: '/big' },
  { target: '/huge' },
  { target: '/broken' },
  { target: '/broken' },
  { target: '/hang' },
  ...Array.from({ length: 3 }, () => ({ target: '/admin/users', sourceIp: '203.0.113.9' })),
  { target: '/', method: 'TRACE', sourceIp: '203.0.113.10' },
];

/**
 * Runs the traffic through the real handler, in environments of their own, in front of real backends: one that works
 * most of the time, one that is down.
 */
export async function runTraffic(): Promise<Traffic> {
  const { backend, fingerprint } = await shop();
  const gone = await rawBackend(() => undefined);
  await gone.close();
  const requestIds: Record<string, string[]> = {};
  const environments: Environment[] = [];
  let sent = 0;

  const serve = async (settings: Record<string, string>, list: readonly TestRequest[]) => {
    const environment = await startEnvironment(settings, { AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand' });
    environments.push(environment);
    for (const request of list) {
      sent += 1;
      const { result } = await environment.invoke(eventFor(request), { trace: traceHeader(sent) });
      const ids = requestIds[request.target ?? '/'] ?? [];
      requestIds[request.target ?? '/'] = [...ids, result.headers['x-request-id'] ?? ''];
    }
  };

  try {
    const pinned = { REMOTE_URL: backend.url, REMOTE_TLS: `sha256:${fingerprint}` };
    await serve({ ...pinned, FILTERED_PATH: '/admin', REQUEST_TIMEOUT: '1', PAYLOAD_QUOTA: '2000000' }, requests);
    const named = { REMOTE_URL: 'http://shop.internal', REMOTE_ADDRESS: new URL(gone.url).host };
    await serve(named, [{ target: '/down' }, { target: '/down' }]);
    return { lines: environments.flatMap((environment) => environment.lines()), requestIds };
  } finally {
    await Promise.all(environments.map((environment) => environment.stop()));
    await backend.close();
  }
}
