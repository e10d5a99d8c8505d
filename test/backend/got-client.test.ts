import { describe, expect, test } from '@jest/globals';
import { ReadError, RequestError } from 'got';
import { translateError } from '../../src/backend/got-client.ts';
import { toProxyError } from '../../src/failure-mapping.ts';
import { type FailureCode, failureOf, ProxyError } from '../../src/failures.ts';

/** An error of got without the request that it belongs to. */
const gotError = (type: typeof RequestError | typeof ReadError, parts: object) =>
  Object.assign(Object.create(type.prototype) as RequestError, parts);

describe('translateError', () => {
  test.each([
    ['ECONNRESET', 'response_incomplete'],
    ['HPE_INVALID_CHUNK_SIZE', 'response_malformed'],
  ] satisfies [string, FailureCode][])('%s while the body is read is %s', (code, failure) => {
    const error = gotError(ReadError, { message: `failed with ${code}`, code });
    const { reason } = failureOf(failure);
    expect(toProxyError(translateError(error))).toMatchObject({ code: failure, reason: `${reason} (${code})` });
  });

  test('a ProxyError stays what it is inside of what got made of it', () => {
    const cause = new ProxyError('upgrade_refused', { reason: 'because' });
    expect(translateError(gotError(ReadError, { cause, code: 'ERR_GOT_REQUEST_ERROR' }))).toBe(cause);
  });

  test('any other error stays as it is', () => {
    const error = gotError(RequestError, { message: 'refused', code: 'ECONNREFUSED', cause: new Error('refused') });
    expect(translateError(error)).toBe(error);
  });
});
