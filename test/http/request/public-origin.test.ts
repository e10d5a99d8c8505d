import { describe, expect, test } from '@jest/globals';
import { publicOrigin, withoutPublicPath } from '../../../src/http/request/public-origin.ts';
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

const endpoint = 'a1b2c3.execute-api.eu-central-1.amazonaws.com';
const from = (host: string, stagePath?: string) => ({ client: { ...request().client, host, stagePath } });
const originFor = (host: string, stagePath?: string, env: Record<string, string> = {}, headers: HeaderFields = {}) =>
  publicOrigin({ ...from(host, stagePath), headers }, configWith(env));

describe('the public prefix', () => {
  test.each([
    endpoint,
    'A1B2C3.Execute-API.us-east-1.amazonaws.com.cn',
    'a1.execute-api.localhost.localstack.cloud:4566',
  ])('is the stage on the default endpoint %s [H50]', (host) => {
    expect(originFor(host, '/live').prefix).toBe('/live');
    expect(originFor(host).prefix).toBe('');
    expect(originFor(host, '/live', { PUBLIC_PATH: '/app' }).prefix).toBe('/live');
  });

  test.each(['www.example', 'execute-api.example', 'www.execute.example', 'x.y.execute-api.example'])(
    'is PUBLIC_PATH on any other host, and never the stage: %s [H50]',
    (host) => {
      expect(originFor(host, '/live').prefix).toBe('');
      expect(originFor(host, '/live', { PUBLIC_PATH: '/app' }).prefix).toBe('/app');
    },
  );

  test('is PUBLIC_PATH where a trusted proxy names another host [H50]', () => {
    const env = { TRUST_FORWARDED: 'true' };
    expect(originFor(endpoint, '/live', env, { 'x-forwarded-host': 'www.example' }).prefix).toBe('');
    expect(
      originFor(endpoint, '/live', { ...env, PUBLIC_PATH: '/app' }, { 'x-forwarded-host': 'www.example' }),
    ).toEqual({
      host: 'www.example',
      protocol: 'https',
      port: 443,
      prefix: '/app',
    });
    expect(originFor(endpoint, '/live', env, { 'x-forwarded-host': endpoint }).prefix).toBe('/live');
    expect(originFor(endpoint, '/live', env).prefix).toBe('/live');
  });

  test('is told in X-Forwarded-Prefix, and never the client’s [H50 H15]', () => {
    const headers = { 'x-forwarded-prefix': '/evil' };
    const prefixOf = (parts: Parameters<typeof sentFor>[0], env = {}) =>
      sentFor({ headers, ...parts }, env).headers['x-forwarded-prefix'];
    expect(prefixOf(from(endpoint, '/live'))).toBe('/live');
    expect(prefixOf({}, { PUBLIC_PATH: '/app/' })).toBe('/app');
    expect(prefixOf({})).toBeUndefined();
    expect(prefixOf({}, { TRUST_FORWARDED: 'true' })).toBeUndefined();
  });
});

describe('the path of a request', () => {
  const pathOf = (rawPath: string, host = 'www.example') =>
    withoutPublicPath(request({ ...from(host), rawPath }), configWith({ PUBLIC_PATH: '/app' })).rawPath;

  test.each([
    ['/app/x', '/x'],
    ['/app', '/'],
    ['/app/app/x', '/app/x'],
    ['/x', '/x'],
    ['/apple', '/apple'],
    ['/App/x', '/App/x'],
    ['/app//x', '//x'],
  ])('loses PUBLIC_PATH where it begins with it: %s [H50]', (rawPath, expected) => {
    expect(pathOf(rawPath)).toBe(expected);
  });

  test('keeps it on the default endpoint, where the stage has gone already [H50]', () => {
    expect(pathOf('/app/x', endpoint)).toBe('/app/x');
  });
});

describe('Host for the backend', () => {
  const hostOf = (REMOTE_URL: string, env: Record<string, string> = {}, parts: Parameters<typeof request>[0] = {}) =>
    sentFor(parts, { REMOTE_URL, HOST_HEADER: '', ...env }).headers['host'];

  test.each([
    'http://10.0.0.7:8080',
    'https://203.0.113.9',
    'http://[2001:db8::1]:8080',
    'http://localhost:3000',
    'http://app.localhost',
    'http://backend',
    'http://printer.local/',
    'http://printer.LOCAL./',
    'https://app.internal:8443/base',
  ])('is the public one by default where %s names no public host [H9]', (url) => {
    expect(hostOf(url)).toBe('public.example');
    expect(hostOf(url, { HOST_HEADER: 'auto' })).toBe('public.example');
  });

  test.each([
    ['https://site.example', 'site.example'],
    ['http://site.example:8080/base', 'site.example:8080'],
    ['http://local.example', 'local.example'],
    ['http://10.0.0.7.example', '10.0.0.7.example'],
  ])('is that of %s by default, a public host [H9]', (url, host) => {
    expect(hostOf(url)).toBe(host);
  });

  test('is what HOST_HEADER says, whatever REMOTE_URL names [H9]', () => {
    for (const url of ['http://10.0.0.7:8080', 'https://site.example']) {
      expect(hostOf(url, { HOST_HEADER: 'backend' })).toBe(new URL(url).host);
      expect(hostOf(url, { HOST_HEADER: 'client' })).toBe('public.example');
      expect(hostOf(url, { HOST_HEADER: 'Intra.example:8080' })).toBe('Intra.example:8080');
    }
  });

  test('is the one that a trusted proxy names, and never one that a client names [H9 H10]', () => {
    const headers = { host: 'function.example', 'x-forwarded-host': 'evil.example, cdn.example' };
    for (const HOST_HEADER of ['auto', 'client']) {
      expect(hostOf('http://10.0.0.7', { HOST_HEADER, TRUST_FORWARDED: 'true' }, { headers })).toBe('cdn.example');
      expect(hostOf('http://10.0.0.7', { HOST_HEADER }, { headers })).toBe('public.example');
    }
  });

  test('is its own for a client that names none, such as a health check [H9]', () => {
    expect(hostOf('http://10.0.0.7:8080', {}, from('unknown'))).toBe('10.0.0.7:8080');
  });
});

describe('Destination behind a prefix', () => {
  const moved = (destination: string, parts: Parameters<typeof request>[0], env: Record<string, string> = {}) =>
    sentFor({ method: 'MOVE', ...parts, headers: { ...parts?.headers, destination } }, env).headers['destination'];
  const refused = expect.objectContaining({ code: 'bad_request' });

  test('loses the stage, and is refused outside of it [H46 H50]', () => {
    const parts = from(endpoint, '/live');
    expect(moved(`https://${endpoint}/live/b?c`, parts)).toBe('http://backend.internal:8080/b?c');
    expect(moved('/live/b', parts)).toBe('http://backend.internal:8080/b');
    for (const outside of [`https://${endpoint}/b`, `https://${endpoint}/lively/b`, '/b'])
      expect(() => moved(outside, parts)).toThrow(refused);
  });

  test('behind a trusted proxy loses the prefix of the host that it names [H46 H50]', () => {
    const parts = { ...from(endpoint, '/live'), headers: { 'x-forwarded-host': 'cdn.example' } };
    const env = { TRUST_FORWARDED: 'true' };
    expect(moved('https://cdn.example/live/b', parts, env)).toBe('http://backend.internal:8080/live/b');
    expect(moved(`https://${endpoint}/live/b`, parts, env)).toBe('http://backend.internal:8080/b');
  });
});
