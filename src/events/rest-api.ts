import { isDefaultEndpoint } from '../http/default-endpoint.ts';
import { decodeV1, encodeV1, sizeV1, versionClaimed } from './payload-v1.ts';
import type { DecodedRequest, EventSource } from './source.ts';

/** How every gzip stream begins (RFC 1952 §2.3.1). */
const isGzip = (bytes: Buffer) => bytes[0] === 0x1f && bytes[1] === 0x8b;

/**
 * A REST API with compression enabled decodes the body and leaves Content-Encoding. The field goes when the bytes do not
 * bear it out.
 */
function withoutFalseCoding(request: DecodedRequest): DecodedRequest {
  const { 'content-encoding': coding, ...headers } = request.headers;
  const isFalse = coding !== undefined && /^(?:x-)?gzip$/i.test(String(coding)) && !isGzip(request.body);
  return isFalse && request.body.length > 0
    ? { ...request, headers: Object.assign(Object.create(null), headers) }
    : request;
}

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
    const decoded = decodeV1(event, this.name, ({ path }) => path);
    const { client } = decoded;
    // Behind a custom domain there is no stage in the path: what looks like it is the base path of the mapping.
    const request = isDefaultEndpoint(client.host)
      ? decoded
      : { ...decoded, client: { ...client, stagePath: undefined } };
    return request.headers['content-encoding'] === undefined ? request : withoutFalseCoding(request);
  },

  encode: encodeV1,
  size: sizeV1,
};
