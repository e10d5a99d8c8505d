import { isAscii } from 'node:buffer';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as v from 'valibot';
import { ProxyError } from '../errors.ts';
import type { HeaderFields, ProxyResponse } from '../types.ts';

/**
 * What Function URLs and HTTP APIs share: payload format 2.0.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
const text = v.string('must be a string');

/** Not v.record, which takes a list for an object and drops fields that are called `constructor` or `__proto__`. */
const texts = v.custom<Record<string, string>>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((item) => typeof item === 'string'),
  'must be an object of strings',
);

const payloadV2Schema = v.object({
  version: v.literal('2.0'),
  rawPath: v.optional(text, ''),
  rawQueryString: v.optional(text, ''),
  cookies: v.nullish(v.array(text, 'must be a list')),
  headers: v.nullish(texts),
  body: v.nullish(text),
  isBase64Encoded: v.nullish(v.boolean('must be true or false')),
  requestContext: v.object(
    {
      // domainName and sourceIp go into header fields of the proxy's own, which nothing behind this checks.
      domainName: v.pipe(text, v.regex(/^[\w.-]+$/, 'must be a host name')),
      stage: v.optional(text, '$default'),
      http: v.object(
        {
          // Node sends upper case whatever it is given, so that is what every rule must see.
          method: v.pipe(text, v.toUpperCase()),
          sourceIp: v.pipe(text, v.regex(/^[\w.:]+$/, 'must be an address')),
        },
        'must be an object',
      ),
    },
    'must be an object',
  ),
});

/** An event in payload format 2.0, checked. */
export type PayloadV2 = v.InferOutput<typeof payloadV2Schema>;

const claimSchema = v.object({
  version: v.literal('2.0'),
  requestContext: v.object({ http: v.object({}), domainName: v.unknown() }),
});

/** True for an event that claims payload format 2.0 of an HTTP request, well-formed or not. */
export const claimsPayloadV2 = (event: unknown): event is v.InferOutput<typeof claimSchema> => v.is(claimSchema, event);

/**
 * Checks the parts of an event that the proxy reads.
 *
 * @throws {ProxyError} `bad_request` whose reason names the part that is wrong
 */
export function parsePayloadV2(event: unknown): PayloadV2 {
  const result = v.safeParse(payloadV2Schema, event, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new ProxyError('bad_request', { reason: `event part ${v.getDotPath(issue) ?? 'event'} ${issue.message}` });
}

/** RFC 4648 §4, to the letter: Buffer.from skips what it does not know, and would send another body than the client's. */
function fromBase64(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  // The lengths agree only when no character was skipped; `-` and `_` are the other alphabet's.
  if (text.length % 4 === 0 && bytes.length === (text.length / 4) * 3 - padding && !/[-_]/.test(text)) return bytes;
  throw new ProxyError('bad_request', { reason: 'event part body is not valid base64' });
}

/**
 * The request's body bytes. The flag decides, never the content type: front doors disagree on what is binary.
 *
 * @throws {ProxyError} `bad_request` for a body that is flagged as base64 and is not
 */
export function bodyOf({ body, isBase64Encoded }: PayloadV2): Buffer {
  if (!body) return Buffer.alloc(0);
  return isBase64Encoded === true ? fromBase64(body) : Buffer.from(body, 'utf8');
}

/**
 * Header fields with exactly one Cookie. `cookies` wins: an HTTP API sends them there alone, a Function URL in both.
 */
export function headersOf({ headers, cookies }: PayloadV2): HeaderFields {
  const fields: HeaderFields = Object.create(null);
  for (const [name, value] of Object.entries(headers ?? {})) fields[name.toLowerCase()] = value;
  if (cookies && cookies.length > 0) fields['cookie'] = cookies.join('; ');
  return fields;
}

/** ASCII costs nothing as text and a third more as base64; anything else survives only as base64. */
const bodyPart = (body: Buffer) =>
  isAscii(body)
    ? { body: body.toString('latin1'), isBase64Encoded: false }
    : { body: body.toString('base64'), isBase64Encoded: true };

/** Bytes that JSON needs for a text of single-byte characters, quotes not counted. */
function jsonTextBytes(body: Buffer): number {
  let bytes = body.length;
  for (const byte of body) {
    if (byte === 0x22 || byte === 0x5c) bytes += 1;
    else if (byte < 0x20) bytes += byte === 8 || byte === 9 || byte === 10 || byte === 12 || byte === 13 ? 1 : 5;
  }
  return bytes;
}

/** An answer in payload format 2.0, which both sources take. */
export type ResultV2 = APIGatewayProxyStructuredResultV2;

interface EnvelopeV2 {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly cookies: string[];
}

/**
 * Status and fields of an answer, without its body: every Set-Cookie in `cookies` and nowhere else, repeats of other
 * fields joined (RFC 9110 §5.3).
 */
export const envelopeV2 = ({ statusCode, headers }: ProxyResponse): EnvelopeV2 => {
  // Without a prototype, or a field called `__proto__` would be lost.
  const fields: Record<string, string> = Object.create(null);
  const cookies: string[] = [];
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    if (lower === 'set-cookie') cookies.push(...[value].flat());
    else fields[lower] = [value].flat().join(', ');
  }
  return { statusCode, headers: fields, cookies };
};

/**
 * An answer in the shape of payload format 2.0. The body is text only when that loses no byte.
 *
 * @param response status, fields and the body's bytes
 */
export const encodeV2 = (response: ProxyResponse & { body: Buffer }): ResultV2 => ({
  ...envelopeV2(response),
  ...bodyPart(response.body),
});

/**
 * Size in bytes of an answer as Lambda measures it, on the JSON that the runtime posts, without making that JSON.
 *
 * @param response status, fields and the body's bytes
 */
export function sizeV2(response: ProxyResponse & { body: Buffer }): number {
  const { body } = response;
  const shell = { ...envelopeV2(response), body: '', isBase64Encoded: !isAscii(body) };
  const bodyBytes = shell.isBase64Encoded ? 4 * Math.ceil(body.length / 3) : jsonTextBytes(body);
  return Buffer.byteLength(JSON.stringify(shell)) + bodyBytes;
}
