import { describe, expect, test } from '@jest/globals';
import { parseRemoteUrl } from '../../../src/config/remote-url.ts';
import { addressedPaths, backendUrl } from '../../../src/http/request/destination.ts';
import { sentFor } from '../../helpers/http-fixtures.ts';

const client = { host: 'public.example', protocol: 'https', port: 443 } as const;
const behind = (remoteUrl: string) => ({ remoteUrl: parseRemoteUrl(remoteUrl), client });
const root = behind('http://backend.internal:8080');
const base = behind('http://backend.internal:8080/base');

describe('Destination', () => {
  const host = 'backend.internal:8080';
  test.each([
    ['https://public.example/a%2Fb?c#d', 'http://backend.internal:8080/base/a%2Fb?c#d'],
    ['HTTPS://Public.Example.:443/x', 'http://backend.internal:8080/base/x'],
    ['https://public.example', 'http://backend.internal:8080/base/'],
    ['//public.example/x', 'http://backend.internal:8080/base/x'],
    ['/x', 'http://backend.internal:8080/base/x'],
    ['/', 'http://backend.internal:8080/base/'],
  ])('%s on the public host is %s for the backend [R21]', (from, to) => {
    expect(backendUrl(from, { ...base, host })).toBe(to);
  });

  test.each([
    'https://other.example/x',
    'https://public.example:8443/x',
    'http://public.example/x',
    'http://public.example:443/x',
    'https://public.example@evil.example/x',
    'https://public.example\\@evil.example/x',
    '//other.example/x',
    '/\\other.example/x',
    'x',
    '',
    'mailto:x',
    'http://backend.internal:8080/base/x',
  ])('%s is not on the public host and stays [R21]', (reference) => {
    expect(backendUrl(reference, { ...base, host })).toBe(reference);
  });

  test('names the host that the backend is told it has [R21]', () => {
    expect(backendUrl('/x', { ...root, host: 'public.example' })).toBe('http://public.example/x');
  });
});

describe('a Destination that names the backend itself', () => {
  test.each([
    'http://backend.internal:8080/',
    'http://backend.internal:8080/elsewhere',
    '//backend.internal:8080/basement',
  ])('and lies outside of the base path is refused: %s [M15 S1]', (reference) => {
    expect(() => backendUrl(reference, { ...base, host: 'backend.internal:8080' })).toThrow(
      expect.objectContaining({
        code: 'bad_request',
        reason: "Destination lies outside of REMOTE_URL's base path",
      }),
    );
    expect(backendUrl(reference, { ...root, host: 'backend.internal:8080' })).toBe(reference);
  });
});

describe('the paths that a request asks for', () => {
  const pathsOf = (rawPath: string, destination?: string | string[], mapping = root) =>
    addressedPaths({ rawPath, headers: destination === undefined ? {} : { destination } }, mapping.remoteUrl);

  test('are its own alone without a Destination [F20]', () => {
    expect(pathsOf('/a')).toEqual(['/a']);
  });

  test.each([
    ['https://public.example/foobar?x#y', '/foobar'],
    ['https://public.example', '/'],
    ['http://other.example:8080/foobar', '/foobar'],
    ['HTTP:/foobar', '/foobar'],
    ['dav://h/foobar', '/foobar'],
    [' /foobar ', '/foobar'],
    ['/%66oobar', '/%66oobar'],
    ['?x', '/'],
  ])('with the Destination %s are %s as well [F20]', (destination, path) => {
    expect(pathsOf('/a', destination)).toEqual(['/a', path]);
  });

  test.each([
    ['//public.example/foobar', '/foobar'],
    ['\\\\h\\foobar', '\\foobar'],
    ['//foobar/x', '//foobar/x'],
    ['//foobar?x', '//foobar'],
  ])('with the Destination %s are %s among others, for those who look at the path alone [F20]', (destination, path) => {
    expect(pathsOf('/a', destination)).toContain(path);
  });

  test('hold a relative Destination as it resolves [F20]', () => {
    expect(pathsOf('/x/a', '../foobar')).toEqual(['/x/a', '/x/../foobar']);
    expect(pathsOf('/x/', 'b')).toEqual(['/x/', '/x/b']);
    expect(pathsOf('/x/a', 'y//b:c')).toEqual(['/x/a', '/x/y//b:c']);
    expect(pathsOf('/x/a', 'y/z:/b')).toEqual(['/x/a', '/x/y/z:/b']);
  });

  test.each(['https://public.example', 'https://public.example?x', 'x:', ''])(
    'hold the root for a Destination without a path, however deep its own is: "%s" [F20]',
    (destination) => {
      expect(pathsOf('/x/y/a', destination)).toEqual(['/x/y/a', '/']);
    },
  );

  test('hold a Destination of any scheme without its scheme [F20]', () => {
    for (const scheme of ['h2c', 'coap+tcp', 'a.b-c', 'H', 'x1+y.z-9']) {
      expect(pathsOf('/x/a', `${scheme}://h/foobar`)).toEqual(['/x/a', '/foobar']);
      expect(pathsOf('/x/a', `${scheme}:\\\\h:80/foobar`)).toEqual(['/x/a', '/foobar']);
    }
    expect(pathsOf('/x/a', '1x:/foobar')).toEqual(['/x/a', '/x/1x:/foobar']);
  });

  test('hold a Destination below the base path without that too [F18 F20]', () => {
    expect(pathsOf('/a', 'http://backend.internal:8080/base/foobar', base)).toEqual(['/a', '/base/foobar', '/foobar']);
    expect(pathsOf('/a', 'http://backend.internal:8080/elsewhere', base)).toEqual(['/a', '/elsewhere']);
  });

  test('hold every one of several Destinations [F20]', () => {
    expect(pathsOf('/a', ['/b', '/foobar'])).toEqual(['/a', '/b', '/foobar']);
  });
});

test('Destination is mapped on its way out, whatever Connection says [R21]', () => {
  const headers = { destination: 'https://public.example/b' };
  const sent = sentFor({ method: 'MOVE', headers }, { REMOTE_URL: 'http://backend.internal:8080/base' });
  expect(sent.headers['destination']).toBe('http://backend.internal:8080/base/b');
});
