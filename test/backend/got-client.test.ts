import { describe, expect, test } from '@jest/globals';
import { ReadError, RequestError, TimeoutError } from 'got';
import { isTimeout, translateError } from '../../src/backend/got-client.ts';
import { toProxyError } from '../../src/failure-mapping.ts';
import { type FailureCode, failureOf, ProxyError } from '../../src/failures.ts';

/** An error of got without the request that it belongs to. */
const gotError = (type: typeof RequestError | typeof ReadError | typeof TimeoutError, parts: object) =>
  Object.assign(Object.create(type.prototype) as RequestError, parts);

const timeout = (url: string, timings?: object) =>
  gotError(TimeoutError, { message: 'too late', code: 'ETIMEDOUT', options: { url: new URL(url) }, timings });

describe('translateError', () => {
  test.each([
    ['ECONNRESET', 'response_incomplete'],
    ['HPE_INVALID_CHUNK_SIZE', 'response_malformed'],
  ] satisfies [string, FailureCode][])('%s while the body is read is %s', (code, failure) => {
    const error = gotError(ReadError, { message: `failed with ${code}`, code });
    const { reason } = failureOf(failure);
    expect(toProxyError(translateError(error))).toMatchObject({ code: failure, reason: `${reason} (${code})` });
  });

  test.each([
    ['before the name is known', 'http://h.example', { start: 1 }, 'dns_timeout'],
    ['before an address is reached', 'http://10.0.0.7', { start: 1 }, 'connection_timeout'],
    ['before an IPv6 address is reached', 'https://[2001:db8::1]', { start: 1 }, 'connection_timeout'],
    ['before a name is reached', 'http://h.example', { lookup: 1 }, 'connection_timeout'],
    ['before it is secure', 'https://h.example', { lookup: 1, connect: 1 }, 'tls_timeout'],
    ['before the response', 'https://h.example', { lookup: 1, connect: 1, secureConnect: 1 }, 'response_timeout'],
    ['before the response', 'http://h.example', { lookup: 1, connect: 1 }, 'response_timeout'],
    ['in the body', 'http://h.example', { lookup: 1, connect: 1, response: 1 }, 'response_stalled'],
    ['at an unknown time', 'http://h.example', undefined, 'response_timeout'],
  ] satisfies [string, string, object | undefined, FailureCode][])(
    'time runs out %s: %s %j is %s',
    (_when, url, timings, code) => {
      const error = timeout(url, timings);
      expect(translateError(error)).toMatchObject({ code, reason: failureOf(code).reason, cause: error });
    },
  );

  test('the reason of a timeout says how long the limit was', () => {
    const options = { url: new URL('http://10.0.0.7'), timeout: { request: 11_000 } };
    const error = gotError(TimeoutError, { message: 'x', code: 'ETIMEDOUT', options, timings: { connect: 1 } });
    expect(translateError(error)).toMatchObject({ reason: 'the backend sent no response in time (11000 ms)' });
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

test('isTimeout tells a timeout in any phase from other failures', () => {
  expect(isTimeout(translateError(timeout('http://h.example', { start: 1 })))).toBe(true);
  expect(isTimeout(translateError(gotError(ReadError, { code: 'ECONNRESET' })))).toBe(false);
  expect(isTimeout(timeout('http://h.example'))).toBe(false);
  expect(isTimeout(undefined)).toBe(false);
});
