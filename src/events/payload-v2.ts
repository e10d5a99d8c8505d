import { isAscii } from 'node:buffer';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as v from 'valibot';
import { newFields } from '../http/fields.ts';
import type { HeaderFields, ProxyResponse } from '../types.ts';
import { bodyOf, bodyPart, responseSize } from './body.ts';
import { clientOf } from './client.ts';
import { entriesOf } from './fields.ts';
import { dropSignature, withoutSignature } from './iam.ts';
import { isOrdinaryV2 } from './ordinary.ts';
import { flag, isRecord, method, optionalText, parse, parts, text, texts } from './parts.ts';
import { encodedQuery } from './query.ts';
import type { DecodedRequest } from './source.ts';
import { stagePathOf } from './stage.ts';

/**
 * What Function URLs and HTTP APIs share: payload format 2.0.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export const payloadV2Schema = v.object({
  version: v.literal('2.0'),
  rawPath: v.nullish(text, ''),
  rawQueryString: optionalText,
  queryStringParameters: v.nullish(texts),
  cookies: v.nullish(v.array(text, 'must be a list')),
  headers: v.nullish(texts),
  body: v.nullish(text),
  isBase64Encoded: v.nullish(flag),
  requestContext: parts({
    domainName: optionalText,
    stage: v.nullish(text, '$default'),
    http: parts({ method, sourceIp: optionalText }),
    authorizer: v.optional(v.unknown()),
  }),
});

/** An event in payload format 2.0, checked. */
export type PayloadV2 = v.InferOutput<typeof payloadV2Schema>;

/**
 * Reads the parts of an event that claims payload format 2.0.
 *
 * @throws {ProxyError} `bad_request` whose reason names the part that is wrong
 */
const readPayloadV2 = (event: Readonly<Record<string, unknown>>): PayloadV2 =>
  isOrdinaryV2(event) ? (event as PayloadV2) : parse(payloadV2Schema, event);

/** The parts by which an event claims payload format 2.0. */
interface Claim {
  readonly requestContext: { readonly domainName?: unknown };
}

/**
 * True for an event that claims payload format 2.0 of an HTTP request, well-formed or not. A Lambda authorizer's event
 * names a route's ARN.
 */
export function claimsPayloadV2(event: unknown): event is Claim {
  if (!isRecord(event) || event['version'] !== '2.0') return false;
  const { requestContext, routeArn, methodArn } = event;
  return (
    isRecord(requestContext) && isRecord(requestContext['http']) && routeArn === undefined && methodArn === undefined
  );
}

/**
 * Header fields with exactly one Cookie. `cookies` wins: an HTTP API sends them there alone, a Function URL in both.
 */
function headersOf({ headers, cookies }: PayloadV2): HeaderFields {
  const fields: HeaderFields = Object.create(null);
  for (const name of Object.keys(headers ?? {})) fields[name.toLowerCase()] = String(headers?.[name]);
  if (cookies && cookies.length > 0) fields['cookie'] = cookies.join('; ');
  return fields;
}

/** True when the front door has verified the signature of AWS_IAM, a Function URL's for CloudFront included. */
const isSigned = (authorizer: unknown) => (authorizer as { iam?: unknown } | null | undefined)?.iam != null;

/**
 * Reads an event in payload format 2.0.
 *
 * @param event an event that claims the format
 * @param source name of the event source
 * @param rawPath how the source's path becomes the client's
 * @throws {ProxyError} `bad_request` whose reason names the part that is wrong
 */
export function decodeV2(event: unknown, source: string, rawPath: (payload: PayloadV2) => string): DecodedRequest {
  const payload = readPayloadV2(event as Readonly<Record<string, unknown>>);
  const { authorizer, domainName, http, stage } = payload.requestContext;
  const headers = headersOf(payload);
  let rawQuery = payload.rawQueryString || encodedQuery(entriesOf(undefined, payload.queryStringParameters));
  if (isSigned(authorizer)) {
    dropSignature(headers);
    rawQuery = withoutSignature(rawQuery);
  }
  return {
    method: http.method,
    rawPath: rawPath(payload),
    rawQuery,
    headers,
    body: bodyOf(payload),
    client: {
      ...clientOf(domainName, http.sourceIp, headers, 'requestContext.http.sourceIp'),
      stagePath: stagePathOf(stage, payload.rawPath),
    },
    source,
  };
}

/** A response in payload format 2.0, which both sources take. */
export type ResultV2 = APIGatewayProxyStructuredResultV2;

interface EnvelopeV2 {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly cookies: string[];
}

/**
 * Status and fields of a response, without its body: every Set-Cookie in `cookies` and nowhere else, repeats of other
 * fields joined (RFC 9110 §5.3).
 */
export const envelopeV2 = ({ statusCode, headers }: ProxyResponse): EnvelopeV2 => {
  const fields = newFields() as Record<string, string>;
  const cookies: string[] = [];
  for (const name of Object.keys(headers)) {
    const value = headers[name] as string | string[];
    const lower = name.toLowerCase();
    if (lower === 'set-cookie') cookies.push(...(typeof value === 'string' ? [value] : value));
    else fields[lower] = typeof value === 'string' ? value : value.join(', ');
  }
  return { statusCode, headers: fields, cookies };
};

const goesAsText = ({ body, asBytes }: ProxyResponse & { body: Buffer }) => asBytes !== true && isAscii(body);

/**
 * A response in the shape of payload format 2.0. The body is text only when it is ASCII: that costs nothing as text and a
 * third more as base64, and anything else is safe from every front door's idea of text.
 *
 * @param response status, fields and the body's bytes
 */
export const encodeV2 = (response: ProxyResponse & { body: Buffer }): ResultV2 => ({
  ...envelopeV2(response),
  ...bodyPart(response.body, goesAsText(response)),
});

/**
 * Size in bytes of a response as Lambda measures it.
 *
 * @param response status, fields and the body's bytes
 */
export const sizeV2 = (response: ProxyResponse & { body: Buffer }): number =>
  responseSize(envelopeV2(response), response.body, goesAsText(response));
