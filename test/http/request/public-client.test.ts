import { describe, expect, test } from '@jest/globals';
import { publicClient } from '../../../src/http/request/public-client.ts';
import type { HeaderFields } from '../../../src/types.ts';
import { request } from '../../helpers/http-fixtures.ts';

const own = { host: 'public.example', protocol: 'https' };
const known = (headers: HeaderFields, trustForwarded: boolean) => {
  const { host, protocol } = publicClient(request({ headers }), trustForwarded);
  return { host, protocol };
};

describe('the public host', () => {
  test('is the one that AWS vouches for, whatever a client says [H10 S3]', () => {
    expect(known({ 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' }, false)).toEqual(own);
  });

  test('is the one that a trusted proxy was asked for, so that redirects lead back to that proxy [H10 R17]', () => {
    expect(known({ 'x-forwarded-host': 'cdn.example' }, true)).toEqual({ host: 'cdn.example', protocol: 'https' });
    expect(known({ 'x-forwarded-host': 'cdn.example:8443', 'x-forwarded-proto': 'HTTP' }, true)).toEqual({
      host: 'cdn.example:8443',
      protocol: 'http',
    });
    expect(known({}, true)).toEqual(own);
  });

  test('is the first of a list: the outermost proxy is the one that the client asked [H10]', () => {
    const headers = { 'x-forwarded-host': ' cdn.example , inner.example', 'x-forwarded-proto': 'http, https' };
    expect(known(headers, true)).toEqual({ host: 'cdn.example', protocol: 'http' });
    expect(known({ 'x-forwarded-host': ['cdn.example', 'inner.example'] }, true).host).toBe('cdn.example');
  });

  test('is reached over https when the proxy was, even where that asks a load balancer over http [H10 R17]', () => {
    const headers = { 'x-forwarded-host': 'cdn.example', 'x-forwarded-proto': 'https' };
    const client = { ...request().client, protocol: 'http' as const };
    expect(publicClient({ client, headers }, true)).toEqual({ host: 'cdn.example', protocol: 'https' });
  });

  test.each([
    '',
    ' ',
    ',evil.example',
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
