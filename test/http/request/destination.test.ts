import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseRemoteUrl } from '../../../src/config/remote-url.ts';
import { addressedPaths, backendUrl } from '../../../src/http/request/destination.ts';
import { sentFor } from '../../helpers/http-fixtures.ts';

const client = { host: 'public.example', protocol: 'https', port: 443, prefix: '' } as const;
const behind = (remoteUrl: string) => ({ remoteUrl: parseRemoteUrl(remoteUrl), origins: [client] as const });
const root = behind('http://backend.internal:8080');
const base = behind('http://backend.internal:8080/base');
const host = 'backend.internal:8080';

const onPublicHost = [
  ['https://public.example/a%2Fb?c#d', 'http://backend.internal:8080/base/a%2Fb?c#d'],
  ['HTTPS://Public.Example.:443/x', 'http://backend.internal:8080/base/x'],
  ['https://public.example', 'http://backend.internal:8080/base/'],
  ['//public.example/x', 'http://backend.internal:8080/base/x'],
  ['/x', 'http://backend.internal:8080/base/x'],
  ['/', 'http://backend.internal:8080/base/'],
  [' https://public.example/x\t', 'http://backend.internal:8080/base/x'],
  ['https://ada:pw@public.example/x', 'http://backend.internal:8080/base/x'],
  ['http://public.example/x', 'http://backend.internal:8080/base/x'],
  ['http://public.example:443/x', 'http://backend.internal:8080/base/x'],
  ['https://public.example:80/x', 'http://backend.internal:8080/base/x'],
  ['http://public.example:8080/x', 'http://backend.internal:8080/base/x'],
  ['https://PUBLIC.example:8080', 'http://backend.internal:8080/base/'],
  ['/a b\tc?d e\xe9', 'http://backend.internal:8080/base/a%20b%09c?d%20e%E9'],
] as const;

const notOnPublicHost = [
  'https://other.example/x',
  'https://public.example:8443/x',
  'http://public.example:81/x',
  'https://public.example:8081/x',
  'https://public.example:x/x',
  'ftp://public.example/x',
  'https://public.example@evil.example/x',
  'https://public.example\\@evil.example/x',
  'https://public.example.evil.example/x',
  'https:/public.example/x',
  'https:public.example/x',
  'https:///x',
  'https://',
  '//other.example/x',
  '/\\other.example/x',
  '\\\\other.example\\x',
  'x',
  '../x',
  '?x',
  '#x',
  '',
  'mailto:x',
  'http://other.example/out.txt',
  ' http://other.example/out.txt',
  'http://localhost:8080/',
  'http://127.1/',
  'http://127.0.0.1:8080/x',
  'http://[::1]:8080/x',
  'http://2130706433/x',
  'http://backend.internal:8080/',
  'http://backend.internal:8080/base/x',
  'http://BACKEND.internal.:8080/elsewhere',
  '//backend.internal:8080/basement',
  'dav://public.example/x',
  'https\t://public.example/x',
  'https://pub\tlic.example/x',
] as const;

const refused = expect.objectContaining({ code: 'bad_request' });

describe('Destination', () => {
  test.each(onPublicHost)('%s on the public host is %s for the backend [R21 H46]', (from, to) => {
    expect(backendUrl('Destination', from, { ...base, host })).toBe(to);
  });

  test.each(notOnPublicHost)(
    '%j is not on the public host and is refused, with a base path or without [H46]',
    (from) => {
      for (const names of [base, root]) {
        expect(() => backendUrl('Destination', from, { ...names, host })).toThrow(
          expect.objectContaining({ code: 'bad_request', reason: 'Destination is not on the public host' }),
        );
        expect(() => sentFor({ method: 'COPY', headers: { destination: from } })).toThrow(refused);
      }
    },
  );

  test('names the host that the backend is told it has [R21]', () => {
    expect(backendUrl('Destination', '/x', { ...root, host: 'public.example' })).toBe('http://public.example/x');
  });

  test('may name the public host of a trusted proxy, or the front door itself [H46 H10]', () => {
    const headers = { 'x-forwarded-host': 'evil.example, www.example' };
    const destinationOf = (destination: string) =>
      sentFor({ method: 'MOVE', headers: { ...headers, destination } }, { TRUST_FORWARDED: 'true' }).headers[
        'destination'
      ];
    expect(destinationOf('https://www.example/b')).toBe('http://backend.internal:8080/b');
    expect(destinationOf('https://public.example/b')).toBe('http://backend.internal:8080/b');
    expect(() => destinationOf('https://evil.example/b')).toThrow(refused);
  });

  test('on two lines is refused, since two readers may take two of them [H46]', () => {
    expect(() => sentFor({ method: 'MOVE', headers: { destination: ['/a', '/b'] } })).toThrow(
      expect.objectContaining({ code: 'bad_request', reason: 'there is more than one Destination' }),
    );
    expect(sentFor({ method: 'MOVE', headers: { destination: ['/a'] } }).headers['destination']).toBe(
      'http://backend.internal:8080/a',
    );
  });

  test('for any text is on the backend’s host and below its base path, or refused [H46]', () => {
    const piece = fc.constantFrom(
      'https://',
      'http://',
      '//',
      '/',
      '\\',
      '..',
      '%2e%2e',
      '@',
      ':',
      '?',
      '#',
      ' ',
      '\t',
      'x',
    );
    const names = fc.constantFrom('public.example', 'backend.internal:8080', 'evil.example', '127.1', 'localhost:8080');
    const anything = fc.array(fc.oneof(piece, names), { maxLength: 8 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(anything, (text) => {
        let mapped: string;
        try {
          mapped = backendUrl('Destination', text, { ...base, host });
        } catch (error) {
          expect(error).toMatchObject({ code: 'bad_request' });
          return;
        }
        expect(mapped).toMatch(/^http:\/\/backend\.internal:8080\/base\/[!-~]*$/);
        expect(new URL(mapped).host).toBe(host);
      }),
    );
  });
});

describe('If', () => {
  const ifOf = (condition: string | string[]) =>
    sentFor({ method: 'PUT', headers: { if: condition } }, { REMOTE_URL: 'http://backend.internal:8080/base' }).headers[
      'if'
    ];

  test('has the URLs of its tagged lists mapped like Destination, and nothing else [H47]', () => {
    expect(ifOf('<https://public.example/a> (<urn:uuid:1> ["W/<(x"]) (Not <DAV:no-lock>) </b>(["e"])')).toBe(
      '<http://backend.internal:8080/base/a> (<urn:uuid:1> ["W/<(x"]) (Not <DAV:no-lock>) <http://backend.internal:8080/base/b>(["e"])',
    );
    expect(ifOf(['</a> (["x"])', '</b> (["y"])'])).toBe(
      '<http://backend.internal:8080/base/a> (["x"]) <http://backend.internal:8080/base/b> (["y"])',
    );
  });

  test.each(['(<urn:uuid:1>)', '(["e"]) (Not <http://other.example/t>)', 'anything', ''])(
    'without tags passes as it is: %s [H47]',
    (condition) => {
      expect(ifOf(condition)).toBe(condition);
    },
  );

  test.each(notOnPublicHost.filter((url) => !url.includes('>')))('with the tag <%s> is refused [H47]', (url) => {
    expect(() => ifOf(`<${url}> (<urn:uuid:1>)`)).toThrow(refused);
  });

  test.each([
    '<https://public.example/a',
    '(<urn:x',
    '("',
    '(<urn:x>',
    ')<http://other.example/> (',
    '(["x]) <http://x/> (',
  ])('whose parts cannot be told apart is refused: %s [H47]', (condition) => {
    expect(() => ifOf(condition)).toThrow(
      expect.objectContaining({ code: 'bad_request', reason: 'the If field is malformed' }),
    );
  });
});

describe('the paths that a request addresses', () => {
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

  test('hold the resource tags of If, which tell whether a filtered resource is there [F20 H47]', () => {
    const headers = { destination: '/b', if: '<https://public.example/foobar> (["e"]) </c> (<urn:uuid:1>)' };
    expect(addressedPaths({ rawPath: '/a', headers }, root.remoteUrl)).toEqual(['/a', '/b', '/foobar', '/c']);
    expect(addressedPaths({ rawPath: '/a', headers: { if: '</foobar' } }, root.remoteUrl)).toEqual(['/a']);
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
