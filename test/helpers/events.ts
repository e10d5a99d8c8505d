import { eventSources } from '../../src/events/index.ts';
import type { EventSource } from '../../src/events/source.ts';
import type { Front } from '../../src/local/front.ts';
import { fronts } from '../../src/local/fronts.ts';
import { functionUrlFront } from '../../src/local/function-url.ts';

export { fronts };

/** The source that reads a front door's events. */
export function sourceFor(front: Front): EventSource {
  const source = eventSources.find(({ name }) => name === front.source);
  if (source === undefined) throw new Error(`no source ${front.source}`);
  return source;
}

/** What gets through a front door, and how. The one place for all that AWS loses. */
export interface Carries {
  readonly path: 'as sent' | 'decoded';
  /** `encoded anew` and `in parts` lose the order across names, and `last parts` all but the last of a name. */
  readonly query: 'as sent' | 'encoded anew' | 'in parts' | 'last parts';
  /** Repeated request fields, Cookie among them. */
  readonly repeats: 'all' | 'last';
  readonly setCookies: 'all' | 'first';
  /** How an answer's body of UTF-8 beyond ASCII travels. */
  readonly utf8: 'text' | 'base64';
  /** What the front door calls an answer that names no type. */
  readonly untyped: string | undefined;
  /** Begins the names of the recorded events. */
  readonly fixtures: string;
  /** An event with another path, whatever the front door would make of it. */
  withPath(event: Record<string, unknown>, path: unknown): Record<string, unknown>;
  /** An event with these parameters, none of them encoded. */
  withQuery(event: Record<string, unknown>, parameters: Record<string, string>): Record<string, unknown>;
}

const v2 = {
  query: 'as sent',
  repeats: 'all',
  setCookies: 'all',
  utf8: 'base64',
  untyped: 'application/json',
  withPath: (event, rawPath) => ({ ...event, rawPath }),
  withQuery: (event, parameters) => ({
    ...event,
    rawQueryString: Object.entries(parameters)
      .map((pair) => pair.join('='))
      .join('&'),
  }),
} as const satisfies Partial<Carries>;

const lists = {
  repeats: 'all',
  setCookies: 'all',
  utf8: 'text',
  withPath: (event, path) => ({ ...event, path, requestContext: { ...(event['requestContext'] as object), path } }),
  withQuery: (event, parameters) => ({
    ...event,
    queryStringParameters: parameters,
    multiValueQueryStringParameters: Object.fromEntries(
      Object.entries(parameters).map(([name, value]) => [name, [value]]),
    ),
  }),
} as const satisfies Partial<Carries>;

const table: Readonly<Record<string, Carries>> = {
  'function-url': { ...v2, path: 'as sent', fixtures: 'function-url' },
  'http-api': { ...v2, path: 'decoded', fixtures: 'http-api' },
  'http-api-v1': {
    ...lists,
    path: 'decoded',
    query: 'encoded anew',
    untyped: 'application/json',
    fixtures: 'payload-1.0',
  },
  'rest-api': { ...lists, path: 'as sent', query: 'encoded anew', untyped: 'application/json', fixtures: 'rest-api' },
  'alb-multi': { ...lists, path: 'as sent', query: 'in parts', untyped: undefined, fixtures: 'alb-multi' },
  alb: {
    path: 'as sent',
    query: 'last parts',
    repeats: 'last',
    setCookies: 'first',
    utf8: 'text',
    untyped: undefined,
    fixtures: 'alb-single',
    withPath: lists.withPath,
    withQuery: (event, queryStringParameters) => ({ ...event, queryStringParameters }),
  },
};

/** What gets through this front door. */
export function carries({ source }: Pick<Front, 'source'>): Carries {
  const row = table[source];
  if (row === undefined) throw new Error(`nothing is said of ${source}`);
  return row;
}

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
