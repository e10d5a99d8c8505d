import type { Front } from './front.ts';
import { payloadV2, responseV2 } from './payload-v2.ts';

/** Lenient percent-decoding: what is no escape stays. */
const decoded = (path: string) =>
  path.replace(/(?:%[\da-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));

/** A path as an HTTP API hands it over in stage prod: decoded once, cut at what was an encoded question mark. */
export const stagePath = (path: string) => `/prod${decoded(path).split('?', 1)[0]}`;

/** An API Gateway HTTP API in a named stage: the path decoded, with the stage in front, and cookies only as a list. */
export const httpApiFront: Front = {
  source: 'http-api',
  title: 'an API Gateway HTTP API',
  domainName: 'local.execute-api.us-east-1.amazonaws.com',

  toEvent(request) {
    const { event, path } = payloadV2(request, this.domainName, 'prod');
    return { ...event, rawPath: stagePath(path) };
  },

  toResponse: responseV2,
};
