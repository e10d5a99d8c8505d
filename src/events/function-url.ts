import { bodyOf } from './body.ts';
import { claimsPayloadV2, encodeV2, headersOf, parsePayloadV2, sizeV2 } from './payload-v2.ts';
import type { EventSource } from './source.ts';

/** In every partition, as `<id>.lambda-url.<region>.on.aws`; an HTTP API's custom domain has no reason to look so. */
export const isFunctionUrl = (domainName: unknown) =>
  typeof domainName === 'string' && /^[^.]+\.lambda-url\.[^.]+\.on\./.test(domainName);

/**
 * Lambda Function URL. The path arrives as the client wrote it, cookies arrive twice, and there is no stage.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 */
export const functionUrl: EventSource = {
  name: 'function-url',
  title: 'Lambda Function URL',
  maxResponseBytes: 6_291_556,
  maxDurationMs: 900_000,
  streaming: { maxDurationMs: 900_000 },

  recognises: (event) => claimsPayloadV2(event) && isFunctionUrl(event.requestContext.domainName),

  decode(event) {
    const payload = parsePayloadV2(event);
    const { domainName, http } = payload.requestContext;
    return {
      method: http.method,
      rawPath: payload.rawPath,
      rawQuery: payload.rawQueryString,
      headers: headersOf(payload),
      body: bodyOf(payload),
      client: { ip: http.sourceIp, host: domainName, protocol: 'https', port: 443 },
      source: this.name,
    };
  },

  encode: encodeV2,
  size: sizeV2,
};
