import { describe, expect, test } from '@jest/globals';
import { bodyPreview } from '../../../src/http/redaction/body-preview.ts';
import { maskHeaders, maskUnlistedHeaders } from '../../../src/http/redaction/headers.ts';
import { maskQuery, maskText, maskUrl } from '../../../src/http/redaction/redaction.ts';

/** Names that hold a secret word by chance, or say something about a secret. */
const ordinaryNames = `
  keyboard author authors authority co-author passenger passengers compass bypass passive passage passport design designer assign signal signin
  signup sign_in monkey monkeys turkey hockey donkey jockey whiskey hotkey keyword keywords keynote keystone keyframe tokenizer tokenize tokenization secretary
  secretariat barcode postcode zip_code country_code countryCode status_code error_code currency_code language_code qrcode encode codec
  sort_key sortKey primary_key foreign_key partition_key cache_key row_key public_key publicKey site_key idempotency-key surrogate-key
  key_id keyId key_name key_type meta_key issueKey projectKey spaceKey group_key keyCode
  token_type tokenType token_endpoint signature_method oauth_signature_method oauth_version oauth_timestamp signature_version password_length password_policy auth_method auth_type session_timeout session_count
  X-Amz-Date X-Amz-Expires X-Amz-SignedHeaders X-Amz-Algorithm statement estate real_estate state_of_order stateful statistics pinned opinion spin shipping pineapple opinions
  footprint bootpath option options adopt laptop passed user username user_name login email name first_name id page q search sort order limit offset
  filter from to date time lang locale version v format type action view mode size width height color price quantity category tags title description body
  message comment text url uri link redirect callback host port path file filename folder directory content country city street address phone inside
  president side residence config insight basis oasis design_id forward forwarded interested class utm_source utm_medium utm_campaign fields include expand ssid hashtag
  certain concert ticketing tickets_sold authored mission session_timeout_limit sequence sector section credit creditor debit identity entity plan
`
  .trim()
  .split(/\s+/);

const values: readonly (readonly [string, string])[] = [
  ['UUID', '550e8400-e29b-41d4-a716-446655440000'],
  ['date', '2026-11-27T00:16:15.123Z'],
  ['date of HTTP', 'Fri, 27 Nov 2026 00:16:15 GMT'],
  ['number', '12345678901234567890'],
  ['address', '2001:db8:85a3::8a2e:370:7334'],
  ['sentence', 'The quick brown fox, number 7, jumps over the lazy dog'],
  ['slug', 'top-10-things-to-do-in-2026-for-5-people'],
  ['long word', 'internationalization_and_localization'],
  ['constant', 'SOME_CONSTANT_NAME_WITH_A_NUMBER_V2'],
  ['camel case', 'someVeryLongCamelCaseIdentifierOfJava'],
  ['package', 'com.example.application.module.ServiceImpl'],
  ['version', '1.24.0-beta.3+build.20261127'],
  ['media types', 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8'],
  ['address of a person', 'ada.lovelace@example.com'],
  ['address of a person as a URL', 'mailto:ada.lovelace@example.com'],
  ['URL', 'https://www.example.com/en/docs/getting-started?page=2&sort=name#install'],
  ['path', '/api/v1/customers/12345/orders/67890/items'],
  ['basic', 'basic training'],
  ['bearer', 'the bearer'],
  ['key', 'key not found'],
  ['token', 'Token expired'],
  ['JSON', '{"name":"ada","tags":["x","y"],"page":1}'],
  ['colours', '#ff8800'],
  ['cache of a CDN', 'cache-fra-etou8220091-FRA'],
  ['time zone', 'Europe/Vienna'],
  ['coordinates', '48.2082,16.3738'],
];

const fields: readonly (readonly [string, string])[] = [
  ['accept', 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'],
  ['accept-language', 'en-US,en;q=0.9,it;q=0.8'],
  ['access-control-allow-headers', 'authorization, x-api-key, x-csrf-token'],
  ['access-control-request-headers', 'authorization,x-csrf-token'],
  ['alt-svc', 'h3=":443"; ma=86400'],
  ['b3', '80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1'],
  ['cache-control', 'private, no-cache="set-cookie", max-age=0'],
  ['cf-ray', '8a1b2c3d4e5f6789-FRA'],
  ['content-disposition', 'attachment; filename="report-2026.pdf"'],
  ['content-security-policy', "script-src 'self' 'sha256-B2yPHKaXnvFWtRChIbabYmUBFZdVfKKXHbWtWidDVF8='"],
  ['content-type', 'multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW'],
  ['date', 'Fri, 27 Nov 2026 00:16:15 GMT'],
  ['etag', '"33a64df551425fcc55e4d42a148795d9f25f89d4"'],
  ['if-none-match', 'W/"0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"'],
  ['last-modified', 'Fri, 27 Nov 2026 00:16:15 GMT'],
  ['permissions-policy', 'publickey-credentials-get=(), geolocation=()'],
  ['sec-ch-ua', '"Chromium";v="143", "Not A(Brand";v="24"'],
  ['server-timing', 'db;dur=53, app;dur=47.2'],
  ['traceparent', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'],
  ['tracestate', 'congo=t61rcWkgMzE,rojo=00f067aa0ba902b7'],
  [
    'user-agent',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
  ],
  ['user-agent', 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'],
  ['user-agent', 'Mozilla/5.0 (Linux; Android 14; SM-S918B Build/UP1A.231005.007) AppleWebKit/537.36 Chrome/143.0.0.0'],
  ['vary', 'Authorization, Cookie, Accept-Encoding'],
  ['via', '2.0 a1b2c3d4e5f6a7b8c9d0e1f2.cloudfront.net (CloudFront)'],
  ['www-authenticate', 'Basic realm="staff only", charset="UTF-8"'],
  ['www-authenticate', 'Bearer realm="api", error="invalid_token", error_description="The token expired"'],
  ['www-authenticate', 'Negotiate'],
  ['x-amz-cf-id', 'bL0pZq9Xn2yRk4vTw7uJ5sHd3fGh1mQ6cE8aVbNxKzLrPtYwSoIjUg=='],
  ['x-amz-content-sha256', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['x-amzn-trace-id', 'Root=1-674059f5-2f6e9b3b1c5d7e8f9a0b1c2d;Parent=0a1b2c3d4e5f6071;Sampled=1'],
  ['x-b3-traceid', '80f198ee56343ba864fe8b2a57d3eff7'],
  ['x-correlation-id', 'f47ac10b58cc4372a5670e02b2c3d479'],
  ['x-forwarded-for', '198.51.100.7, 10.0.0.1'],
  ['x-frame-options', 'SAMEORIGIN'],
  ['x-powered-by', 'PHP/8.4.1'],
  ['x-request-id', '0a1b2c3d4e5f60718293a4b5c6d7e8f9'],
  ['x-requested-with', 'XMLHttpRequest'],
];

const paths = [
  '/',
  '/assets/index-BX3k29fa.js',
  '/static/js/main.3f2a1b9c.chunk.js',
  '/_next/static/chunks/4bd1b696-7f7b1a7a2e5c8d90.js',
  '/assets/application-9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.js',
  '/objects/550e8400-e29b-41d4-a716-446655440000/edit',
  '/commit/0a1b2c3d4e5f60718293a4b5c6d7e8f901234567',
  '/blog/2026/11/27/key-performance-indicators-for-2026',
  '/blog/basic-token-of-gratitude',
  '/wiki/Compass_(drawing_tool)',
  '/(draft)/page',
  '/caf%C3%A9/men%C3%BC',
  '/users/ada@example.com/profile',
  '/auth/realms/master/protocol/openid-connect/auth',
  '/services/consulting/overview-of-2026-services',
  '/a;v=1.1/b;type=x',
  '/login?next=%2Fdashboard%3Ftab%3Dhome',
  '/search?q=how+to+reset+a+password&page=2',
  '/style.css?v=0a1b2c3d4e5f60718293a4b5c6d7e8f901234567',
];

describe('stays readable', () => {
  test('an ordinary name, as a parameter, a field and a member of JSON', () => {
    const masked = ordinaryNames.filter((name) => {
      const body = bodyPreview(Buffer.from(JSON.stringify({ [name]: 'plain' })), 'application/json');
      const headers = maskHeaders({ [name.replace(/[A-Z]/g, '-$&').toLowerCase()]: 'plain' });
      return [maskQuery(`${name}=plain`), JSON.stringify(headers), JSON.stringify(body)].join().includes('redacted');
    });
    expect(masked).toEqual([]);
  });

  test.each(values)('%s: %s', (_, value) => {
    expect(maskText(value)).toBe(value);
    expect(maskHeaders({ 'x-custom': value })).toEqual({ 'x-custom': value });
    expect(maskQuery(`q=${encodeURIComponent(value)}`)).toBe(`q=${encodeURIComponent(value)}`);
    const shown = bodyPreview(Buffer.from(JSON.stringify({ q: value })), 'application/json') as { text: string };
    expect(JSON.parse(shown.text)).toEqual({ q: value });
  });

  test.each(fields)('the field %s: %s', (name, value) => {
    expect(maskHeaders({ [name]: value })).toEqual({ [name]: value });
  });

  test.each(paths)('the path %s', (path) => {
    expect(maskUrl(path)).toBe(path);
    expect(maskHeaders({ 'x-original-uri': path })).toEqual({ 'x-original-uri': path });
  });

  test('a number of tokens', () => {
    expect(maskQuery('max_tokens=4096&tokens=12&tickets=2')).toBe('max_tokens=4096&tokens=12&tickets=2');
    const body = '{"max_tokens":4096,"usage":{"prompt_tokens":12}}';
    expect(JSON.stringify(bodyPreview(Buffer.from(body), 'application/json'))).not.toContain('redacted');
  });

  test('the key of a pair that is no secret', () => {
    const body = '[{"key":"color","value":"red"},{"name":"size","value":"5"}]';
    const { text } = bodyPreview(Buffer.from(body), 'application/json') as { text: string };
    expect(JSON.parse(text)).toEqual(JSON.parse(body));
  });
});

/** Fields of requests that failed, which are shown in full. */
const shownUnasked = fields.filter(([name]) =>
  /^(?:accept|b3|cache-control|cf-ray|content-(?:type|disposition)|date|if-|sec-ch|trace|user-agent|via|x-amz|x-b3|x-correlation|x-forwarded|x-request)/.test(
    name,
  ),
);

describe('of a request that nobody traced', () => {
  test.each(shownUnasked)('the harmless field %s is shown: %s [D7]', (name, value) => {
    expect(maskUnlistedHeaders({ [name]: value })).toEqual({ [name]: value });
  });

  test.each(['x-custom', 'referer', 'x-user', 'soapaction', 'x-amz-meta-note', 'x-forwarded-user', 'accept'])(
    'the field %s shows no secret [D7]',
    (name) => {
      const shown = maskUnlistedHeaders({ [name]: ['Bearer s3cret', 'https://ada:s3cret@h/?token=s3cret'] });
      expect(JSON.stringify(shown)).not.toContain('s3cret');
    },
  );
});
