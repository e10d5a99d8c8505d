import type { Front } from './front.ts';
import { payloadV1, responseV1 } from './payload-v1.ts';

/** What a REST API takes out of a request before a function sees it, beside the fields of one connection. */
const dropped = [
  'content-length',
  'content-md5',
  'expect',
  'max-forwards',
  'proxy-authenticate',
  'server',
  'www-authenticate',
];

/** Names that it spells its own way; all others keep the client's spelling. */
const ownSpelling: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  authorization: 'Authorization',
  host: 'Host',
  'user-agent': 'User-Agent',
  'x-forwarded-for': 'X-Forwarded-For',
  'x-forwarded-port': 'X-Forwarded-Port',
  'x-forwarded-proto': 'X-Forwarded-Proto',
});

/** An API Gateway REST API in a named stage, which is no part of the path. */
export const restApiFront: Front = {
  source: 'rest-api',
  title: 'an API Gateway REST API',
  domainName: 'local-rest.execute-api.us-east-1.amazonaws.com',

  toEvent(request) {
    return payloadV1(request, {
      domainName: this.domainName,
      stage: 'prod',
      dropped,
      spelling: (name) => ownSpelling[name.toLowerCase()] ?? name,
      paths: (path) => [path, `/prod${path}`],
    });
  },

  toResponse: responseV1,

  toStreamedHead: ({ statusCode, headers = {}, cookies = [] }) =>
    responseV1({ statusCode, headers, multiValueHeaders: { 'set-cookie': cookies }, body: '' }),
};
