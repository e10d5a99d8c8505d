import type { Front } from './front.ts';
import { payloadV2, responseV2 } from './payload-v2.ts';

/** A Lambda Function URL: the path as the client wrote it, cookies both as a list and as a header field. */
export const functionUrlFront: Front = {
  source: 'function-url',
  title: 'a Lambda Function URL',
  domainName: 'local.lambda-url.us-east-1.on.aws',
  remappedFields: ['date', 'www-authenticate'],

  toEvent(request) {
    const { event, cookie } = payloadV2(request, this.domainName, '$default');
    return cookie === undefined ? event : { ...event, headers: { ...event.headers, cookie } };
  },

  toResponse: responseV2,

  toStreamedHead: (prelude) => responseV2({ ...prelude, body: '' }),
};
