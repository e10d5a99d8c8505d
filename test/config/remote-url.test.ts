import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { defaultPort, isPrivateHost, parseRemoteUrl, reaches } from '../../src/config/remote-url.ts';

const messageOf = (url: string) => {
  try {
    parseRemoteUrl(url);
  } catch (error) {
    return (error as Error).message;
  }
  return 'passed';
};

describe('REMOTE_URL', () => {
  test('is taken apart [M15, M16, M17]', () => {
    expect(parseRemoteUrl('HTTPS://ada:pa%3Ass@Backend.Example:8443/base/?k=1&l')).toEqual({
      protocol: 'https:',
      hostname: 'backend.example',
      port: 8443,
      authority: 'backend.example:8443',
      basePath: '/base',
      baseQuery: 'k=1&l',
      authorization: `Basic ${Buffer.from('ada:pa:ss').toString('base64')}`,
    });
  });

  test.each([
    ['http://h', 'h', 80, 'h'],
    ['http://h:80', 'h', 80, 'h'],
    ['https://h:443/', 'h', 443, 'h'],
    ['https://h:80', 'h', 80, 'h:80'],
    ['http://h:443', 'h', 443, 'h:443'],
    ['http://h:65535', 'h', 65_535, 'h:65535'],
    ['http://H.Example.', 'h.example.', 80, 'h.example.'],
    ['http://[::1]:8080', '::1', 8080, '[::1]:8080'],
    ['http://[FD00::0:1]', 'fd00::1', 80, '[fd00::1]'],
    ['https://bücher.example', 'xn--bcher-kva.example', 443, 'xn--bcher-kva.example'],
    ['http://127.1', '127.0.0.1', 80, '127.0.0.1'],
  ])('%s is host %s, port %d, Host %s [S11]', (url, hostname, port, authority) => {
    expect(parseRemoteUrl(url)).toMatchObject({ hostname, port, authority });
  });

  test.each([
    ['http://h', ''],
    ['http://h/', ''],
    ['http://h//', ''],
    ['http://h/base', '/base'],
    ['http://h/base/', '/base'],
    ['http://h/base///', '/base'],
    ['http://h/a/b%2Fc/', '/a/b%2Fc'],
    ['http://h/a/../b', '/b'],
    ['http://h/ü', '/%C3%BC'],
  ])('%s has the base path %j [M14, M15]', (url, basePath) => {
    expect(parseRemoteUrl(url).basePath).toBe(basePath);
  });

  test.each([
    ['http://h', undefined],
    ['http://@h', undefined],
    ['http://user@h', 'user:'],
    ['http://:key@h', ':key'],
    ['http://a%40b:%C3%BC@h', 'a@b:ü'],
  ])('%s has the credentials %j [M17]', (url, userinfo) => {
    const expected = userinfo === undefined ? undefined : `Basic ${Buffer.from(userinfo).toString('base64')}`;
    expect(parseRemoteUrl(url).authorization).toBe(expected);
  });

  test.each([
    ['http://h/#x', 'must not have a fragment (#…)'],
    ['http://h/#', 'must not have a fragment (#…)'],
    ['http://h#@evil.example', 'must not have a fragment (#…)'],
    ['http://h/a b', 'must not contain spaces, backslashes or control characters'],
    ['http://h/a\tb', 'must not contain spaces, backslashes or control characters'],
    ['http:\\\\h', 'must not contain spaces, backslashes or control characters'],
    ['http://h\n.evil', 'must not contain spaces, backslashes or control characters'],
    ['ftp://h', 'must begin with http:// or https:// and a host'],
    ['file:///etc/passwd', 'must begin with http:// or https:// and a host'],
    ['unix:/var/run/x.sock', 'must begin with http:// or https:// and a host'],
    ['//h', 'must begin with http:// or https:// and a host'],
    ['h:80', 'must begin with http:// or https:// and a host'],
    ['http:h', 'must begin with http:// or https:// and a host'],
    ['http:///h', 'must begin with http:// or https:// and a host'],
    ['http://?x', 'must begin with http:// or https:// and a host'],
    ['http://h:99999', 'is not a valid URL'],
    ['http://h:x', 'is not a valid URL'],
    ['http://:80', 'is not a valid URL'],
    ['http://user:secret@', 'is not a valid URL'],
    ['http://[::1', 'is not a valid URL'],
    ['http://256.1.1.1', 'is not a valid URL'],
    ['http://a<b', 'is not a valid URL'],
    ['http://h:0', 'must not have port 0'],
    ['http://u:se%zzcret@h', 'has a malformed percent-escape in user:password'],
  ])('%j is refused: it %s [M18]', (url, message) => {
    expect(messageOf(url)).toBe(message);
  });

  test('is refused or names a host, a port and a base path without a final slash, whatever it is [M14, M18]', () => {
    const part = fc.constantFrom(
      'http://',
      'https://',
      'h',
      '@',
      ':',
      '80',
      '/',
      '//',
      '?',
      '[::1]',
      '%2F',
      '..',
      'ü',
      '\\',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const url = parts.join('');
        if (messageOf(url) !== 'passed') return;
        const { hostname, port, basePath } = parseRemoteUrl(url);
        expect(hostname).not.toBe('');
        expect(port).toBeGreaterThan(0);
        expect(basePath).toMatch(/^(?:\/.*[^/])?$/);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a host', () => {
  test.each([
    ...['127.0.0.1', '10.0.0.7', '203.0.113.9', '::1', 'fd00::1', 'localhost', 'LOCALHOST', 'backend', 'backend.'],
    ...['printer.local', 'ip-10-0-0-7.eu-west-1.compute.internal', 'a.localhost', 'x.INTERNAL.'],
  ])('%s is private: no public authority vouches for it [S10]', (host) => {
    expect(isPrivateHost(host)).toBe(true);
  });

  test.each([
    'example.com',
    'Example.COM.',
    'local.example.com',
    'internal.example',
    '1.example',
    'a.locale',
    'a.example1',
  ])('%s is public [S10]', (host) => {
    expect(isPrivateHost(host)).toBe(false);
  });

  test('and port are reached under any spelling of them, and under no other [S5]', () => {
    const remoteUrl = parseRemoteUrl('http://127.0.0.1:9001');
    for (const authority of ['127.0.0.1:9001', 'localhost:9001', '[::1]:9001', '[::ffff:7f00:1]:9001', '0x7f.1:9001'])
      expect([authority, reaches(remoteUrl, authority)]).toEqual([authority, true]);
    for (const authority of ['127.0.0.1', 'localhost:9002', '10.0.0.1:9001', '', ':9001', 'a b', '127.0.0.1:0', '['])
      expect([authority, reaches(remoteUrl, authority)]).toEqual([authority, false]);
  });

  test.each([
    ...[
      '127.255.10.254',
      '[::]',
      '[0:0::1]',
      '[::ffff:7f12:3456]',
      '0.0.0.0',
      'LOCALHOST',
      'localhost.',
      'app.dev.localhost',
    ],
    ...['localhost.localdomain', 'ip6-localhost', 'ip6-loopback'],
  ])('%s is this machine [S5]', (host) => {
    expect(reaches(parseRemoteUrl('http://localhost:9001'), `${host}:9001`)).toBe(true);
    expect(reaches(parseRemoteUrl(`http://${host}:9001`), '127.0.0.1:9001')).toBe(true);
  });

  test.each([
    ...[
      '128.0.0.1',
      '0.0.0.1',
      '[::2]',
      '[1::1]',
      '[::1:1]',
      '[::ffff:8000:1]',
      '[1::ffff:7f00:1]',
      '[::ffff:7f00:1:2]',
    ],
    ...['notlocalhost', 'localhost.example', '127.0.0.1.example', 'ip6-localhost.example', 'x-ip6-localhost'],
  ])('%s is another machine [S5]', (host) => {
    expect(reaches(parseRemoteUrl('http://localhost:9001'), `${host}:9001`)).toBe(false);
    expect(reaches(parseRemoteUrl(`http://${host}:9001`), `${host}:9001`)).toBe(true);
  });

  test('without a port are reached at the one of http [S5]', () => {
    expect(reaches(parseRemoteUrl('http://localhost'), '127.0.0.1')).toBe(true);
    expect(reaches(parseRemoteUrl('https://localhost'), '127.0.0.1')).toBe(false);
  });

  test('in one half of IPv6 that is not all zeros stay apart from another [S5]', () => {
    expect(reaches(parseRemoteUrl('http://10.1.2.3:9001'), '[::ffff:a01:203]:9001')).toBe(true);
    expect(reaches(parseRemoteUrl('http://10.1.2.3:9001'), '[::ffff:a01:204]:9001')).toBe(false);
  });

  test('without a port means the one of its protocol', () => {
    expect([defaultPort('http:'), defaultPort('https:'), defaultPort('ftp:')]).toEqual([80, 443, undefined]);
  });
});
