import type { Front } from './front.ts';
import { stage, stagePath } from './http-api.ts';
import { payloadV1, responseV1 } from './payload-v1.ts';

/** An API Gateway HTTP API with payload format 1.0, in a named stage. */
export const httpApiV1Front: Front = {
  source: 'http-api-v1',
  title: 'an API Gateway HTTP API with payload format 1.0',
  domainName: 'local-v1.execute-api.us-east-1.amazonaws.com',
  stage,
  remappedFields: [],

  toEvent(request) {
    const event = payloadV1(request, {
      domainName: this.domainName,
      stage: 'prod',
      dropped: [],
      spelling: (name) => name.toLowerCase(),
      paths: (path) => [stagePath(path), stagePath(path)],
    });
    return { version: '1.0', ...event };
  },

  toResponse: responseV1,
};
