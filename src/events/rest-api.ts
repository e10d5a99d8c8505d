import { decodeV1, encodeV1, sizeV1, versionClaimed } from './payload-v1.ts';
import type { EventSource } from './source.ts';

/**
 * API Gateway REST API. The path keeps its percent-encoding and comes without the stage, a custom domain's base path
 * included. To send base64 to the client as bytes, the API needs `binaryMediaTypes` of all types.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html
 */
export const restApi: EventSource = {
  name: 'rest-api',
  title: 'API Gateway REST API',
  maxResponseBytes: 6_291_556,
  maxDurationMs: 29_000,
  // The eight zero bytes that end the prelude must come within the first 16 KB.
  streaming: { maxDurationMs: 900_000, maxPreludeBytes: 16_384 - 8 },

  recognises: (event) => versionClaimed(event) === 'none',

  decode(event) {
    return decodeV1(event, this.name, ({ path }) => path);
  },

  encode: encodeV1,
  size: sizeV1,
};
