import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formTarget, isOwnForm, pageReference, pageRequest, readForm } from '../../src/log-in/form.ts';
import { configWith, request } from '../helpers/http-fixtures.ts';

const type = 'application/x-www-form-urlencoded';
const post = (body: string, headers: Record<string, string> = {}) =>
  request({ method: 'POST', headers: { 'content-type': type, ...headers }, body: Buffer.from(body) });

describe('the log-in form', () => {
  test('is read as UTF-8, from bytes and from a stream [O20]', async () => {
    const body = 'username=ad%C3%A4&password=%C2%BD:+x%26&realm=Garden';
    const form = { realm: 'Garden', userPass: 'adä:½: x&' };
    expect(await readForm(post(body))).toEqual(form);
    expect(await readForm({ ...post(''), body: Readable.from([Buffer.from(body)]) })).toEqual(form);
    expect(await readForm(post(body, { 'content-type': `${type}; charset=UTF-8` }))).toEqual(form);
  });

  test.each([
    ['a colon in the user name', 'username=a%3Ab&password=x', 'colon'],
    ['a line break in the user name', 'username=a%0D%0AX-Evil:1&password=x', 'colon'],
    ['a line break in a user name without a colon', 'username=a%0Ab&password=x', 'illegal'],
    ['a line break in the password', 'username=a&password=x%0D%0AX-Evil:+1', 'illegal'],
    ['a NUL', 'username=a%00&password=x', 'illegal'],
    ['a DEL', 'username=a&password=%7F', 'illegal'],
    ['a line break in the realm', 'username=a&password=x&realm=%0Ab', 'illegal'],
    ['nothing', '', 'illegal'],
    ['empty fields', 'username=&password=', 'illegal'],
    ['no password field', 'username=a', 'illegal'],
    ['two user names', 'username=a&username=b&password=x', 'illegal'],
    ['more than 4 KB', `username=a&password=${'x'.repeat(4096)}`, 'illegal'],
  ])('with %s is not accepted [O26]', async (_, body, problem) => {
    expect(await readForm(post(body))).toBe(problem);
  });

  test.each([
    [{ 'content-type': 'multipart/form-data; boundary=x' }],
    [{ 'content-type': 'text/plain' }],
    [{ 'content-type': `${type}x` }],
    [{ 'content-type': '' }],
    [{ 'content-encoding': 'gzip' }],
  ])('is not accepted with %j [O26]', async (headers) => {
    expect(await readForm(post('username=a&password=x', headers as Record<string, string>))).toBe('illegal');
  });

  test('is not read past its limit from a stream [O26]', async () => {
    let read = 0;
    const body = Readable.from(
      (function* () {
        for (;;) {
          read += 1;
          yield Buffer.alloc(1024, 'a');
        }
      })(),
    );
    expect(await readForm({ ...post(''), body })).toBe('illegal');
    expect(read).toBeLessThan(40);
    body.destroy();
  });
});

describe('whether the form comes from this site', () => {
  const config = configWith();
  const isOwn = (headers: Record<string, string>, settings = config) => isOwnForm(request({ headers }), settings);

  test.each([
    [{ 'sec-fetch-site': 'same-origin' }, true],
    [{ 'sec-fetch-site': 'same-origin', origin: 'https://public.example' }, true],
    [{ origin: 'https://public.example' }, true],
    [{ 'sec-fetch-site': 'cross-site' }, false],
    [{ 'sec-fetch-site': 'same-site' }, false],
    [{ 'sec-fetch-site': 'none' }, false],
    [{ 'sec-fetch-site': '' }, false],
    [{ 'sec-fetch-site': 'cross-site', origin: 'https://public.example' }, false],
    [{ 'sec-fetch-site': 'same-origin, cross-site' }, false],
    [{ origin: 'https://evil.example' }, false],
    [{ origin: 'https://public.example.evil.example' }, false],
    [{ origin: 'https://public.example@evil.example' }, false],
    [{ origin: 'http://public.example' }, false],
    [{ origin: 'https://public.example:8443' }, false],
    [{ origin: 'null' }, false],
    [{ origin: '' }, false],
    [{ referer: 'https://public.example/' }, false],
    [{}, false],
  ])('%j: %s [O23]', (headers, own) => {
    expect(isOwn(headers as unknown as Record<string, string>)).toBe(own);
  });

  test('is compared with the public host of a trusted proxy in front, or that of the front door [O23]', () => {
    const trusting = configWith({ TRUST_FORWARDED: 'true' });
    const forwarded = { 'x-forwarded-host': 'www.example', 'x-forwarded-proto': 'https' };
    expect(isOwn({ ...forwarded, origin: 'https://www.example' }, trusting)).toBe(true);
    expect(isOwn({ ...forwarded, origin: 'https://www.example' })).toBe(false);
  });
});

describe('the page that a form is on', () => {
  const hostile = [
    '//evil.example/x',
    '/\\evil.example',
    '/a/\\evil.example/',
    '/a/javascript:alert(1)',
    '/..//evil.example',
    '///',
  ];

  test.each([
    ['/', '', './'],
    ['/a/b', 'x=1&y', './b?x=1&y'],
    ['/a/', '', './'],
    ['//evil.example', '', './evil.example'],
    ['/\\evil.example', '', './%5Cevil.example'],
    ['/a/javascript:alert(1)', '', './javascript:alert(1)'],
    ['/a b/c d', 'e=f g', './c%20d?e=f%20g'],
    ['/a/x\r\nSet-Cookie: y', 'z\r\nX: 1', './x%0D%0ASet-Cookie:%20y?z%0D%0AX:%201'],
  ])('%s?%s is named %s [O26]', (rawPath, rawQuery, reference) => {
    expect(pageReference({ rawPath, rawQuery })).toBe(reference);
  });

  test('is on this host for every path and query, without a line break [O26]', () => {
    const path = fc.oneof(
      fc.constantFrom(...hostile),
      fc.string({ unit: 'binary' }).map((text) => `/${text}`),
      fc.webPath().map((text) => text || '/'),
    );
    fc.assert(
      fc.property(path, fc.string({ unit: 'binary' }), (rawPath, rawQuery) => {
        const reference = pageReference({ rawPath, rawQuery });
        expect(reference).toMatch(/^\.\/[!-~]*$/);
        const page = new URL(`https://site.example${rawPath}`);
        expect(new URL(reference, page).origin).toBe('https://site.example');
      }),
    );
  });

  test('is where the form is posted to, with a parameter behind its query [O20]', () => {
    expect(formTarget({ rawQuery: '' })).toBe('?_rproxy_log_in');
    expect(formTarget({ rawQuery: 'a="b"&c' })).toBe('?a="b"&c&_rproxy_log_in');
  });

  test('is requested without the fields of the form [O20]', () => {
    const { method, headers, body } = pageRequest(
      post('x', {
        origin: 'https://public.example',
        range: 'bytes=0-1',
        'if-none-match': '"1"',
        cookie: 'a=1',
        authorization: 'Basic x',
      }),
    );
    expect([method, headers, body]).toEqual(['GET', { cookie: 'a=1' }, Buffer.alloc(0)]);
  });
});
