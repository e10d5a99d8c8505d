import { type Import, importsOf, isFile, production, type SourceFile } from './source-files.ts';

/** A room: a folder, or one of the few files at the top of `src/`, with one subject. */
export interface Room {
  /** Where it is, as docs/design.md shows it. */
  readonly path: string;
  readonly files: RegExp;
  /** What it is for, in one sentence. */
  readonly purpose: string;
  /** What does not belong there. */
  readonly excludes: string;
  /** The other rooms that it imports. */
  readonly rooms: readonly string[];
  /** The packages that it may load. */
  readonly packages: readonly string[];
}

/** The rooms of the bundle, from the entries to the leaves. docs/design.md shows this table and draws its arrows. */
export const rooms: Readonly<Record<string, Room>> = {
  index: {
    path: 'src/index.ts',
    files: /^src\/index\.ts$/,
    purpose: 'The Lambda entries `handler` and `streamHandler`',
    excludes: 'anything else',
    rooms: ['proxy', 'delivery'],
    packages: [],
  },
  server: {
    path: 'src/server.ts',
    files: /^src\/server\.ts$/,
    purpose: 'The entry of the standalone server',
    excludes: 'anything else',
    rooms: ['standalone'],
    packages: [],
  },
  standalone: {
    path: 'src/standalone/',
    files: /^src\/standalone\//,
    purpose: 'The standalone server: listening, health, draining, HTTP to domain types and back',
    excludes: 'AWS events',
    rooms: ['proxy', 'delivery', 'http', 'config', 'failures', 'observability', 'types'],
    packages: [
      '@aws/lambda-invoke-store',
      'node:crypto',
      'node:http',
      'node:os',
      'node:stream',
      'node:stream/promises',
      'valibot',
    ],
  },
  delivery: {
    path: 'src/delivery/',
    files: /^src\/delivery\//,
    purpose: 'From event to response, once for each way to return one; begins and ends a request',
    excludes: 'decisions about the request',
    rooms: ['events', 'http', 'failures', 'observability', 'types'],
    packages: ['node:stream/promises'],
  },
  proxy: {
    path: 'src/proxy.ts',
    files: /^src\/proxy\.ts$/,
    purpose: 'The table of contents: the Middy chain around `forward()`',
    excludes: 'a condition, a loop, a rule of HTTP',
    rooms: ['middlewares', 'backend', 'observability', 'types'],
    packages: ['@middy/core', '@middy/http-error-handler', '@aws-lambda-powertools/logger/middleware'],
  },
  middlewares: {
    path: 'middlewares/',
    files: /^middlewares\//,
    purpose: 'Middy wiring, one step per file',
    excludes: 'logic, other middlewares, got, event shapes, HTML',
    rooms: ['log-in', 'pages', 'body', 'http', 'config', 'backend', 'wake', 'failures', 'observability', 'types'],
    packages: ['node:stream'],
  },
  'log-in': {
    path: 'src/log-in/',
    files: /^src\/log-in\//,
    purpose:
      'BASIC_LOGIN: `receive.ts` takes credentials from the cookie or the form, `respond.ts` turns a challenge into a page, ' +
      '`cookie.ts` encrypts, `protection-space.ts` says where credentials are sent; loaded on first use',
    excludes: 'HTML, loggers, clocks',
    rooms: ['pages', 'body', 'http', 'config', 'types'],
    packages: ['node:buffer', 'node:crypto'],
  },
  events: {
    path: 'src/events/',
    files: /^src\/events\//,
    purpose: 'AWS event shapes, one file per front door: recognise, decode, encode, measure',
    excludes: 'I/O, decisions',
    rooms: ['http', 'failures', 'types'],
    packages: ['valibot', 'node:buffer', 'node:http', 'node:net'],
  },
  backend: {
    path: 'src/backend/',
    files: /^src\/backend\//,
    purpose:
      'The core: from a request to the backend response. `forward.ts` is the overview, `attempt.ts` one attempt, ' +
      '`got-client.ts` the only file that knows got, `native-request.ts` opens the request of Node, `wire-limits.ts` ' +
      'limits what a backend sends beside content, `response-repair.ts` corrects broken HTTP (LENIENT_BACKEND), `connections.ts` agents and sockets, `upload.ts` streamed bodies, ' +
      '`idle-timeout.ts` pauses',
    excludes: 'AWS, HTML',
    rooms: ['http', 'config', 'failures', 'types'],
    packages: ['got', 'node:crypto', 'node:events', 'node:stream', 'node:http', 'node:https', 'node:net', 'node:tls'],
  },
  wake: {
    path: 'src/wake/',
    files: /^src\/wake\//,
    purpose:
      'Wakes a backend that does not respond: `may-wake.ts` decides for whom, `waker.ts` how often, `ec2.ts` and ' +
      '`webhook.ts` do it; loaded on first use',
    excludes: 'what a client sees',
    rooms: ['http', 'config', 'failures', 'types'],
    packages: ['@aws-sdk/client-ec2', 'node:events', 'node:http', 'node:https'],
  },
  body: {
    path: 'src/body/',
    files: /^src\/body\//,
    purpose:
      'Response bodies: `fit.ts` decides what a response must fit into, `whole.ts` reads it, `compress.ts` compresses ' +
      'it, `sniff.ts` recognises a type, `meter.ts` limits a stream, `size.ts` measures',
    excludes: 'settings, AWS, got',
    rooms: ['http', 'failures', 'types'],
    packages: ['node:stream', 'node:zlib'],
  },
  pages: {
    path: 'src/pages/',
    files: /^src\/pages\//,
    purpose: 'HTML, JSON and text from data, in each language; loaded on first use',
    excludes: 'I/O, clocks',
    rooms: ['http', 'config', 'failures', 'types'],
    packages: ['hono/html', 'cookie', 'node:crypto', 'node:http'],
  },
  observability: {
    path: 'src/observability/',
    files: /^src\/observability\//,
    purpose: 'Logger, access log, debug log, metrics and EMF, X-Ray',
    excludes: 'anything that a request waits for',
    rooms: ['config', 'http', 'failures', 'types'],
    packages: [
      '@aws-lambda-powertools/logger',
      '@aws-lambda-powertools/metrics',
      '@aws-lambda-powertools/tracer',
      '@aws-lambda-powertools/tracer/middleware',
      '@middy/input-output-logger',
      'node:util',
    ],
  },
  http: {
    path: 'src/http/',
    files: /^src\/http\//,
    purpose:
      'Rules of HTTP: `request/` builds the backend request, `response/` the fields of the response, `path-filter/` ' +
      'tests every reading of a path, `redaction/` masks secrets',
    excludes: 'I/O, clocks, loggers, AWS',
    rooms: ['config', 'failures', 'types'],
    packages: ['cookie', 'hono/utils/compress', 'negotiator', 'node:crypto', 'node:net'],
  },
  config: {
    path: 'src/config/',
    files: /^src\/config\//,
    purpose: 'Every setting in one table, the parsers, secrets and branding',
    excludes: 'imports of other rooms, `process.env` (it is passed in)',
    rooms: [],
    packages: ['@aws-sdk/client-secrets-manager', 'node:crypto', 'node:fs', 'node:net', 'node:path', 'valibot'],
  },
  failures: {
    path: 'src/failures.ts',
    files: /^src\/(?:failures|failure-mapping)\.ts$/,
    purpose: 'The failure catalogue, and the mapping from anything thrown to a row of it',
    excludes: 'AWS, HTML',
    rooms: [],
    packages: ['node:net'],
  },
  types: {
    path: 'src/types.ts',
    files: /^src\/types\.ts$/,
    purpose: '`ProxyRequest`, `ProxyResponse`, contexts',
    excludes: 'anything but types',
    rooms: ['config', 'backend', 'log-in', 'failures'],
    packages: [],
  },
};

/** Returns the names of all rooms that a file belongs to; there is one, or the table is wrong. */
export const roomsOf = (path: string): string[] => Object.keys(rooms).filter((name) => rooms[name]?.files.test(path));

export const roomOf = (path: string): string => roomsOf(path)[0] ?? 'none';

/** Whether the table allows an import of a file: within a room, or along one of its arrows. */
export const isAllowed = ({ from, to }: Import): boolean =>
  roomOf(from) === roomOf(to) || rooms[roomOf(from)]?.rooms.includes(roomOf(to)) === true;

type Arrow = readonly [from: string, to: string];

/** Returns the arrows of the table. */
export const allowedArrows = (): Arrow[] =>
  Object.entries(rooms).flatMap(([name, room]) => room.rooms.map((to) => [name, to] as const));

/**
 * Returns the arrows between the rooms that the code has.
 *
 * @param list source files
 * @param runTime whether imports that are erased with the types are left out
 */
export function arrowsBetween(list: readonly SourceFile[], runTime: boolean): Arrow[] {
  const used = importsOf(list).filter(({ to, typeOnly }) => isFile(to) && !(runTime && typeOnly));
  const all = used.map(({ from, to }): Arrow => [roomOf(from), roomOf(to)]).filter(([from, to]) => from !== to);
  return [...new Map(all.map((each) => [String(each), each])).values()];
}

/** Whether one room reaches another along arrows. */
function reaches(from: string, to: string, arrows: readonly Arrow[]): boolean {
  return arrows.some(([start, end]) => start === from && (end === to || reaches(end, to, arrows)));
}

/**
 * Draws the rooms as a Mermaid diagram: an arrow for each import at run time, without those that a longer path through
 * other arrows already shows.
 */
export function roomDiagram(): string {
  const arrows = arrowsBetween(production, true);
  const direct = arrows.filter(
    ([from, to]) => !arrows.some(([start, next]) => start === from && next !== to && reaches(next, to, arrows)),
  );
  return ['```mermaid', 'flowchart TD', ...direct.map(([from, to]) => `  ${from} --> ${to}`), '```'].join('\n');
}
