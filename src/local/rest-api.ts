import type { Front } from './front.ts';
import { payloadV1, responseV1 } from './payload-v1.ts';

/** Request fields that a REST API drops, besides the hop-by-hop ones. */
const dropped = [
  'content-length',
  'content-md5',
  'expect',
  'max-forwards',
  'proxy-authenticate',
  'server',
  'www-authenticate',
];

/** Names that it spells itself; all others keep the client's spelling. */
const ownSpelling: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  authorization: 'Authorization',
  host: 'Host',
  'user-agent': 'User-Agent',
  'x-forwarded-for': 'X-Forwarded-For',
  'x-forwarded-port': 'X-Forwarded-Port',
  'x-forwarded-proto': 'X-Forwarded-Proto',
});

/** Response fields that it renames (API Gateway, "Important notes", Lambda proxy integration). */
const remappedFields = [
  'authorization',
  'connection',
  'content-md5',
  'date',
  'max-forwards',
  'server',
  'user-agent',
  'www-authenticate',
];

const stage = { path: '/prod', notFound: { statusCode: 403, message: 'Missing Authentication Token' } } as const;

/** An API Gateway REST API in a named stage, which is not part of the event's path. */
export const restApiFront: Front = {
  source: 'rest-api',
  title: 'an API Gateway REST API',
  domainName: 'local-rest.execute-api.us-east-1.amazonaws.com',
  stage,
  remappedFields,

  toEvent(request) {
    return payloadV1(request, {
      domainName: this.domainName,
      stage: 'prod',
      dropped,
      spelling: (name) => ownSpelling[name.toLowerCase()] ?? name,
      paths: (path) => [path, `${stage.path}${path}`],
    });
  },

  toResponse: responseV1,

  toStreamedHead: ({ statusCode, headers = {}, cookies = [] }) =>
    responseV1({ statusCode, headers, multiValueHeaders: { 'set-cookie': cookies }, body: '' }),
};
