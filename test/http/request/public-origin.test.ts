import { describe, expect, test } from '@jest/globals';
import { publicOrigin } from '../../../src/http/request/public-origin.ts';
import type { HeaderFields } from '../../../src/types.ts';
import { configWith, request, sentFor } from '../../helpers/http-fixtures.ts';

const trusting = { trustForwarded: true, publicPath: '' };
const own = { host: 'public.example', protocol: 'https' };
const known = (headers: HeaderFields, trustForwarded: boolean) => {
  const { host, protocol } = publicOrigin(request({ headers }), { trustForwarded, publicPath: '' });
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
    expect(publicOrigin({ client, headers: { 'x-forwarded-proto': 'https' } }, trusting)).toMatchObject(own);
  });

  test('is reached over https when the proxy was, even where that asks a load balancer over http [H10 R17]', () => {
    const headers = { 'x-forwarded-host': 'cdn.example', 'x-forwarded-proto': 'https' };
    const client = { ...request().client, protocol: 'http' as const };
    expect(publicOrigin({ client, headers }, trusting)).toMatchObject({ host: 'cdn.example', protocol: 'https' });
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
