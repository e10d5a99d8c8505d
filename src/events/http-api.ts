import { isFunctionUrl } from './function-url.ts';
import { claimsPayloadV2, decodeV2, encodeV2, sizeV2 } from './payload-v2.ts';
import type { EventSource } from './source.ts';

/**
 * `/prod/x` in stage `prod` is `/x`; the default stage has no prefix. The gateway writes the stage behind a custom domain
 * too, where it is no part of the public path.
 */
export function withoutStage(path: string, stage: string): string {
  const isPrefixed = path === `/${stage}` || path.startsWith(`/${stage}/`);
  return isPrefixed && stage !== '' && stage !== '$default' ? path.slice(stage.length + 1) || '/' : path;
}

/**
 * The gateway has decoded the path once, so a `%` that begins no escape was a `%25`. What else cannot stand in a path
 * is encoded where every path is. `%2F`, and what followed a `%3F`, are lost before the function sees them.
 */
export const reencoded = (path: string) => path.replace(/%(?![\da-f]{2})/gi, '%25');

/**
 * API Gateway HTTP API with payload format 2.0. The path arrives decoded and with the stage in front, and cookies
 * arrive only in `cookies`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export const httpApi: EventSource = {
  name: 'http-api',
  title: 'API Gateway HTTP API, payload format 2.0',
  maxResponseBytes: 6_291_556,
  maxDurationMs: 30_000,

  recognises: (event) => claimsPayloadV2(event) && !isFunctionUrl(event.requestContext.domainName),

  decode(event) {
    return decodeV2(event, this.name, ({ rawPath, requestContext }) =>
      reencoded(withoutStage(rawPath, requestContext.stage)),
    );
  },

  encode: encodeV2,
  size: sizeV2,
};
