import { isUtf8 } from 'node:buffer';
import type { FrontRequest, FrontResponse } from './front.ts';

/** Content types whose bodies arrive as text; every other body, and one without a type, arrives as base64. */
const textTypes = /^(?:text\/|application\/(?:json|xml|javascript)\b)/i;

const dropped = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer']);

/** Lower-case names, repeats joined by a comma without a space; Cookie lines joined as cookies are. */
function joined(rawHeaders: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = Object.create(null);
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = rawHeaders[index + 1] ?? '';
    if (dropped.has(name)) continue;
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before}${name === 'cookie' ? '; ' : ','}${value}`;
  }
  return headers;
}

/** Query parameters decoded and joined, as AWS adds them beside the raw query; a lossy view that nothing should use. */
function queryParameters(rawQuery: string): Record<string, string> | undefined {
  if (rawQuery === '') return undefined;
  const parameters: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(rawQuery)) {
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

/** Parts of an event in payload format 2.0 that both of its front doors fill in the same way. */
export function payloadV2(
  { method, target, rawHeaders, body, sourceIp }: FrontRequest,
  domainName: string,
  stage: string,
) {
  const question = target.indexOf('?');
  const path = question === -1 ? target : target.slice(0, question);
  const rawQueryString = question === -1 ? '' : target.slice(question + 1);
  const { cookie, ...headers } = joined(rawHeaders);
  const forwardedFor = headers['x-forwarded-for'];
  Object.assign(headers, {
    host: domainName,
    'x-forwarded-for': forwardedFor === undefined ? sourceIp : `${forwardedFor}, ${sourceIp}`,
    'x-forwarded-port': '443',
    'x-forwarded-proto': 'https',
  });
  const isText = textTypes.test(headers['content-type'] ?? '') && isUtf8(body);
  const now = new Date();
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
      ...(body.length === 0 ? {} : { body: body.toString(isText ? 'utf8' : 'base64') }),
      isBase64Encoded: body.length > 0 && !isText,
    },
  };
}

interface ResultV2 {
  statusCode?: unknown;
  headers?: Record<string, string>;
  cookies?: string[];
  body?: string;
  isBase64Encoded?: boolean;
}

/**
 * What the front door sends for a function's answer. The default content type is AWS's own.
 *
 * @throws {TypeError} for a status outside of 100 to 599, which AWS answers with 502, and for fields that are no text
 */
export function responseV2(result: unknown): FrontResponse {
  const { statusCode, headers = {}, cookies = [], body = '', isBase64Encoded } = result as ResultV2;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599)
    throw new TypeError('statusCode is not an HTTP status');
  const fields = [...Object.entries(headers), ...cookies.map((cookie) => ['set-cookie', cookie] as const)];
  if (fields.some(([, value]) => typeof value !== 'string')) throw new TypeError('a header field is not a text');
  const hasType = fields.some(([name]) => name.toLowerCase() === 'content-type');
  return {
    statusCode: status,
    headers: hasType ? fields : [...fields, ['content-type', 'application/json']],
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  };
}
