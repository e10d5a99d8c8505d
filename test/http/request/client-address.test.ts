import { describe, expect, test } from '@jest/globals';
import { clientAddress } from '../../../src/http/request/client-address.ts';
import { configWith, request } from '../../helpers/http-fixtures.ts';

const proxy = '130.176.0.1';
const victim = '192.0.2.1';
const attacker = '203.0.113.66';

const trusting = { TRUST_FORWARDED: 'true', ORIGIN_SECRET: 'a-secret-of-more-than-20' };

/** The address that counts, behind a proxy. */
const found = (headers: Record<string, string>, env: Record<string, string> = trusting) =>
  clientAddress(request({ headers, client: { ...request().client, ip: proxy } }), configWith(env));

describe('the address of a client', () => {
  test.each([
    ['nothing is trusted', {}],
    ['there is no secret by which the proxy proves itself', { TRUST_FORWARDED: 'true' }],
    ['the secret is there, but the forwarded fields are not trusted', { ORIGIN_SECRET: 'a-secret-of-more-than-20' }],
  ])('is that of the endpoint’s own peer when %s, whatever is claimed [C3]', (_, env: Record<string, string>) => {
    const claims = {
      'x-forwarded-for': victim,
      forwarded: `for=${victim}`,
      'x-real-ip': victim,
      'true-client-ip': victim,
    };
    expect(found(claims, env)).toBe(proxy);
  });

  test('is the last of X-Forwarded-For behind a proxy that has proved itself [C3]', () => {
    expect(found({ 'x-forwarded-for': attacker })).toBe(attacker);
    expect(found({ 'x-forwarded-for': `${victim}, ${attacker}` })).toBe(attacker);
    expect(found({ 'x-forwarded-for': `${victim},${victim} ,\t${attacker} ` })).toBe(attacker);
  });

  test('stands before the proxy’s own, where the endpoint appends that [C3]', () => {
    expect(found({ 'x-forwarded-for': `${attacker}, ${proxy}` })).toBe(attacker);
    expect(found({ 'x-forwarded-for': `${victim}, ${attacker}, ${proxy}` })).toBe(attacker);
  });

  test('is not found by looking for the proxy further left, where the client may have written it [C3]', () => {
    expect(found({ 'x-forwarded-for': `${victim}, ${proxy}, ${attacker}` })).toBe(attacker);
    expect(found({ 'x-forwarded-for': `${victim}, ${proxy}, ${proxy}` })).toBe(proxy);
  });

  test.each([
    {},
    { 'x-forwarded-for': '' },
    { 'x-forwarded-for': proxy },
    { 'x-forwarded-for': `${victim},` },
    { 'x-forwarded-for': `${victim}, , ${proxy}` },
    { 'x-forwarded-for': `${victim}, unknown` },
    { 'x-forwarded-for': `${victim}, _hidden` },
    { 'x-forwarded-for': `${victim}, ${attacker}x` },
    { 'x-forwarded-for': `${victim}, 010.0.0.1` },
    { 'x-forwarded-for': `x${attacker}:80` },
    { 'x-forwarded-for': `${attacker}:80x` },
    { 'x-forwarded-for': '[2001:db8::66' },
    { forwarded: `for=${victim}` },
    { 'x-real-ip': victim },
    { x_forwarded_for: victim },
  ] as Record<string, string>[])('is unknown when the proxy names none: %j [C3]', (headers) => {
    expect(found(headers)).toBeUndefined();
  });

  test.each([
    ['203.0.113.66:49152', attacker],
    ['[2001:db8::66]:49152', '2001:db8::66'],
    ['[2001:db8::66]', '2001:db8::66'],
    ['2001:db8::66', '2001:db8::66'],
  ])('may have a port: %s', (member, address) => {
    expect(found({ 'x-forwarded-for': `${victim}, ${member}` })).toBe(address);
  });

  describe('with CLIENT_IP_HEADER', () => {
    const env = { ...trusting, CLIENT_IP_HEADER: 'True-Client-IP' };

    test('is in that field alone [C3]', () => {
      expect(found({ 'true-client-ip': attacker, 'x-forwarded-for': victim }, env)).toBe(attacker);
      expect(found({ 'x-forwarded-for': victim }, env)).toBeUndefined();
    });

    test('is its last member, since a proxy that adds a field leaves the client’s in front [C3]', () => {
      expect(found({ 'true-client-ip': `${victim},${attacker}` }, env)).toBe(attacker);
    });

    test('may be the proxy’s own address, which the endpoint appends to X-Forwarded-For alone [C3]', () => {
      expect(found({ 'true-client-ip': `${victim}, ${proxy}` }, env)).toBe(proxy);
    });
  });
});
