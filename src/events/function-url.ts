import { claimsPayloadV2, decodeV2, encodeV2, sizeV2 } from './payload-v2.ts';
import type { EventSource } from './source.ts';

/** `<id>.lambda-url.<region>.on.aws` in every partition, and LocalStack’s name in place of `on.aws`. */
export const isFunctionUrl = (domainName: unknown) =>
  typeof domainName === 'string' && /^[^.]+\.lambda-url\.[^.]+\.(?:on|localhost)\./.test(domainName);

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
    return decodeV2(event, this.name, ({ rawPath }) => rawPath);
  },

  encode: encodeV2,
  size: sizeV2,
};
