import {
  eventBody,
  fieldLists,
  grouped,
  lastOf,
  publicFields,
  queryPairs,
  responseOf,
  splitTarget,
} from './event-parts.ts';
import type { FrontRequest, FrontResponse } from './front.ts';

/** The differences between the front doors of payload format 1.0. */
interface Dialect {
  readonly domainName: string;
  readonly stage: string;
  /** Names, in lower case, of fields that it drops. */
  readonly dropped: readonly string[];
  /** How it spells a field's name. */
  readonly spelling: (name: string) => string;
  /** `path` and `requestContext.path`. */
  readonly paths: (path: string) => readonly [path: string, contextPath: string];
}

const orNull = <Value extends object>(parameters: Value) => (Object.keys(parameters).length === 0 ? null : parameters);

/** An event in payload format 1.0. */
export function payloadV1(request: FrontRequest, dialect: Dialect) {
  const { method, target, rawHeaders, body, sourceIp } = request;
  const { domainName, stage, dropped, spelling, paths } = dialect;
  const { path, rawQuery } = splitTarget(target);
  const lists = fieldLists(rawHeaders, dropped);
  const ownFields = publicFields(lists.get('x-forwarded-for')?.values ?? [], domainName, sourceIp);
  const multiValueHeaders: Record<string, string[]> = Object.create(null);
  for (const [lower, { name, values }] of lists)
    if (!Object.hasOwn(ownFields, lower)) multiValueHeaders[spelling(name)] = values;
  for (const [name, value] of Object.entries(ownFields)) multiValueHeaders[spelling(name)] = [value];
  const parameters = grouped(queryPairs(rawQuery));
  const [gatewayPath, contextPath] = paths(path);
  const now = new Date();
  return {
    resource: '/{proxy+}',
    path: gatewayPath,
    httpMethod: method,
    headers: lastOf(multiValueHeaders),
    multiValueHeaders,
    queryStringParameters: orNull(lastOf(parameters)),
    multiValueQueryStringParameters: orNull(parameters),
    requestContext: {
      accountId: '123456789012',
      apiId: 'local',
      domainName,
      domainPrefix: domainName.split('.', 1)[0],
      extendedRequestId: 'local',
      httpMethod: method,
      identity: { sourceIp, userAgent: lists.get('user-agent')?.values.at(-1) ?? null },
      path: contextPath,
      protocol: 'HTTP/1.1',
      requestId: crypto.randomUUID(),
      requestTime: now.toISOString(),
      requestTimeEpoch: now.getTime(),
      resourceId: 'local',
      resourcePath: '/{proxy+}',
      stage,
    },
    pathParameters: gatewayPath === '/' ? null : { proxy: gatewayPath.slice(1) },
    stageVariables: null,
    ...eventBody(request, lists.get('content-type')?.values.at(-1)),
    ...(body.length === 0 ? { body: null } : {}),
  };
}

const known = new Set(['statusCode', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded']);

interface ResultV1 {
  readonly headers?: Record<string, string>;
  readonly multiValueHeaders?: Record<string, string[]>;
}

/**
 * Converts a function's response to the front door's. All media types are binary media types: base64 is decoded.
 *
 * @throws {TypeError} when AWS responds with 502: for an unknown key, for values that are not lists of strings
 */
export function responseV1(result: unknown): FrontResponse {
  const { headers = {}, multiValueHeaders = {} } = result as ResultV1;
  const unknown = Object.keys(result as ResultV1).find((key) => !known.has(key));
  if (unknown !== undefined) throw new TypeError(`the response has an unknown key: ${unknown}`);
  const lists = Object.entries(multiValueHeaders);
  if (!lists.every(([, values]) => Array.isArray(values))) throw new TypeError('a header field is not a list');
  const fields = lists.flatMap(([name, values]) => values.map((value) => [name, value] as const));
  return responseOf(result, [...fields, ...Object.entries(headers)], 'application/json');
}
