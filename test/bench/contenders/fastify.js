import { pipeline } from 'node:stream/promises';
import awsLambdaFastify from '@fastify/aws-lambda';
import httpProxy from '@fastify/http-proxy';
import Fastify from 'fastify';

/** As in Fastify's guides: @fastify/aws-lambda in front of @fastify/http-proxy, whose client is undici. */
const app = Fastify();
app.register(httpProxy, {
  upstream: process.env.REMOTE_URL,
  undici: { connect: { rejectUnauthorized: false } },
});

export const handler = awsLambdaFastify(app, { binaryMimeTypes: ['application/octet-stream'] });

const streamed = awsLambdaFastify(app, { payloadAsStream: true, decorateRequest: false });
export const streamHandler = awslambda.streamifyResponse(async (event, responseStream, context) => {
  const { meta, stream } = await streamed(event, context);
  await pipeline(stream, awslambda.HttpResponseStream.from(responseStream, meta));
});
