import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseRemoteUrl } from '../../../src/config/remote-url.ts';
import { type Mapping, publicUrl, rewriteToPublicHost } from '../../../src/http/response/public-urls.ts';
import { rewriteUrls } from '../../../src/http/url-fields.ts';
import type { HeaderFields } from '../../../src/types.ts';

const client = { host: 'public.example', protocol: 'https', port: 443, prefix: '' } as const;

/** Behind a backend that is sent its own host. */
function behind(url: string, origins: Mapping['origins'] = [client]): Mapping {
  const remoteUrl = parseRemoteUrl(url);
  return { remoteUrl, origins, host: remoteUrl.authority };
}
const root = behind('http://backend.internal:8080');
const base = behind('http://backend.internal:8080/base');
const responseOf = (headers: HeaderFields, mapping = base) => ({ ...rewriteToPublicHost({ ...headers }, mapping) });

describe('Location', () => {
  test.each([
    ['http://backend.internal:8080/base/x?q=%2F#f', 'https://public.example/x?q=%2F#f'],
    ['http://backend.internal:8080/base', 'https://public.example/'],
    ['http://backend.internal:8080/base/', 'https://public.example/'],
    ['http://backend.internal:8080/base?q', 'https://public.example/?q'],
    ['http://backend.internal:8080/base#f', 'https://public.example/#f'],
    ['http://ada:pw@backend.internal:8080/base/x', 'https://public.example/x'],
  ])('with the address of the backend leads to the public host, without the base path: %s [R17]', (from, to) => {
    expect(responseOf({ location: from })).toEqual({ location: to });
  });

  test.each([
    ['/base/x?q#f', '/x?q#f'],
    ['/base', '/'],
    ['/base/a//b', '/a//b'],
    ['/base/a/\\b', '/a/\\b'],
    ['//backend.internal:8080/base/x', 'https://public.example/x'],
  ])('that is relative to the backend loses the base path: %s [R18]', (from, to) => {
    expect(publicUrl(from, base)).toBe(to);
  });

  test.each([
    'x',
    '?q',
    '#f',
    '',
    '.',
    '../x',
    '/x',
    '/basement',
    '/Base/x',
    '/\\other.example/x',
    'https://other.example/base/x',
    '//other.example/base/x',
    'http://backend.internal:8080/elsewhere',
    'http://backend.internal:8080/basement',
    'http://backend.internal.evil.example/base/x',
    'http://backend.internal:8080@evil.example/base/x',
    'http://evil.example/?http://backend.internal:8080/base/x',
    'http://backend.internal:8080\\@evil.example/base/x',
    'mailto:ada@backend.internal',
    'ftp://backend.internal:8080/base/x',
    'javascript:alert(1)',
    'myapp://backend.internal:8080/base/x',
    'http:/base/x',
  ])('that is relative, names another host, or is no web address stays: %s [R18]', (reference) => {
    expect(publicUrl(reference, base)).toBe(reference);
  });

  test.each([
    ['/b%c3%bc/x', '/x'],
    ['/b%C3%BC/x', '/x'],
    ['/b%c3%bd/x', '/b%c3%bd/x'],
    ['/B%C3%BC/x', '/B%C3%BC/x'],
  ])('loses a base path with escapes however their digits are written: %s [R18]', (from, to) => {
    expect(publicUrl(from, behind('http://backend.internal/b%C3%bc'))).toBe(to);
  });

  test.each(['', '?q', '#f', 'x', '/', '/x', '//other.example/x', '/\\other.example/x'])(
    'that is relative stays behind a backend at the root: "%s" [R18]',
    (reference) => {
      expect(publicUrl(reference, root)).toBe(reference);
    },
  );

  test.each([
    ['http://backend.internal', 'http://BACKEND.Internal/x'],
    ['http://backend.internal', 'http://backend.internal./x'],
    ['http://backend.internal.', 'http://backend.internal/x'],
    ['http://backend.internal', 'http://backend.internal:80/x'],
    ['http://backend.internal', 'http://backend.internal:/x'],
    ['http://backend.internal', 'HTTPS://backend.internal/x'],
    ['https://backend.internal', 'http://backend.internal/x'],
    ['https://backend.internal', 'HTTP://backend.internal:80/x'],
    ['https://backend.internal', 'https://backend.internal:443/x'],
    ['https://backend.internal:8443', 'https://backend.internal:08443/x'],
    ['http://[2001:db8::1]:8080', 'http://[2001:DB8::1]:8080/x'],
  ])('behind %s recognises %s [R19]', (remoteUrl, reference) => {
    expect(publicUrl(reference, behind(remoteUrl))).toBe('https://public.example/x');
  });

  test.each([
    ['http://backend.internal:8080', 'http://backend.internal/x'],
    ['http://backend.internal:8080', 'http://backend.internal:8081/x'],
    ['http://backend.internal', 'http://backend.internal:8080/x'],
    ['http://backend.internal', 'http://www.backend.internal/x'],
    ['http://backend.internal', 'http://backend.internal:port/x'],
    ['http://backend.internal', 'http://x:backend.internal:80/x'],
    ['http://backend.internal', 'http://ba[ckend.internal/x'],
    ['http://backend.internal', 'http://backend].internal/x'],
  ])('behind %s leaves %s alone, which is another host or port [R19]', (remoteUrl, reference) => {
    expect(publicUrl(reference, behind(remoteUrl))).toBe(reference);
  });

  test.each([
    ['https://public.example/base/x', 'https://public.example/x'],
    ['http://public.example/base/x', 'https://public.example/x'],
    ['//PUBLIC.example:443/base/x', 'https://public.example/x'],
    ['https://public.example/x', 'https://public.example/x'],
    ['http://public.example:8080/base/x', 'https://public.example/x'],
    ['http://public.example:8080/', 'https://public.example/'],
    ['http://public.example:443/base/', 'https://public.example/'],
    ['https://public.example:80/x', 'https://public.example/x'],
    ['https://PUBLIC.example.:08080/x', 'https://public.example/x'],
    ['http://public.example:8081/base/x', 'http://public.example:8081/base/x'],
    ['http://public.example:8443/', 'http://public.example:8443/'],
  ])('of a backend that knows the public host from X-Forwarded-Host: %s [R19]', (from, to) => {
    expect(publicUrl(from, base)).toBe(to);
  });

  test('of such a backend over http leads to https [R19]', () => {
    expect(publicUrl('http://public.example/x', root)).toBe('https://public.example/x');
  });

  test.each(['/base//evil.example/x', '/base/\\evil.example/x', '/base/\t/evil.example/x', '/base/\t\\evil.example/x'])(
    'never turns a path of the backend into the name of another host: %s [R18]',
    (reference) => {
      const rest = reference.slice('/base'.length);
      expect(publicUrl(reference, base)).toBe(`https://public.example${rest}`);
      expect(new URL(publicUrl(reference, base), 'https://public.example/').host).toBe('public.example');
    },
  );

  test.each(['', '%', 'http://', '//', 'http://[', 'http://:8080/', 'http://a b/'])(
    'with garbage in it passes: "%s" [R20]',
    (garbage) => {
      expect(responseOf({ location: garbage })).toEqual({ location: garbage });
    },
  );

  test.each([
    ['http://backend.internal:8080/base/\u00c3\u00bc?\u00ff', 'https://public.example/%C3%BC?%FF'],
    ['\u00c3\u00bc', '%C3%BC'],
    ['https://other.example/\u00e9#\u0080', 'https://other.example/%E9#%80'],
  ])('has its bytes beyond ASCII as escapes, which no event can encode twice: %s [R20 R46]', (from, to) => {
    expect(publicUrl(from, base)).toBe(to);
  });
});

describe('other fields with URLs', () => {
  test.each([
    ['content-location', 'http://backend.internal:8080/base/doc', 'https://public.example/doc'],
    ['content-location', '/base/doc', '/doc'],
    ['refresh', '5; url=http://backend.internal:8080/base/x', '5; url=https://public.example/x'],
    ['refresh', '5;URL="http://backend.internal:8080/base/x" ', '5;URL="https://public.example/x" '],
    ['refresh', "0, url = '/base/x'", "0, url = '/x'"],
    ['refresh', '1.5 url=/base/x', '1.5 url=/x'],
    ['refresh', '5 /base/x', '5 /x'],
    ['refresh', ';url=/base/x', ';url=/x'],
    ['refresh', ' /base/x', ' /x'],
    ['refresh', 'x5; url=/base/x', 'x5; url=/base/x'],
    ['refresh', '0;url="/base"', '0;url="/"'],
    ['refresh', '0; http://backend.internal:8080/base/x', '0; https://public.example/x'],
    ['refresh', "0;url=/base'x", "0;url=/base'x"],
    ['refresh', '5', '5'],
    ['refresh', '5; url=https://other.example/', '5; url=https://other.example/'],
    ['link', '</base/a.css>; rel=preload; as=style', '</a.css>; rel=preload; as=style'],
    [
      'link',
      '<http://backend.internal:8080/base/2>; rel="next", <https://other.example/>; rel=me,</base/3>;rel=last',
      '<https://public.example/2>; rel="next", <https://other.example/>; rel=me,</3>;rel=last',
    ],
    ['link', '</base/a>; title="see </base/b>"', '</a>; title="see </base/b>"'],
    ['link', '</base/a>; title="a \\" </base/b>"', '</a>; title="a \\" </base/b>"'],
    ['link', '</base/a>; title="never closed </base/b>', '</a>; title="never closed </base/b>'],
  ])('%s: %s [R21]', (name, from, to) => {
    expect(responseOf({ [name]: from })).toEqual({ [name]: to });
  });

  test('none but these is touched [R21 R42]', () => {
    const headers = {
      'x-url': 'http://backend.internal:8080/base/x',
      'content-security-policy': "default-src http://backend.internal:8080; base-uri 'self'",
      'access-control-allow-origin': 'http://backend.internal:8080',
    };
    expect(responseOf(headers)).toEqual(headers);
  });

  test('hold URLs in these names alone, whatever their value looks like [R21]', () => {
    expect(rewriteUrls('x-url', '/base/x', () => '/')).toBe('/base/x');
  });

  test('of any length pass, well-formed or not [R21]', () => {
    for (const part of ['"', '<', '\\"', '<a"', ' ', ';', 'url=', "'"]) {
      const value = part.repeat(100_000);
      expect(responseOf({ link: value, refresh: value, location: value })).toMatchObject({ link: value });
    }
  });
});

describe('Set-Cookie', () => {
  const cookieOf = (field: string, mapping = base) => responseOf({ 'set-cookie': [field] }, mapping)['set-cookie'];

  test.each([
    ['a=1; Domain=backend.internal; Path=/', 'a=1; Path=/'],
    ['a=1; domain=.Backend.Internal', 'a=1'],
    ['a=1;DOMAIN = backend.internal ;HttpOnly', 'a=1;HttpOnly'],
    ['a=1; Domain=public.example', 'a=1; Domain=public.example'],
    ['Domain=backend.internal; Secure', 'Domain=backend.internal; Secure'],
    ['a=1; Comment=backend.internal', 'a=1; Comment=backend.internal'],
  ])('loses the Domain of the backend: %s [R13]', (from, to) => {
    expect(cookieOf(from)).toEqual([to]);
  });

  test.each([
    'other.example',
    '.intra.example',
    'internal',
    'backend.internal',
    'www.backend.internal',
    '10.0.0.7',
    '[::1]',
    'localhost:8080',
    'blic.example',
    'www.public.example',
    'public.example.',
    'public.example:443',
    '"public.example"',
  ])('loses a Domain that cannot hold on the public host, wherever it stands: %s [R13]', (domain) => {
    expect(cookieOf(`a=1; Domain=${domain}`)).toEqual(['a=1']);
    expect(cookieOf(`a=1;domain=.${domain};Path=/x`, root)).toEqual(['a=1;Path=/x']);
  });

  test.each(['www.public.example', '.Public.EXAMPLE', 'public.example', ' example ', ''])(
    'keeps every byte of a Domain that holds on the public host: "%s" [R13]',
    (domain) => {
      const field = `a=1;DOMAIN=${domain}; Path=/x`;
      const origin = { ...client, host: 'www.public.example:8443' };
      expect(cookieOf(field, behind('http://backend.internal', [origin]))).toEqual([field]);
    },
  );

  test('keeps a Domain that holds on the public host where the backend has that name [R13]', () => {
    const field = 'a=1; Domain=public.example';
    const origin = { ...client, host: 'www.public.example' };
    expect(cookieOf(field, behind('https://public.example', [origin]))).toEqual([field]);
  });

  test('keeps the Domain of an address only where it is the whole of it [R13]', () => {
    const mapping = behind('http://backend.internal', [{ ...client, host: '192.0.2.1:8080' }]);
    expect(cookieOf('a=1; Domain=192.0.2.1', mapping)).toEqual(['a=1; Domain=192.0.2.1']);
    expect(cookieOf('a=1; Domain=0.2.1', mapping)).toEqual(['a=1']);
  });

  test.each([
    ['a=1; Path=/base', 'a=1; Path=/'],
    ['a=1; Path=/base/', 'a=1; Path=/'],
    ['a=1; path = /base/x ; Secure', 'a=1; path = /x ; Secure'],
    ['a=1; Path=/basement', 'a=1; Path=/basement'],
    ['a=1; Path=/', 'a=1; Path=/'],
    ['a=1; Path', 'a=1; Path'],
    ['Path=/base/x', 'Path=/base/x'],
    ['a=1; Comment=/base/x', 'a=1; Comment=/base/x'],
  ])('loses the base path at a segment boundary: %s [R14]', (from, to) => {
    expect(cookieOf(from)).toEqual([to]);
  });

  test.each(['a=1; Path=', 'a=1; Path=?x', 'a=1; Path=/x'])(
    'keeps its Path behind a backend at the root: %s [R14]',
    (field) => {
      expect(cookieOf(field, root)).toEqual([field]);
    },
  );

  test('keeps an attribute that only looks like Domain, because it has no value [R13 R16]', () => {
    expect(cookieOf('a=1; domain5', behind('http://domain5'))).toEqual(['a=1; domain5']);
  });

  test.each(['__Host-a=1; Path=/; Secure', '__Secure-a=1; Secure; Path=/', 'a=1; SameSite=None', 'a=1; Secure'])(
    'gets no Secure and loses none: %s [R15]',
    (field) => {
      expect(cookieOf(field)).toEqual([field]);
    },
  );

  test.each([
    'a="x, y"; Expires=Wed, 21 Oct 2026 07:28:00 GMT; eXpIrEs=0; Partitioned; Priority=High; foo=bar;;  ; =',
    'a=1;Max-Age=0;SameSite=lAx',
    'a',
    '',
    '=;=',
    '\u00e4=\u00fc',
  ])('keeps every byte of what it has no part in: "%s" [R16]', (field) => {
    expect(cookieOf(field)).toEqual([field]);
  });

  test.each([
    'a="x, y"; Expires=Wed, 21 Oct 2026 07:28:00 GMT; eXpIrEs=0; Partitioned; Priority=High; foo=bar;;  ; =',
    'a=1; Secure; HttpOnly',
    'a=1; Path=/x',
    'a=1; Path=',
    'a=1; Path=?x',
    'a=1; Comment=/base/x',
    'a=1; Domain5',
    'Domain=backend.internal',
    'a',
    '',
    '=;=',
  ])(
    'keeps every byte but those of the Domain, behind a backend at the root and below a base path: "%s" [R13 R16]',
    (kept) => {
      for (const domain of [
        '; Domain=backend.internal',
        ';domain=backend.internal',
        ';\t DOMAIN \t= backend.internal',
      ]) {
        expect(cookieOf(`${kept}${domain}`, root)).toEqual([kept]);
        expect(cookieOf(`${kept}${domain}; Version=1`, root)).toEqual([`${kept}; Version=1`]);
        if (!/path=\?/i.test(kept)) expect(cookieOf(`${kept}${domain}`)).toEqual([kept]);
      }
    },
  );

  test('is edited each for itself, in order [R12]', () => {
    expect(responseOf({ 'set-cookie': ['a=1; Path=/base', 'b=2', 'a=3; Path=/base/x'] })).toEqual({
      'set-cookie': ['a=1; Path=/', 'b=2', 'a=3; Path=/x'],
    });
  });
});

describe('Behind a stage', () => {
  const live = { ...client, prefix: '/live' };
  const staged = behind('http://backend.internal:8080', [live]);
  const stagedBase = behind('http://backend.internal:8080/base', [live]);

  test.each([
    ['/landing', '/live/landing'],
    ['/', '/live/'],
    ['/?q', '/live/?q'],
    ['/lively', '/live/lively'],
    ['/live', '/live'],
    ['/live/x', '/live/x'],
    ['http://backend.internal:8080/x?q#f', 'https://public.example/live/x?q#f'],
    ['http://backend.internal:8080', 'https://public.example/live/'],
    ['https://public.example/x', 'https://public.example/live/x'],
    ['https://public.example/live/x', 'https://public.example/live/x'],
    ['http://public.example:8080/dir/', 'https://public.example/live/dir/'],
    ['//public.example', 'https://public.example/live/'],
    ['x', 'x'],
    ['../x', '../x'],
    ['?q', '?q'],
    ['', ''],
    ['/\\other.example/x', '/\\other.example/x'],
    ['https://other.example/x', 'https://other.example/x'],
  ])('%s of a backend at the root is %s [R48]', (from, to) => {
    expect(publicUrl(from, staged)).toBe(to);
    expect(responseOf({ location: from, 'content-location': from }, staged)).toEqual({
      location: to,
      'content-location': to,
    });
  });

  test.each([
    ['/base/x', '/live/x'],
    ['/base', '/live/'],
    ['/base//evil.example/x', '/live//evil.example/x'],
    ['/elsewhere', '/live/elsewhere'],
    ['/live/x', '/live/x'],
    ['/base/live/x', '/live/live/x'],
    ['http://backend.internal:8080/base/x', 'https://public.example/live/x'],
    ['http://backend.internal:8080/elsewhere', 'http://backend.internal:8080/elsewhere'],
  ])('%s of a backend with a base path is %s [R48]', (from, to) => {
    expect(publicUrl(from, stagedBase)).toBe(to);
  });

  test('Refresh and Link have the stage too [R48]', () => {
    expect(responseOf({ refresh: '5; url=/x', link: '</a.css>; rel=preload, </live/b>; rel=next' }, staged)).toEqual({
      refresh: '5; url=/live/x',
      link: '</live/a.css>; rel=preload, </live/b>; rel=next',
    });
  });

  test.each([
    ['a=1; Path=/', 'a=1; Path=/live'],
    ['a=1; path = /x ; Secure', 'a=1; path = /live/x ; Secure'],
    ['a=1; Path=/live/x', 'a=1; Path=/live/x'],
    ['a=1; Path=/live', 'a=1; Path=/live'],
    ['a=1; Path=', 'a=1; Path='],
    ['a=1; Path=x', 'a=1; Path=x'],
    ['a=1; Path', 'a=1; Path'],
    ['a=1', 'a=1'],
    ['Path=/; Path=/', 'Path=/; Path=/live'],
    ['__Host-a=1; Secure; Path=/', '__Host-a=1; Secure; Path=/'],
    ['__Secure-a=1; Secure; Path=/', '__Secure-a=1; Secure; Path=/live'],
  ])('the cookie %s is %s [R48]', (from, to) => {
    expect(responseOf({ 'set-cookie': [from] }, staged)).toEqual({ 'set-cookie': [to] });
  });

  test('the cookie of a base path has the stage in its place [R48]', () => {
    const cookies = ['a=1; Path=/base', 'b=2; Path=/base/x', 'c=3; Path=/other', 'd=4; pathology=/; Path=/'];
    expect(responseOf({ 'set-cookie': cookies }, stagedBase)).toEqual({
      'set-cookie': ['a=1; Path=/live', 'b=2; Path=/live/x', 'c=3; Path=/live/other', 'd=4; pathology=/; Path=/live'],
    });
  });
});

describe('Behind a trusted proxy', () => {
  const endpoint = { ...client, host: 'id.execute-api.eu-central-1.amazonaws.com', prefix: '/live' };
  const mapping = behind('http://backend.internal:8080', [client, endpoint]);

  test.each([
    [`https://${endpoint.host}/live/x`, 'https://public.example/x'],
    [`http://${endpoint.host}:8080/x`, 'https://public.example/x'],
    [`//${endpoint.host}`, 'https://public.example/'],
    [`https://${endpoint.host}:8443/x`, `https://${endpoint.host}:8443/x`],
    ['https://public.example/live/x', 'https://public.example/live/x'],
  ])('a URL with the host of the endpoint leads to the public host: %s [R19]', (from, to) => {
    expect(publicUrl(from, mapping)).toBe(to);
  });

  test('a cookie belongs to the public host alone [R13]', () => {
    expect(responseOf({ 'set-cookie': [`a=1; Domain=${endpoint.host}`] }, mapping)).toEqual({ 'set-cookie': ['a=1'] });
  });
});

test('A URL with the host that HOST_HEADER names leads to the public host [R19]', () => {
  const mapping = { ...base, host: 'intra.example' };
  expect(publicUrl('http://intra.example/base/x', mapping)).toBe('https://public.example/x');
  expect(publicUrl('http://intra.example:8080/base/x', mapping)).toBe('https://public.example/x');
  expect(publicUrl('http://intra.example:8081/base/x', mapping)).toBe('http://intra.example:8081/base/x');
  expect(publicUrl('http://intra.example/elsewhere', mapping)).toBe('http://intra.example/elsewhere');
});

describe('for any', () => {
  const rest = fc.stringMatching(/^(?:[/?#][\w/?#%&=;:@.~!$'()*+,[\]-]{0,30})?$/);

  test('rest of a URL, it keeps its bytes [R17]', () => {
    fc.assert(
      fc.property(rest, (tail) => {
        const shown = tail.startsWith('/') ? tail : `/${tail}`;
        expect(publicUrl(`http://backend.internal:8080/base${tail}`, base)).toBe(`https://public.example${shown}`);
      }),
    );
  });

  test('URL on another host, nothing changes [R18]', () => {
    const host = fc.domain().filter((name) => name !== client.host);
    fc.assert(
      fc.property(fc.constantFrom('http:', 'https:', ''), host, rest, (scheme, name, tail) => {
        const reference = `${scheme}//${name}${tail}`;
        expect(publicUrl(reference, base)).toBe(reference);
      }),
    );
  });

  test('path of the backend, a browser stays on the public host [R18]', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[/\\\t.@:a-z?#]{0,8}$/), (tail) => {
        const relative = publicUrl(`/base/${tail}`, base);
        expect(new URL(relative, 'https://public.example/start').host).toBe('public.example');
      }),
    );
  });

  test('cookie, only Domain and Path of the backend change [R16]', () => {
    const plain = fc.stringMatching(/^[\w "=,:/.-]{0,12}$/).filter((part) => !/^\s*(?:domain|path)\s*=/i.test(part));
    const known = fc.constantFrom(
      ['Domain=backend.internal', undefined] as const,
      [' path=/base/x', ' path=/x'] as const,
      [' Path=/other', ' Path=/other'] as const,
    );
    const part = fc.oneof(
      plain.map((text) => [text, text] as const),
      known,
    );
    fc.assert(
      fc.property(plain, fc.array(part, { maxLength: 6 }), (pair, parts) => {
        const from = [pair, ...parts.map(([before]) => before)].join(';');
        const to = [pair, ...parts.flatMap(([, after]) => (after === undefined ? [] : [after]))].join(';');
        expect(responseOf({ 'set-cookie': [from] })).toEqual({ 'set-cookie': [to] });
      }),
    );
  });
});
