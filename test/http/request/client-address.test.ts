import { describe, expect, test } from '@jest/globals';
import { clientAddress, publicClient } from '../../../src/http/request/client-address.ts';
import type { HeaderFields } from '../../../src/types.ts';
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

const own = { host: 'public.example', protocol: 'https' };
const known = (headers: HeaderFields, trustForwarded: boolean) => {
  const { host, protocol } = publicClient(request({ headers }), trustForwarded);
  return { host, protocol };
};

describe('the public host', () => {
  test('is the one that AWS vouches for, whatever a client says [H10 S3]', () => {
    expect(known({ 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' }, false)).toEqual(own);
  });

  test('is the one that a trusted proxy names, so that redirects lead to that proxy [H10 R17]', () => {
    expect(known({ 'x-forwarded-host': 'cdn.example' }, true)).toEqual({ host: 'cdn.example', protocol: 'https' });
    expect(known({ 'x-forwarded-host': 'cdn.example:8443', 'x-forwarded-proto': 'HTTP' }, true)).toEqual({
      host: 'cdn.example:8443',
      protocol: 'http',
    });
    expect(known({}, true)).toEqual(own);
  });

  test('is the last of a list: the nearest proxy wrote it, and the client may have written the others [H10 R17]', () => {
    const headers = { 'x-forwarded-host': 'evil.example , cdn.example ', 'x-forwarded-proto': 'http, https' };
    expect(known(headers, true)).toEqual({ host: 'cdn.example', protocol: 'https' });
    expect(known({ 'x-forwarded-host': ['evil.example', 'cdn.example'] }, true).host).toBe('cdn.example');
    expect(known({ 'x-forwarded-host': 'evil.example,' }, true)).toEqual(own);
  });

  test('keeps the protocol of a trusted proxy that passes Host on and names no host itself [H10 H11]', () => {
    const client = { ...request().client, protocol: 'http' as const };
    expect(publicClient({ client, headers: { 'x-forwarded-proto': 'https' } }, true)).toMatchObject(own);
  });

  test('is reached over https when the proxy was, even where that asks a load balancer over http [H10 R17]', () => {
    const headers = { 'x-forwarded-host': 'cdn.example', 'x-forwarded-proto': 'https' };
    const client = { ...request().client, protocol: 'http' as const };
    expect(publicClient({ client, headers }, true)).toEqual({ host: 'cdn.example', protocol: 'https' });
  });

  test.each([
    '',
    ' ',
    'evil.example,',
    'a b',
    'evil.example/x',
    'user@evil.example',
    'evil.example\\',
    'x:port',
    'x"y',
    '[x',
  ])('is not %j, which is no host [H10 X3]', (host) => {
    expect(known({ 'x-forwarded-host': host }, true)).toEqual(own);
  });

  test('may be an address, in brackets when it is IPv6 [H10]', () => {
    for (const host of ['192.0.2.1', '192.0.2.1:8080', '[2001:db8::1]', '[2001:db8::1]:8080']) {
      expect(known({ 'x-forwarded-host': host, 'x-forwarded-proto': 'gopher' }, true)).toEqual({ ...own, host });
    }
  });
});
