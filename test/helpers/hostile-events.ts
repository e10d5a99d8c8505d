import http from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { eventFixture, fixtureNames } from './event-fixtures.ts';
import { carries, fronts } from './events.ts';
import type { Result } from './lambda.ts';

type Path = readonly (string | number)[];
type Node = Record<string | number, unknown>;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);

/** Values that JSON can hold and that somebody might put anywhere. Those with `injected` would show at the backend. */
const hostileValues: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  '',
  ' ',
  [],
  ['a', 1, null],
  [[]],
  {},
  { toString: 1 },
  { toString: null, valueOf: null },
  JSON.parse('{"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}}}'),
  { length: -1, 0: 'x' },
  JSON.parse('{"then":"x","toJSON":"x"}'),
  nested(1000),
  'x\r\ninjected: 1',
  'x\ninjected: 1',
  'x\u0000y',
  '\u0007\u001b[31m\u007f\u0085\u2028',
  '\ud800',
  '中文 ü €',
  '@evil.example/',
  'http://evil.example/x',
  '//evil.example/\\..\\',
  '%',
  '%00%0d%0ainjected:%201',
  '/../..//%2e%2e/%252e',
  '?#&=',
  '*',
  'GET / HTTP/1.1\r\nHost: evil.example\r\n\r\nGET /injected',
  'head',
  'CONNECT',
  '__proto__',
  '"><script>alert(1)</script>',
  '=====',
  'QUJD-_==',
  'x'.repeat(20_000),
  ','.repeat(5_000),
];

const hostileNames = [
  '__proto__',
  'constructor',
  'toString',
  '',
  ' ',
  'x\r\ninjected',
  'ü',
  'host',
  'Host',
  'x'.repeat(300),
];

/** Every path into a value: objects by name, lists by index, the root as []. */
function* pathsOf(value: unknown, at: Path = []): Generator<Path> {
  yield at;
  if (!isNode(value)) return;
  for (const key of Object.keys(value)) yield* pathsOf(value[key], [...at, key]);
}

/**
 * An own property whatever its name: an assignment to `__proto__` would be none. A list's length stays its own, as in
 * anything that came as JSON.
 */
const define = (node: Node, name: string | number, value: unknown) =>
  Array.isArray(node) && name === 'length'
    ? node
    : Object.defineProperty(node, name, { value, configurable: true, enumerable: true, writable: true });

function withValueAt(event: unknown, path: Path, value: unknown): unknown {
  const [last] = path.slice(-1);
  if (last === undefined) return value;
  const parent = path.slice(0, -1).reduce<unknown>((node, key) => (isNode(node) ? node[key] : undefined), event);
  if (isNode(parent)) define(parent, last, value);
  return event;
}

const recorded = () =>
  [...fronts.flatMap((front) => fixtureNames(carries(front).fixtures)), ...fixtureNames('lattice')].map((name) =>
    eventFixture(name),
  );

/** One event of each source. */
const goodEvents = [
  'function-url-get',
  'http-api-json',
  'payload-1.0-get',
  'rest-api-get',
  'alb-single-get',
  'alb-multi-get',
  'lattice-v1-get',
  'lattice-v2-post',
];

/** Every part of a good event of each source replaced by every hostile value, and each part left out: one change at a time. */
export function* singleChanges(): Generator<{ change: string; event: unknown }> {
  for (const name of goodEvents) {
    for (const path of pathsOf(eventFixture(name))) {
      for (const value of [...hostileValues, undefined]) {
        const event = withValueAt(eventFixture(name), path, value);
        const change = `${name}: ${path.join('.') || 'all'} = ${JSON.stringify(value)?.slice(0, 80)}`;
        yield { change, event: event === undefined ? undefined : JSON.parse(JSON.stringify(event)) };
      }
    }
  }
}

const anyJson = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...hostileValues) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
);

/** Good events with up to five changes: parts replaced, left out or added, anywhere. */
export const hostileEvent: fc.Arbitrary<unknown> = fc
  .tuple(
    fc.constantFrom(...recorded()),
    fc.array(
      fc.record({
        where: fc.nat(10_000),
        how: fc.constantFrom('replace', 'leave out', 'add'),
        name: fc.oneof(fc.constantFrom(...hostileNames), fc.string({ unit: 'binary', maxLength: 12 })),
        value: anyJson,
      }),
      { minLength: 1, maxLength: 5 },
    ),
  )
  .map(([good, changes]) => {
    let event: unknown = structuredClone(good);
    for (const { where, how, name, value } of changes) {
      const paths = [...pathsOf(event)];
      const path = paths[where % paths.length] ?? [];
      const replacement = how === 'leave out' ? undefined : structuredClone(value);
      event = withValueAt(event, how === 'add' ? [...path, name] : path, replacement) ?? null;
    }
    return JSON.parse(JSON.stringify(event));
  });

/** A backend that answers everything, even what is no HTTP, and notes what should never have come. */
export async function suspiciousBackend() {
  const suspicions: string[] = [];
  const server = http.createServer((request, response) => {
    if (!request.url?.startsWith('/')) suspicions.push(`request-target ${request.url}`);
    if (request.rawHeaders.some((text) => /^injected/i.test(text))) suspicions.push('an injected header field');
    if (request.url?.startsWith('/injected')) suspicions.push('an injected request');
    request.resume().once('end', () => response.setHeader('x-backend', 'yes').end('ok'));
  });
  // What Node's parser refuses is the backend's own answer, too: unknown methods, mostly.
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nx-backend: yes\r\ncontent-length: 0\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, suspicions, close };
}

const fieldName = /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/;

/** What is wrong with an answer, or nothing. Faster than matchers, and small enough to run 100,000 times. */
export function faultsOf(result: Result): string[] {
  const faults: string[] = [];
  const { statusCode, headers, cookies, body, isBase64Encoded } = result;
  if (JSON.stringify(JSON.parse(JSON.stringify(result))) !== JSON.stringify(result))
    faults.push('does not survive JSON');
  if (!Number.isInteger(statusCode) || statusCode < 200 || statusCode > 599) faults.push(`status ${statusCode}`);
  if (typeof body !== 'string' || typeof isBase64Encoded !== 'boolean') faults.push('body is not text with a flag');
  for (const [name, value] of Object.entries(headers)) {
    if (!fieldName.test(name)) faults.push(`header name ${JSON.stringify(name)}`);
    if (typeof value !== 'string' || /[\r\n\0]/.test(value)) faults.push(`header ${name}: ${JSON.stringify(value)}`);
  }
  for (const cookie of cookies ?? []) if (typeof cookie !== 'string' || /[\r\n]/.test(cookie)) faults.push('a cookie');
  const own = headers['proxy-status'];
  if (own === undefined && headers['x-backend'] === undefined) faults.push('neither a page nor the backend');
  if (own !== undefined && statusCode < 400) faults.push(`a failure with status ${statusCode}`);
  if (own?.includes('proxy_internal_error')) faults.push(`own fault: ${own}`);
  if (({} as Record<string, unknown>)['polluted'] !== undefined) faults.push('Object.prototype is polluted');
  return faults;
}
