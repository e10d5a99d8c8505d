import type { Front } from './front.ts';
import { payloadV2, responseV2 } from './payload-v2.ts';

/** Decodes percent-escapes and keeps malformed ones. */
const decoded = (path: string) =>
  path.replace(/(?:%[\da-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));

/** The stage of both HTTP APIs. */
export const stage = { path: '/prod', notFound: { statusCode: 404, message: 'Not Found' } } as const;

/** A path as an HTTP API passes it on: decoded once, cut at an encoded question mark, with the stage in front. */
export const stagePath = (path: string) => `${stage.path}${decoded(path).split('?', 1)[0]}`;

/** An API Gateway HTTP API in a named stage: the path is decoded and includes the stage; cookies come as a list only. */
export const httpApiFront: Front = {
  source: 'http-api',
  title: 'an API Gateway HTTP API',
  domainName: 'local.execute-api.us-east-1.amazonaws.com',
  stage,
  remappedFields: [],

  toEvent(request) {
    const { event, path } = payloadV2(request, this.domainName, 'prod');
    return { ...event, rawPath: stagePath(path) };
  },

  toResponse: responseV2,
};
