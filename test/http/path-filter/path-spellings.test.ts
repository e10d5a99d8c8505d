import { describe, expect, test } from '@jest/globals';
import { pathFilter } from '../../../src/http/path-filter/path-filter.ts';
import { pathReadings } from '../../../src/http/path-filter/path-readings.ts';

const blocks = (entries: readonly string[], path: string) => pathFilter(entries)(pathReadings(path));

const isBlocked = (path: string) => blocks(['/admin', '/secret'], path);

const each = (paths: readonly string[]) => paths.map((path) => [path] as const);

describe('with /admin and /secret filtered', () => {
  test.each(
    each([
      ...['//x/admin', '//x@y/admin/x', '/\\x/admin', '\\\\x\\admin', '/%5Cx/admin', '/%2Fx/admin', '///x/admin'],
      ...['//x:80/admin', '//[::1]/admin', '/\\/x/admin', '//user:pw@h:1/admin;a=b', '//x\\admin', '/%255Cx/%2561dmin'],
      ...['/\t/x/admin', '/%09/x/admin', '/.//x/admin', '/a/..//x/admin', '/;/x/admin', '//x//y/admin', '//x/./admin'],
      ...[
        '//x/index.php/admin',
        '/index.php//x/admin',
        '/／x/admin',
        '/∕x/admin',
        '/¥x/admin',
        '//admin/admin',
        '//x/../y/admin',
        '//./x/admin',
      ],
    ]),
  )('a host before the path is blocked: %j [F27]', (path) => {
    expect(isBlocked(path)).toBe(true);
  });

  test.each(each(['http://x/admin', 'HTTPS://x:1/admin', 'http:\\\\x\\admin', 'http:/admin', 'http:///x/admin']))(
    'the absolute form is blocked: %s [F27]',
    (path) => {
      expect(isBlocked(path)).toBe(true);
    },
  );

  test.each(
    each([
      ...['/admin%', '/admin%6', '/admin%/x', '/%61dmin%', '/admin%25', '/admin%256', '/admin;x%', '/ADMIN%a'],
      ...['/admin%zz', '/admin%u00', '/admin%u', '/ad%min', '/x/..%/admin', '/%/admin', '/admin%%', '/admin％'],
    ]),
  )('a truncated or malformed escape that decoders drop is blocked: %s [F28]', (path) => {
    expect(isBlocked(path)).toBe(true);
  });

  test.each(
    each([
      ...['/%20admin', '/ admin', '/%20%20admin', '/\u00a0admin', '/%C2%A0admin', '/%E3%80%80admin', '/%20admin%20'],
      ...['/+admin', '/admin+', '/%2Badmin', '/%E2%80%83admin', '/%0Badmin', '/%85admin', '/x/%20../admin'],
      ...['/x/%20..%20/admin', '/%20/admin', '/%20.%20/admin', '/%2520admin', '/%20%61dmin', '/\u2028admin'],
    ]),
  )('white space around a segment is blocked: %j [F29]', (path) => {
    expect(isBlocked(path)).toBe(true);
  });

  test.each(
    each([
      ...['/index.php/secret', '/app.php/secret/x', '/app_dev.php/secret', '/INDEX.PHP/secret', '/index.php//secret'],
      ...[
        '/index.php;x/secret',
        '/index.php%20/secret',
        '/index.php./secret',
        '/index%2Ephp/secret',
        '/index.PhP7/secret',
      ],
      ...[
        '/index.php%2Fsecret',
        '/index.php/%2Fsecret',
        '/index.php%2F/secret',
        '/index.php%252Fsecret',
        '/index.php\\secret',
      ],
      ...[
        '/x.cgi/secret',
        '/x.fcgi/secret',
        '/x.pl/secret',
        '/x.py/secret',
        '/x.wsgi/secret',
        '/x.aspx/secret',
        '/x.ashx/secret',
      ],
      ...[
        '/x.jsp/secret',
        '/x.do/secret',
        '/x.rb/secret',
        '/x.svc/secret',
        '/x.phtml/secret',
        '/x.cfm/secret',
        '/x.php8/secret',
      ],
      ...[
        '/cgi-bin/app/secret',
        '/cgi-bin/app.pl/secret',
        '/fcgi-bin/app/secret',
        '/CGI-BIN/app/secret',
        '/index/secret',
      ],
      ...[
        '/app/index.php/secret',
        '/web/app.php/x/../secret',
        '/index.php/../secret',
        '/index.php/./secret',
        '/index.php::$DATA/secret',
      ],
      ...['/index.php%00/secret', '/ındex.php/secret', '/ｉndex.php/secret', '/a.php/b.php/secret'],
    ]),
  )('the name of a script before the path is blocked: %s [F31]', (path) => {
    expect(isBlocked(path)).toBe(true);
  });

  test('a script below the path of an application is blocked for the paths of the application [F31]', () => {
    expect(blocks(['/app/secret'], '/app/index.php/secret')).toBe(true);
    expect(blocks(['/app/secret'], '/app/index.php/shop')).toBe(false);
    expect(blocks(['/app/secret'], '/app/x/index.php/secret')).toBe(false);
  });

  test.each(
    each([
      ...['/(0123456789abcdef01234567)/Secret/x.aspx', '/(lit3py55t21z5v55vlm25s55)/secret', '/(S(x))/secret'],
      ...['/(A(x)F(y))/secret', '/(a(x)s(y)f(z))/admin/x', '/(S(x))/ad/(S(x))min', '/ad/(S(x))min', '/admin/(S(x))/'],
      ...['/%28S(x)%29/secret', '/(S(%78))/secret', '/(S())/secret', '/app/../(S(x))/secret', '/(S(x))//y/secret'],
      ...['/(S(x))/index.aspx/secret', '/(S(x))%2Fsecret', '/(S(x))\\secret'],
    ]),
  )('a session of ASP.NET in the path is blocked: %s [F32]', (path) => {
    expect(isBlocked(path)).toBe(true);
  });

  test.each(
    each([
      ...['/ADMIN~1', '/admin~1/x', '/SECRET~2', '/ADMIN~12', '/%41DMIN~1', '/ADMIN%7E1', '/AD3F2B~1', '/admin~1;x'],
      ...['/admin::$DATA', '/admin:$i30:$INDEX_ALLOCATION', '/admin::$INDEX_ALLOCATION/x', '/admin%3A%3A%24DATA'],
    ]),
  )('a name that Windows gives the same file is blocked: %s [F34]', (path) => {
    expect(isBlocked(path)).toBe(true);
  });

  test('the 8.3 name of a long name is blocked [F34]', () => {
    for (const path of ['/ADMINI~1', '/admini~3/x', '/ADMIN~10', '/ADFE01~1'])
      expect([path, blocks(['/administrator'], path)]).toEqual([path, true]);
    for (const path of ['/WEBCON~1.BAC', '/WEBCO~10.BAC'])
      expect([path, blocks(['/web.config.backup'], path)]).toEqual([path, true]);
    for (const path of [
      '/BEMINI~1',
      '/ADMINI~1.TXT/x',
      '/ADMINI~1.TXT',
      '/ADMINISTRATOR~1',
      '/ADMINI~',
      '/~1',
      '/admini~x',
    ])
      expect([path, blocks(['/administrator'], path)]).toEqual([path, false]);
  });

  test('an 8.3 name covers only what lies below an entry of that name [F34]', () => {
    const entries = ['/administrator/x', '/administration/y'];
    const paths = ['/administrator/y', '/administration/x', '/admini~1/x', '/admini~2/y', '/admini~1/z'];
    expect(paths.map((path) => blocks(entries, path))).toEqual([false, false, true, true, false]);
  });

  test.each(
    each([
      ...[
        '/',
        '/administration',
        '/administrator',
        '/x/admin%20guide',
        '/admin%20guide',
        '/index.php/shop',
        '/(draft)/page',
      ],
      ...[
        '/100%',
        '/100%25',
        '/50%-off',
        '/admins',
        '/admin-x',
        '/admin_x',
        '/badmin',
        '/x/admin',
        '/x/secret',
        '/a/b/admin',
      ],
      ...['/admin.json', '/admin.html', '/secret.txt', '/admin.php', '/index.php', '/index.php/', '/index.html/secret'],
      ...['/index.php/administration', '/index.php/x/admin', '/docs/index.php', '/v1.0/admin', '/example.com/admin'],
      ...[
        '/jquery.min.js',
        '/a/b.min.css',
        '/files/report.pdf',
        '/img/ä.png',
        '/caf%C3%A9',
        '/%E6%97%A5%E6%9C%AC',
        '/привет',
      ],
      ...[
        '/(draft)/admin',
        '/(x)/secret',
        '/(1234)/admin',
        '/wiki/Foo_(bar)',
        '/a(b)/admin',
        '/(S(x)/admin',
        '/(draft)',
      ],
      ...['/~user/admin', '/admin~', '/admin~x', '/draft~1', '/backup~1.txt', '/a+b', '/c++', '/search+engine/admin'],
      ...[
        '/a;v=1/b',
        '/a;jsessionid=1',
        '/x;admin',
        '/x;/y',
        '/a:b',
        '/urn:isbn:123',
        '/a@b',
        '/@user/admin',
        '/a,b;c=d',
      ],
      ...[
        '/.well-known/acme-challenge/x',
        '/.admin',
        '/..admin',
        '/...',
        '/a..b',
        '/x/../y',
        '/./x',
        '/x/',
        '/x//y',
        '/x//admin',
      ],
      ...[
        '/./x/admin',
        '/x/.//y/admin',
        '/http://x/shop',
        '/https://example.com/a',
        '/url/http://x/admin',
        '/C:/x',
        '/cgi-bin/x',
      ],
      ...[
        '/a%2Fb',
        '/a%2Fadmin',
        '/a%5Cadmin',
        '/a%3Fadmin',
        '/a%23admin',
        '/api/v2/users/42',
        '/A/B/C',
        '/x%20y',
        '/%20x',
      ],
      ...[
        '/x%',
        '/%zz',
        '/x%2',
        '/%',
        '/adm',
        '/adm/in',
        '/ad/min',
        '/a/dmin',
        '/sécrétaire',
        '/s%C3%A9cr%C3%A9tion',
        '/ѕecret',
      ],
      ...[
        '/indexes/secret',
        '/index.phpx/secret',
        '/php/secret',
        '/php.net/secret',
        '/cgi/secret',
        '/my-cgi-binary/x/secret',
      ],
      ...[
        '/do/secret',
        '/a.dot/secret',
        '/robots.txt',
        '/favicon.ico',
        '/sitemap.xml',
        '/a=b&c=d',
        '/$metadata',
        "/o'brien",
      ],
      ...[
        '/emoji/😀',
        '/%F0%9F%98%80',
        '/I❤admin',
        '/ad%20min',
        '/adm%C3%AFnistration',
        '/*',
        '/a*b',
        '/[id]/admin',
        '/{id}',
      ],
    ]),
  )('the ordinary path %s passes [F3]', (path) => {
    expect([isBlocked(path), pathReadings(path).bottomless]).toEqual([false, false]);
  });
});

describe('accents, which collations of databases ignore', () => {
  test.each([
    ['/secret', '/s%C3%A9cret'],
    ['/secret', '/sécret'],
    ['/secret', '/se\u0301cret'],
    ['/secret', '/s%E9cret'],
    ['/secret', '/SÉCRET/x'],
    ['/secret', '/ſecret'],
    ['/sécret', '/secret'],
    ['/s%C3%A9cret', '/secret'],
    ['/s%C3%A9cret', '/SECRET'],
    ['/sécret', '/sêcret'],
    ['/foobar', '/föobar'],
    ['/admin', '/ádmin'],
    ['/admin', '/admín'],
    ['/admin', '/ạḍṃịṇ'],
    ['/admin', '/aðmin'],
    ['/admin', '/ađmin'],
    ['/admin', '/🅰dmin'],
    ['/admin', '/a\u0369min'],
    ['/login', '/løgin'],
    ['/login', '/łogin'],
    ['/this', '/tħis'],
    ['/strasse', '/straße'],
    ['/strase', '/straße'],
    ['/pass', '/paß'],
    ['/pas', '/paß'],
    ['/straße', '/strasse'],
    ['/my', '/mü'],
    ['/ueber', '/%C3%BCber'],
    ['/über', '/uber'],
    ['/über', '/UEBER'],
    ['/aerger', '/ärger'],
    ['/aether', '/æther'],
    ['/oeuvre', '/œuvre'],
    ['/aarhus', '/århus'],
    ['/key', '/\u212aey'],
    ['/a1', '/a١'],
    ['/a1', '/a①'],
    ['/2024', '/२०२४'],
    ['/ёлка', '/елка'],
    ['/ひみつ', '/ヒミツ'],
    ['/ヒミツ', '/ひみつ'],
    ['/ガ', '/カ'],
    ['/ガ', '/ｶﾞ'],
    ['/άδης', '/ΑΔΗΣ'],
    ['/x/😀', '/x/😁'],
  ])('%s covers %s [F30]', (entry, path) => {
    expect(blocks([entry], path)).toBe(true);
  });

  test.each([
    ['/secret', '/sacret'],
    ['/secret', '/s%C3%A1cret'],
    ['/का', '/की'],
    ['/日本', '/日中'],
    ['/и', '/ы'],
    ['/c++', '/c'],
    ['/a+b', '/ab'],
    ['/x', '/ж'],
  ])('%s does not cover %s [F30]', (entry, path) => {
    expect(blocks([entry], path)).toBe(false);
  });

  test.each([
    ['/a b', '/a+b'],
    ['/a+b', '/a%20b'],
    ['/a+b', '/a+b'],
    ['/c++', '/C%2B%2B'],
  ])('%s covers %s, where `+` may be a space [F29]', (entry, path) => {
    expect(blocks([entry], path)).toBe(true);
  });
});

describe('an entry that ends in .*', () => {
  const isAdmin = (path: string) => blocks(['/admin.*'], path);

  test.each(
    each([
      ...[
        '/admin',
        '/admin/x',
        '/admin.json',
        '/admin.xml/x',
        '/admin.tar.gz',
        '/ADMIN.JSON',
        '/%61dmin%2ejson',
        '/admin.',
      ],
      ...['/admin.json;x', '/admin;x.json', '/admin.*', '//x/admin.json', '/index.php/admin.json', '/x/../admin.json'],
      ...[
        '/admin.json%00',
        '/ádmin.json',
        '/ADMIN~1.JSO',
        '/%20admin.json',
        '/admin..json',
        '/admin.json%',
        '/admin%252Ejson',
      ],
    ]),
  )('covers %s [F33]', (path) => {
    expect(isAdmin(path)).toBe(true);
  });

  test.each(
    each(['/administration', '/administration.json', '/admin-x.json', '/x/admin.json', '/adm.json', '/', '/.json']),
  )('does not cover %s [F33]', (path) => {
    expect(isAdmin(path)).toBe(false);
  });

  test('may have several names, dots among them [F33]', () => {
    expect(blocks(['/a.b/v1.2.*'], '/a.b/v1.2.json/x')).toBe(true);
    expect(blocks(['/a.b/v1.2.*'], '/a.b/v1.2')).toBe(true);
    expect(blocks(['/a.b/v1.2.*'], '/a.b.json/v1.2')).toBe(false);
    expect(blocks(['/a.b/v1.2.*'], '/a.b/v1.json')).toBe(false);
  });

  test('is a suffix at the end alone [F33]', () => {
    expect(blocks(['/admin.*/x'], '/admin.json/x')).toBe(false);
    expect(blocks(['/.*'], '/admin')).toBe(false);
    expect(blocks(['/.*'], '/.*')).toBe(true);
    expect(blocks(['/admin'], '/admin.json')).toBe(false);
  });
});

describe('an entry of / ', () => {
  test('covers no script and no other page of the start page [F21]', () => {
    for (const path of ['/index.php', '/index.php/', '/contact.php/', '/index.php/shop', '/x.cgi//'])
      expect([path, blocks(['/'], path)]).toEqual([path, false]);
  });
});
