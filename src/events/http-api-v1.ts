import { reencoded, withoutStage } from './http-api.ts';
import { decodeV1, encodeV1, type PayloadV1, sizeV1, versionClaimed } from './payload-v1.ts';
import type { EventSource } from './source.ts';

/**
 * The path as the client meant it. Where `requestContext.path`, which always has the stage, says the same, the stage is
 * still in front of this one.
 */
function clientPath({ path, requestContext }: PayloadV1): string {
  const hasStage = path === requestContext.path;
  return reencoded(hasStage ? withoutStage(path, requestContext.stage) : path);
}

/**
 * API Gateway HTTP API with payload format 1.0: a REST API's event whose path is decoded.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export const httpApiV1: EventSource = {
  name: 'http-api-v1',
  title: 'API Gateway HTTP API, payload format 1.0',
  maxResponseBytes: 6_291_556,
  maxDurationMs: 30_000,

  recognises: (event) => versionClaimed(event) === '1.0',

  decode(event) {
    return decodeV1(event, this.name, clientPath);
  },

  encode: encodeV1,
  size: sizeV1,
};
