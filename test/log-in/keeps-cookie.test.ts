import { describe, expect, test } from '@jest/globals';
import { keepsCookie } from '../../src/log-in/keeps-cookie.ts';
import { basicRealm } from '../../src/log-in/realm.ts';

describe('a browser keeps the cookie', () => {
  test.each([
    ['https', 'site.example', true],
    ['http', 'localhost', true],
    ['http', 'app.localhost:8080', true],
    ['http', '127.0.0.1:3000', true],
    ['http', '[::1]:3000', true],
    ['http', 'site.example', false],
    ['http', '10.0.0.7', false],
    ['http', 'localhost.evil.example', false],
    ['http', 'unknown', false],
  ] as const)('%s://%s: %s [O31]', (protocol, host, expected) => {
    expect(keepsCookie({ protocol, host })).toBe(expected);
  });
});

describe('the realm of a response', () => {
  const realm = (challenge: string | undefined, statusCode = 401) =>
    basicRealm({ statusCode, headers: challenge === undefined ? {} : { 'www-authenticate': challenge } });

  test.each([
    ['Basic realm="Garden"', 'Garden'],
    ['Negotiate, Basic realm="Garden"', 'Garden'],
    ['Basic', ''],
    [`Basic realm="${Buffer.from('Gärten ½ 庭').toString('latin1')}"`, 'Gärten ½ 庭'],
    ['Basic realm="G\xe4rten"', 'Gärten'],
    [`Basic realm="a${Buffer.from('\u202e\u200b\u2028').toString('latin1')}b\tc"`, 'abc'],
    [`Basic realm="${'x'.repeat(5000)}"`, 'x'.repeat(200)],
    ['Bearer realm="Garden"', undefined],
    ['Digest realm="Garden", nonce="1"', undefined],
    ['NTLM', undefined],
    ['Negotiate', undefined],
    [undefined, undefined],
  ])('%j: %j [O20 O26]', (challenge, expected) => {
    expect(realm(challenge)).toBe(expected);
  });

  test('is none without 401 [O22]', () => {
    for (const status of [200, 403, 407]) expect(realm('Basic realm="x"', status)).toBeUndefined();
  });
});
