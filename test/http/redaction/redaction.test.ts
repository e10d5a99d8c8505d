import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { maskHeaders, setCookieNames } from '../../../src/http/redaction/headers.ts';
import { maskQuery, maskUrl, maskValues } from '../../../src/http/redaction/redaction.ts';

const secret = 's3cret-value';

const secretFields = [
  'authorization',
  'proxy-authorization',
  'authentication-info',
  'proxy-authentication-info',
  'proxy-authenticate',
  'x-authorization',
  'x-api-key',
  'api-key',
  'apikey',
  'x-auth-token',
  'x-access-token',
  'x-csrf-token',
  'x-xsrf-token',
  'x-amz-security-token',
  'x-amzn-oidc-data',
  'x-amzn-oidc-accesstoken',
  'x-amzn-mtls-clientcert',
  'x-amzn-mtls-clientcert-leaf',
  'x-amzn-mtls-clientcert-serial-number',
  'x-amzn-mtls-clientcert-issuer',
  'x-amzn-mtls-clientcert-subject',
  'x-amzn-mtls-clientcert-validity',
  'x-forwarded-client-cert',
  'x-goog-iap-jwt-assertion',
  'cf-access-jwt-assertion',
  'x-vault-token',
  'x-gitlab-token',
  'x-hub-signature',
  'x-hub-signature-256',
  'stripe-signature',
  'x-shopify-hmac-sha256',
  'sec-websocket-key',
  'x-origin-verify',
  'x-cdn-secret',
  'x_api_key',
  'x-session-id',
  'dpop',
];

const secretParameters = [
  'token',
  'access_token',
  'id_token',
  'refresh_token',
  'accessToken',
  'authToken',
  'oauth2Token',
  'sessionid',
  'JSESSIONID',
  'password',
  'user[password]',
  'passWord',
  'user.passwd',
  'client_secret',
  'clientSecret',
  'client_assertion',
  'api_key',
  'apiKey',
  'X-Amz-Signature',
  'X-Amz-Credential',
  'X-Amz-Security-Token',
  'sig',
  'code',
  'state',
  'key',
  'trace_connection',
  'dump_request',
  'pass%77ord',
];

const plainFields = ['accept', 'user-agent', 'x-amz-date', 'x-amz-content-sha256', 'x-author', 'tokenizer', 'signal'];

describe('header fields', () => {
  test.each(secretFields)('%s is shown by its length alone [D4 D6]', (name) => {
    expect(maskHeaders({ [name]: secret })).toEqual({ [name]: '[redacted 12 chars]' });
  });

  test.each(plainFields)('%s is shown as it is', (name) => {
    expect(maskHeaders({ [name]: secret })).toEqual({ [name]: secret });
  });

  test('cookies are shown by name, in order [D4]', () => {
    expect(maskHeaders({ cookie: `sid=${secret}; theme=dark; q="x y"` })).toEqual({
      cookie: 'sid=[redacted 12 chars]; theme=[redacted 4 chars]; q=[redacted 5 chars]',
    });
  });

  test('a value is as long as it is written, escapes and all [D4]', () => {
    const masked = { cookie: 'a=[redacted 6 chars]', 'set-cookie': 'a=[redacted 6 chars]' };
    expect(maskHeaders({ cookie: 'a=%41%42', 'set-cookie': 'a=%41%42' })).toEqual(masked);
  });

  test('a Cookie field that is no list of pairs shows nothing [D4]', () => {
    expect(maskHeaders({ cookie: secret })).toEqual({ cookie: '' });
  });

  test('Set-Cookie keeps name and attributes [D4]', () => {
    expect(maskHeaders({ 'set-cookie': [`sid=${secret}; Path =/;HttpOnly;`, `a=${secret}`] })).toEqual({
      'set-cookie': ['sid=[redacted 12 chars]; Path =/;HttpOnly;', 'a=[redacted 12 chars]'],
    });
  });

  test('a Set-Cookie field without a name shows nothing of its value [D4]', () => {
    expect(JSON.stringify(maskHeaders({ 'set-cookie': [secret, `=${secret}`] }))).not.toContain(secret);
  });

  test.each([
    'location',
    'content-location',
    'referer',
    'destination',
    'x-original-url',
    'x-rewrite-url',
    'x-forwarded-uri',
  ])('the URL in %s loses its secrets alone [D6]', (name) => {
    expect(maskHeaders({ [name]: `https://ada:${secret}@h/x?a=1&token=${secret}#top` })).toEqual({
      [name]: 'https://[redacted]@h/x?a=1&token=[redacted 12 chars]#top',
    });
  });

  test.each([
    ['refresh', `5; url=https://h/?token=${secret}`, '5; url=https://h/?token=[redacted 12 chars]'],
    ['refresh', `5;URL='https://ada:${secret}@h/'`, "5;URL='https://[redacted]@h/'"],
    ['refresh', `0;https://h/?sig=${secret}`, '0;https://h/?sig=[redacted 12 chars]'],
    ['refresh', '5', '5'],
    ['link', `<https://h/?token=${secret}>; rel="a"`, '<https://h/?token=[redacted 12 chars]>; rel="a"'],
    ['link', `</a>; rel=x, <//ada:${secret}@h/b>; rel=y`, '</a>; rel=x, <//[redacted]@h/b>; rel=y'],
  ])('the URLs in %s: %s lose their secrets alone [D6]', (name, value, shown) => {
    expect(maskHeaders({ [name]: value })).toEqual({ [name]: shown });
  });

  test('called __proto__ or constructor are shown like any other [D4]', () => {
    const headers = JSON.parse('{"__proto__":"a","constructor":"b"}') as Record<string, string>;
    expect(Object.entries(maskHeaders(headers))).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
  });
});

test('of a cookie whose value has a semicolon in quotes nothing is shown but what is an attribute [D4]', () => {
  expect(
    maskHeaders({ 'set-cookie': `a="x;${secret}"; path=/; SameSite=Lax;${secret}=1;=${secret};pathic=1` }),
  ).toEqual({
    'set-cookie':
      'a=[redacted 2 chars];[redacted 13 chars]; path=/; SameSite=Lax;[redacted 14 chars];[redacted 13 chars];[redacted 8 chars]',
  });
});

test('a field of any length and depth can be masked [D6]', () => {
  for (const part of ['\\', '/', '@', ';', 'a=;', '?', '&', '#', '/?a=', '%25', 'a%3D']) {
    const long = part.repeat(60_000);
    for (const url of [long, `http://${long}`, `/?a=${long}`]) {
      expect(maskHeaders({ location: url, referer: url })).toHaveProperty('location');
    }
  }
});

describe('a query', () => {
  test.each(secretParameters)('does not show the value of %s [D4 D6]', (name) => {
    expect(maskQuery(`a=1&${name}=${secret}&b=2`)).toBe(`a=1&${name}=[redacted 12 chars]&b=2`);
  });

  test('keeps every other byte', () => {
    const query = 'a=%2f&&b&c=d+e&%zz=1&=&=x&tokens=1&barcode=2&keyword=3';
    expect(maskQuery(query)).toBe(query);
  });

  test('hides a secret behind the other separator, and all of a secret that has it inside [D6]', () => {
    expect(maskQuery(`a=1;token=${secret}`)).toBe('a=1;token=[redacted 12 chars]');
    expect(maskQuery(`token=x;${secret}&b=1`)).toBe('token=[redacted 14 chars]&b=1');
  });

  test.each([
    [`to=https%3A%2F%2Fh%2F%3Ftoken%3D${secret}&b=1`, 'to=[redacted 29 chars]&b=1'],
    [`to=http://ada:${secret}@h/`, 'to=[redacted 26 chars]'],
    [`to=/in?next=/cb?code=${secret}`, 'to=[redacted 30 chars]'],
    [`to=%20http://h/?token=${secret}`, 'to=[redacted 29 chars]'],
    [`to=see+http://h/?token=${secret}`, 'to=[redacted 32 chars]'],
    [`to=page?token=${secret}`, 'to=[redacted 23 chars]'],
    ['to=https%3A%2F%2Fh%2F%3Fa%3D1', 'to=https%3A%2F%2Fh%2F%3Fa%3D1'],
  ])('with a URL that has a secret does not show it: %s [D6]', (query, shown) => {
    expect(maskQuery(query)).toBe(shown);
  });

  test('keeps the name of a secret that comes without a value [D6]', () => {
    expect(maskQuery('token&a=1;key')).toBe('token&a=1;key');
  });

  test('shows no value at all when every one may be secret [D6]', () => {
    expect(maskValues(`a=1&bc=d=${secret}&xyz&&e=&=f`)).toBe(
      'a=[redacted 1 chars]&bc=[redacted 14 chars]&[redacted 3 chars]&&[redacted 2 chars]&=[redacted 1 chars]',
    );
  });

  test('may be empty', () => {
    expect(maskQuery('')).toBe('');
    expect(maskValues('')).toBe('');
  });
});

describe('a URL', () => {
  test.each([
    [`http://ada:pa@ss-${secret}@h/x`, 'http://[redacted]@h/x'],
    [`http://${secret}@h`, 'http://[redacted]@h'],
    [`//ada:${secret}@h/x`, '//[redacted]@h/x'],
    [`http:\\\\ada:${secret}@h/x`, 'http:\\\\[redacted]@h/x'],
    [`http:/ada:${secret}@h/x`, 'http:/[redacted]@h/x'],
    [`https://h/cb#access_token=${secret}&x=1`, 'https://h/cb#access_token=[redacted 12 chars]&x=1'],
    [`https://h/x;jsessionid=${secret}?a=1`, 'https://h/x;jsessionid=[redacted 12 chars]?a=1'],
    [`/x;a=1;jsessionid=${secret};b=2/y`, '/x;a=1;jsessionid=[redacted 16 chars]/y'],
    [`/x?token=a?${secret}#/?a=1`, '/x?token=[redacted 14 chars]#/?a=1'],
    [`/x?a#/callback?code=${secret}&b=2`, '/x?a#/callback?code=[redacted 12 chars]&b=2'],
    ['https://h/a@b?c=d@e#f@g', 'https://h/a@b?c=d@e#f@g'],
    ['/a/b?x', '/a/b?x'],
    ['', ''],
  ])('%s is shown as %s [D6]', (url, shown) => {
    expect(maskUrl(url)).toBe(shown);
  });
});

describe('for any secret', () => {
  const anySecret = fc.stringMatching(/^zq[\w.~+/=%-]{6,30}zq$/);

  test('no listed field shows it [D4 D6]', () => {
    fc.assert(
      fc.property(fc.constantFrom(...secretFields, 'cookie', 'set-cookie'), anySecret, (name, value) => {
        expect(JSON.stringify(maskHeaders({ [name]: value }))).not.toContain(value);
        expect(JSON.stringify(maskHeaders({ [name]: `a=${value}` }))).not.toContain(value);
      }),
    );
  });

  test('no listed parameter shows it, wherever a URL has it [D4 D6]', () => {
    const place = fc.constantFrom('?a=1&', '?', '#', '?x#a&', ';', '?a;');
    const field = fc.constantFrom('location', 'referer', 'destination');
    fc.assert(
      fc.property(fc.constantFrom(...secretParameters), anySecret, place, field, (name, value, before, fieldName) => {
        const secretPart = before === ';' ? value.replaceAll('/', '_') : value;
        const shown = maskHeaders({ [fieldName]: `https://h/p${before}${name}=${secretPart}` });
        expect(JSON.stringify(shown)).not.toContain(secretPart);
      }),
    );
  });

  test('no password in a URL is shown, whatever is in it but what ends the authority [D6]', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^zq[^/?#\n\r]{4,20}zq$/), (password) => {
        expect(maskUrl(`https://ada:${password}@host/x`)).toBe('https://[redacted]@host/x');
      }),
    );
  });
});

test('the names of the cookies that an answer sets are told apart from their values', () => {
  expect(setCookieNames([`sid=${secret}; Path=/`, 'b=2'])).toEqual(['sid', 'b']);
  expect(setCookieNames(undefined)).toEqual([]);
});
