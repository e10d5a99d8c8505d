import { isAscii, isUtf8 } from 'node:buffer';
import * as v from 'valibot';
import type { ProxyResponse } from '../types.ts';
import { type BodyPart, bodyOf, bodyPart, responseSize } from './body.ts';
import { clientOf } from './client.ts';
import { entriesOf, fieldsOf, listsOf } from './fields.ts';
import { dropSignature } from './iam.ts';
import { flag, isRecord, lists, method, optionalText, parse, parts, text, texts } from './parts.ts';
import { encodedQuery } from './query.ts';
import type { DecodedRequest } from './source.ts';
import { stagePathOf } from './stage.ts';

/** Parts of a request that payload format 1.0 and load balancers hold alike. */
export const messageEntries = {
  httpMethod: method,
  path: v.nullish(text, ''),
  headers: v.nullish(texts),
  multiValueHeaders: v.nullish(lists),
  queryStringParameters: v.nullish(texts),
  multiValueQueryStringParameters: v.nullish(lists),
  body: v.nullish(text),
  isBase64Encoded: v.nullish(flag),
};

const payloadV1Schema = v.object({
  ...messageEntries,
  requestContext: parts({
    domainName: optionalText,
    stage: v.nullish(text, ''),
    path: optionalText,
    identity: v.nullish(parts({ sourceIp: optionalText, accessKey: v.optional(v.unknown()) })),
  }),
});

/** An event in payload format 1.0, checked. */
export type PayloadV1 = v.InferOutput<typeof payloadV1Schema>;

/** A Lambda authorizer's event names a method's ARN, a WebSocket's has no method, and a load balancer's has `elb`. */
const claimSchema = v.object({
  version: v.optional(v.literal('1.0')),
  httpMethod: v.unknown(),
  methodArn: v.optional(v.undefined()),
  routeArn: v.optional(v.undefined()),
  headers: v.optional(v.unknown()),
  multiValueHeaders: v.optional(v.unknown()),
  requestContext: v.object({
    elb: v.optional(v.undefined()),
    http: v.optional(v.undefined()),
    identity: v.optional(v.unknown()),
  }),
});

/** The version that an event in payload format 1.0 names, well-formed or not: REST APIs leave it out. */
export function versionClaimed(event: unknown): 'none' | '1.0' | undefined {
  if (!v.is(claimSchema, event)) return undefined;
  const { headers, multiValueHeaders, requestContext, version } = event;
  return isRecord(requestContext.identity) || headers != null || multiValueHeaders != null
    ? (version ?? 'none')
    : undefined;
}

/**
 * Reads an event in payload format 1.0.
 *
 * @param event an event that claims the format
 * @param source name of the event source
 * @param rawPath how the source's path becomes the client's
 * @throws {ProxyError} `bad_request` whose reason names the part that is wrong
 */
export function decodeV1(event: unknown, source: string, rawPath: (payload: PayloadV1) => string): DecodedRequest {
  const payload = parse(payloadV1Schema, event);
  const { domainName, identity, path, stage } = payload.requestContext;
  const headers = fieldsOf(entriesOf(payload.multiValueHeaders, payload.headers));
  if (identity?.accessKey) dropSignature(headers);
  return {
    method: payload.httpMethod,
    rawPath: rawPath(payload),
    rawQuery: encodedQuery(entriesOf(payload.multiValueQueryStringParameters, payload.queryStringParameters)),
    headers,
    body: bodyOf(payload),
    client: {
      ...clientOf(domainName, identity?.sourceIp, headers, 'requestContext.identity.sourceIp'),
      stagePath: stagePathOf(stage, path),
    },
    source,
  };
}

const textTypes = /^(?:text\/|application\/(?:[\w.-]+\+)?(?:json|xml|javascript)\b|image\/svg\+xml\b)/i;
const otherCharset = /charset=(?!"?utf-?8\b)/i;

/**
 * True for a body that goes as text and loses no byte by it. A REST API without `binaryMediaTypes` hands base64 to the
 * browser as it is, so that text must be text wherever it can.
 *
 * @param fields of the response, names in lower case
 * @param response its body's bytes, and whether they may go as text at all
 */
export function goesAsText(
  fields: Readonly<Record<string, readonly string[]>>,
  { body, asBytes }: ProxyResponse & { body: Buffer },
): boolean {
  if (asBytes === true) return false;
  if (isAscii(body)) return true;
  // Stryker disable next-line StringLiteral: any text that is no type of text gives the same result as the empty one.
  const type = fields['content-type']?.[0] ?? '';
  const isPlainText = textTypes.test(type) && !otherCharset.test(type) && fields['content-encoding'] === undefined;
  return isPlainText && isUtf8(body);
}

/** A response in payload format 1.0. A key that AWS does not know would make it a 502. */
export interface ResultV1 extends BodyPart {
  readonly statusCode: number;
  readonly multiValueHeaders: Record<string, string[]>;
}

/**
 * A response in the shape of payload format 1.0, every Set-Cookie an entry of its own.
 *
 * @param response status, fields and the body's bytes
 */
export function encodeV1(response: ProxyResponse & { body: Buffer }): ResultV1 {
  const { statusCode, body } = response;
  const multiValueHeaders = listsOf(response);
  return { statusCode, multiValueHeaders, ...bodyPart(body, goesAsText(multiValueHeaders, response)) };
}

/**
 * Size in bytes of a response as Lambda measures it.
 *
 * @param response status, fields and the body's bytes
 */
export function sizeV1(response: ProxyResponse & { body: Buffer }): number {
  const { statusCode, body } = response;
  const multiValueHeaders = listsOf(response);
  return responseSize({ statusCode, multiValueHeaders }, body, goesAsText(multiValueHeaders, response));
}
