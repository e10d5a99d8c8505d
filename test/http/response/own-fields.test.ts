import { describe, expect, test } from '@jest/globals';
import { type FailureCode, failureOf, failures } from '../../../src/failures.ts';
import { failureFields, ownResponseFields } from '../../../src/http/response/own-fields.ts';

const codes = Object.keys(failures) as FailureCode[];

const always = {
  'cache-control': 'no-store',
  'x-robots-tag': 'noindex, nofollow',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  vary: 'Accept',
};

test('every answer of our own is not stored, not indexed, not sniffed, and tells no address on [P4 R39 D4]', () => {
  expect(ownResponseFields('text/html; charset=utf-8')).toEqual({
    ...always,
    'content-type': 'text/html; charset=utf-8',
  });
});

describe('the answer to', () => {
  test.each(codes)('%s says what happened and whether to come back [P4 E28]', (code) => {
    const { status, proxyError, retryable, planned } = failureOf(code);
    const { 'retry-after': retryAfter, ...fields } = failureFields(code, 'text/plain');
    expect(fields).toEqual({
      ...always,
      vary: 'Accept, Accept-Language',
      'content-language': 'en',
      'content-type': 'text/plain',
      'proxy-status': `lambda-rproxy; error=${proxyError}`,
    });
    const seconds = planned ? '300' : '10';
    expect(retryAfter).toBe(retryable && status >= 502 ? seconds : undefined);
  });

  test.each(codes)('%s is a 503 only if it is maintenance, and names no next hop [E28 P2]', (code) => {
    expect(failureOf(code).status === 503).toBe(code === 'maintenance');
    expect(failureFields(code, 'text/plain')['proxy-status']).toMatch(/^lambda-rproxy; error=[a-z_]+$/);
  });
});

test('what is made for one answer is not shared with the next [P4]', () => {
  const first = ownResponseFields('text/plain');
  first['cache-control'] = 'public';
  expect(ownResponseFields('text/plain')['cache-control']).toBe('no-store');
});
