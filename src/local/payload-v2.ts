import { eventBody, fieldLists, publicFields, queryPairs, responseOf, splitTarget } from './event-parts.ts';
import type { FrontRequest, FrontResponse } from './front.ts';

/** Lower-case names, repeats joined by a comma without a space; Cookie lines joined as cookies are. */
function joined(rawHeaders: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = Object.create(null);
  for (const [name, { values }] of fieldLists(rawHeaders)) headers[name] = values.join(name === 'cookie' ? '; ' : ',');
  return headers;
}

/** Query parameters decoded and joined, as AWS adds them to the raw query; a lossy view that nothing should use. */
function queryParameters(rawQuery: string): Record<string, string> {
  const parameters: Record<string, string> = Object.create(null);
  for (const [name, value] of queryPairs(rawQuery)) {
    parameters[name] = name in parameters ? `${parameters[name]},${value}` : value;
  }
  return parameters;
}

const decodedPath = (path: string) => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};

/** Parts of an event in payload format 2.0 that its two front doors have in common. */
export function payloadV2(request: FrontRequest, domainName: string, stage: string) {
  const { method, target, rawHeaders, body, sourceIp } = request;
  const { path, rawQuery: rawQueryString } = splitTarget(target);
  const { cookie, ...headers } = joined(rawHeaders);
  const forwardedFor = headers['x-forwarded-for'];
  Object.assign(headers, publicFields(forwardedFor === undefined ? [] : [forwardedFor], domainName, sourceIp));
  const now = new Date();
  const { body: text, isBase64Encoded } = eventBody(request, headers['content-type']);
  return {
    path,
    cookie,
    event: {
      version: '2.0',
      routeKey: '$default',
      rawPath: path,
      rawQueryString,
      ...(cookie === undefined ? {} : { cookies: cookie.split(/; ?/) }),
      headers,
      ...(rawQueryString === '' ? {} : { queryStringParameters: queryParameters(rawQueryString) }),
      requestContext: {
        accountId: 'anonymous',
        apiId: 'local',
        domainName,
        domainPrefix: domainName.split('.', 1)[0],
        http: {
          method,
          path: decodedPath(path),
          protocol: 'HTTP/1.1',
          sourceIp,
          userAgent: headers['user-agent'] ?? '',
        },
        requestId: crypto.randomUUID(),
        routeKey: '$default',
        stage,
        time: now.toISOString(),
        timeEpoch: now.getTime(),
      },
      ...(body.length === 0 ? {} : { body: text }),
      isBase64Encoded,
    },
  };
}

/**
 * Converts a function's response to the front door's. The default content type is AWS's.
 *
 * @throws {TypeError} when AWS responds with 502
 */
export function responseV2(result: unknown): FrontResponse {
  const { headers = {}, cookies = [] } = result as { headers?: Record<string, string>; cookies?: string[] };
  const setCookies = cookies.map((cookie) => ['set-cookie', cookie] as const);
  return responseOf(result, [...Object.entries(headers), ...setCookies], 'application/json');
}
