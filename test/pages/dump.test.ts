import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { buildBackendRequest } from '../../src/http/request/backend-request.ts';
import { describeRequest } from '../../src/pages/dump.ts';
import { dumpPage } from '../../src/pages/dump-page.ts';
import type { ProxyContext, ProxyRequest } from '../../src/types.ts';
import { configWith, ownName, request } from '../helpers/http-fixtures.ts';
import { lambdaContext } from '../helpers/lambda.ts';
import { hostileTexts, skeleton, unescaped } from '../helpers/markup.ts';

const capacity = { streams: false, limit: 6_291_556, maxDurationMs: 900_000, measure: () => 0 };

const dumpOf = (parts: Partial<ProxyRequest>, env: Record<string, string> = {}, withBody = false) => {
  const incoming = request(parts);
  const config = configWith(env);
  const { backendRequest: sent } = buildBackendRequest(incoming, config, ownName);
  const exchange = { startedAt: 0, coldStart: true, traced: false };
  return describeRequest({
    headerSource: { request: incoming, config, pseudonym: ownName, keepsCodings: true, body: sent.body },
    sent,
    context: { ...lambdaContext(), capacity, exchange } as unknown as ProxyContext,
    remainingMs: 1234,
    content: withBody ? (incoming.body as Buffer) : undefined,
  });
};

describe('a dump', () => {
  test('shows the request as it came and as it would be sent [D3]', () => {
    const parts = {
      method: 'POST',
      rawPath: '/a%2Fb',
      rawQuery: 'q=1',
      headers: { 'x-a': '1' },
      body: Buffer.from('né'),
    };
    expect(dumpOf(parts, { REMOTE_URL: 'http://backend.internal/base?k=v' })).toMatchObject({
      request: { method: 'POST', path: '/a%2Fb', query: 'q=1', host: 'public.example', headers: { 'x-a': '1' } },
      backend: {
        method: 'POST',
        target: '/base/a%2Fb?k=[redacted 1 chars]&q=1',
        headers: { host: 'backend.internal' },
        bodyBytes: 3,
      },
      lambda: { remainingMs: 1234, functionArn: 'arn:aws:lambda:eu-central-1:[account]:function:rproxy' },
    });
  });

  test.each([
    ['?k=s3cret', 'q=1', '/?k=[redacted 6 chars]&q=1'],
    ['?s3cret', 'q=1', '/?[redacted 6 chars]&q=1'],
    ['?k=s3cret&l=s3cret', '', '/?k=[redacted 6 chars]&l=[redacted 6 chars]'],
    ['?k=s3cret', 's3cret', '/?k=[redacted 6 chars]&s3cret'],
    ['', 'k=v', '/?k=v'],
    ['', '', '/'],
  ])(
    'hides the query of REMOTE_URL, which is a setting and may be a key: %s with %s [D4]',
    (base, rawQuery, target) => {
      expect(dumpOf({ rawQuery }, { REMOTE_URL: `http://backend.internal/${base}` }).backend.target).toBe(target);
    },
  );

  test('shows cookies by name alone, however they are named [D4]', () => {
    const { cookies } = dumpOf({
      headers: { cookie: 'a=s3cret; __proto__=s3cret; constructor=x; toString=y' },
    }).request;
    expect(cookies).toEqual(['a', '__proto__', 'constructor', 'toString']);
  });

  test('hides a session in the path, on the page and in JSON [D4]', () => {
    const dump = dumpOf({ rawPath: '/shop;jsessionid=s3cret/x' });
    expect(JSON.stringify(dump)).not.toContain('s3cret');
    expect(dumpPage(dump).html).not.toContain('s3cret');
    expect(dump.request.path).toBe('/shop;jsessionid=[redacted 6 chars]/x');
  });

  test('says what decides over the request: limits, settings, delivery, and the state of the function [D3]', () => {
    const env = { PAYLOAD_QUOTA: '5000', REQUEST_TIMEOUT: '2.5', FILTERED_PATH: '/a|/b', REMOTE_TLS: 'verify' };
    const dump = dumpOf({}, env);
    expect(dump).toMatchObject({
      delivery: 'buffered',
      limits: {
        requestTimeoutMs: 2500,
        endpointWaitsMs: 900_000,
        remainingMs: 1234,
        responseBytes: 6_291_556,
        payloadQuota: 5000,
      },
      settings: { tls: 'verify', hostHeader: 'backend', noHeaders: false, trustForwarded: false, filteredPaths: 2 },
      lambda: { coldStart: true },
    });
    const page = unescaped(dumpPage(dump).html);
    for (const text of ['1234 ms: the least', '2500 ms', '5000 bytes', '<dt>Cold start</dt><dd>yes</dd>', 'buffered']) {
      expect(page).toContain(text);
    }
  });

  test('shows the address in parts, its parameters decoded and masked [D3 D4]', () => {
    expect(dumpOf({ rawPath: '/a', rawQuery: 'q=caf%C3%A9+x&token=s3cret&flag' }).request).toMatchObject({
      url: 'https://public.example/a?q=caf%C3%A9+x&token=[redacted 6 chars]&flag',
      protocol: 'https',
      host: 'public.example',
      parameters: [
        { name: 'q', value: 'café x' },
        { name: 'token', value: '[redacted 6 chars]' },
        { name: 'flag', value: '' },
      ],
    });
  });

  test('shows each field beside what becomes of it, masked on both sides, what differs first [D8 D4]', () => {
    const headers = { 'x-api-key': 's3cret', accept: '*/*', te: 'trailers' };
    const dump = dumpOf({ headers }, { REMOTE_URL: 'http://ada:s3cret@backend.internal' });
    const field = (name: string) => dump.fields.find((each) => each.name === name);
    expect(field('x-api-key')).toMatchObject({
      change: 'same',
      received: '[redacted 6 chars]',
      sent: '[redacted 6 chars]',
    });
    expect(field('authorization')).toMatchObject({ change: 'added', sent: '[redacted 22 chars]' });
    const { html } = dumpPage(dump);
    expect(html).not.toContain('s3cret');
    expect(html).toContain('<tr class="removed"><th scope="row">te</th><td>trailers</td><td>–</td>');
    expect(html).toContain('<tr class="same"><th scope="row">accept</th><td>*/*</td><td colspan="2">=</td></tr>');
    expect(html.lastIndexOf('<tr class="added">')).toBeLessThan(html.indexOf('<tr class="same">'));
    expect(html).toContain(
      `${dump.fields.filter(({ change }) => change !== 'same').length} of ${dump.fields.length} are not`,
    );
  });

  test('shows a body only when it is asked for, and then what may be shown of it [D9]', () => {
    const post = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: Buffer.from('{"password":"s3cret","n":1}'),
    };
    expect(dumpOf(post).request.body).toEqual({
      bytes: 27,
      contentType: 'application/json',
      withheld: 'add dump_body=y to see it',
    });
    const asked = dumpOf(post, {}, true);
    expect(asked.request.body).toMatchObject({ text: '{\n  "password": "[redacted]",\n  "n": 1\n}' });
    expect(asked.curl).toContain('--data-raw');
    expect(dumpPage(asked).html).toContain('&quot;n&quot;: 1');
    expect(JSON.stringify(asked)).not.toContain('s3cret');
    const coded = { ...post, headers: { ...post.headers, 'content-encoding': 'gzip' } };
    expect(dumpOf(coded, {}, true).request.body).toMatchObject({ withheld: 'it is encoded: gzip' });
    expect(dumpOf({}, {}, true).request.body).toEqual({ bytes: 0, contentType: undefined });
  });

  test('has a page under 12 KB for a request as browsers send it [P5]', () => {
    const headers = {
      accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8',
      'accept-encoding': 'gzip, deflate, br, zstd',
      'accept-language': 'en-US,en;q=0.9,it;q=0.8',
      'cache-control': 'max-age=0',
      cookie: 'sid=abcdef; theme=dark',
      host: 'public.example',
      priority: 'u=0, i',
      referer: 'https://public.example/somewhere',
      'sec-ch-ua': '"Chromium";v="143", "Not A(Brand";v="24"',
      'sec-ch-ua-mobile': '?0',
      'sec-ch-ua-platform': '"Linux"',
      'sec-fetch-dest': 'document',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-site': 'same-origin',
      'sec-fetch-user': '?1',
      'upgrade-insecure-requests': '1',
      'user-agent':
        'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36',
      'x-amzn-trace-id': 'Root=1-674059f5-2f6e9b3b1c5d7e8f9a0b1c2d',
      'x-forwarded-for': '198.51.100.7',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    };
    const { html } = dumpPage(dumpOf({ headers, rawPath: '/some/page', rawQuery: 'q=1&lang=en' }));
    expect(Buffer.byteLength(html)).toBeLessThan(12_000);
  });

  test('hides account numbers in every ARN of its own [D4]', () => {
    expect(JSON.stringify(dumpOf({}))).not.toContain('123456789012');
  });

  test('says when a part is empty [D4]', () => {
    expect(dumpPage(dumpOf({})).html).toContain('<dt>Query</dt><dd>–</dd>');
  });

  test.each(hostileTexts)('is escaped wherever a client can write: %s [D4 P1]', (text) => {
    const value = text.replaceAll('\0', '');
    const parts = (word: string) => ({
      rawPath: `/${word}`,
      // Each parameter has a row of its own.
      rawQuery: word.replaceAll('&', '+'),
      headers: { 'x-a': word, cookie: `n=${word.replaceAll(';', '')}`, 'content-type': word },
    });
    const page = dumpPage(dumpOf(parts(value))).html;
    // What is beyond Latin-1 changes on the wire, and so its row says why.
    const plain = /[^\0-\xff]/.test(value) ? 'plain→' : 'plain';
    expect(skeleton(page)).toEqual(skeleton(dumpPage(dumpOf(parts(plain))).html));
    expect(unescaped(page)).toContain(`<th scope="row">x-a</th><td>${value}</td>`);
  });

  test('of any request opens no tag and leaves no attribute [D4 P1]', () => {
    const text = fc.stringMatching(/^[ -~\u00a0-\u00ff]{0,15}$/);
    const token = fc.stringMatching(/^[!#$%&'*+.^_`|~a-z\d-]{1,10}$/);
    const plain = (word: string) =>
      dumpOf({ rawPath: `/${word}`, rawQuery: word.replaceAll('&', '+') || 'x', headers: { 'x-a': word || 'x' } });
    const tags = skeleton(dumpPage(plain('x')).html);
    fc.assert(
      fc.property(text, (word) => {
        expect(skeleton(dumpPage(plain(word)).html)).toEqual(tags);
      }),
    );
    fc.assert(
      fc.property(token, (name) => {
        const names = skeleton(dumpPage(dumpOf({ headers: { [name]: '1', cookie: `${name}=1` } })).html);
        expect(new Set(names)).toEqual(new Set(tags));
      }),
    );
  });
});
