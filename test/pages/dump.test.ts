import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { outgoing } from '../../src/http/outgoing.ts';
import { describeRequest, dumpPage } from '../../src/pages/dump.ts';
import type { ProxyRequest } from '../../src/types.ts';
import { configWith, ownName, request } from '../helpers/http-fixtures.ts';
import { lambdaContext } from '../helpers/lambda.ts';
import { hostileTexts, skeleton, unescaped } from '../helpers/markup.ts';

const dumpOf = (parts: Partial<ProxyRequest>, env: Record<string, string> = {}) => {
  const incoming = request(parts);
  return describeRequest(incoming, outgoing(incoming, configWith(env), ownName), lambdaContext(), 1234);
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
      rawQuery: word,
      headers: { 'x-a': word, cookie: `n=${word.replaceAll(';', '')}`, 'content-type': word },
    });
    const page = dumpPage(dumpOf(parts(value))).html;
    expect(skeleton(page)).toEqual(skeleton(dumpPage(dumpOf(parts('plain'))).html));
    expect(unescaped(page)).toContain(`<dt>x-a</dt><dd>${value}</dd>`);
  });

  test('of any request opens no tag and leaves no attribute [D4 P1]', () => {
    const text = fc.stringMatching(/^[ -~\u00a0-\u00ff]{0,15}$/);
    const token = fc.stringMatching(/^[!#$%&'*+.^_`|~a-z\d-]{1,10}$/);
    const plain = (word: string) => dumpOf({ rawPath: `/${word}`, rawQuery: word, headers: { 'x-a': word || 'x' } });
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
