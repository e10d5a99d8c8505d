import { describe, expect, test } from '@jest/globals';
import { bodyPreview } from '../../../src/http/redaction/body-preview.ts';
import { maskHeaders, maskUnlistedHeaders } from '../../../src/http/redaction/headers.ts';
import { maskQuery, maskUrl, maskValues } from '../../../src/http/redaction/redaction.ts';
import { secretFieldNames, secretParameterNames, secretPaths, secretValues } from './secret-placements.ts';

const field = (name: string, value: string) => JSON.stringify(maskHeaders({ [name.toLowerCase()]: value }));

const body = (content: string, type: string) => JSON.stringify(bodyPreview(Buffer.from(content), type));
const form = (content: string) => body(content, 'application/x-www-form-urlencoded');
const json = (value: unknown) => body(JSON.stringify(value), 'application/json');

const encoded = encodeURIComponent;

/** Where a name with a secret can stand, and what is shown of it. */
const placesOfNames: Readonly<Record<string, (name: string, secret: string) => string>> = {
  query: (name, secret) => maskQuery(`a=1&${name}=${secret}&b=2`),
  'query, percent-encoded': (name, secret) => maskQuery(`a=1&${encoded(name)}=${encoded(secret)}`),
  'query, name in capitals': (name, secret) => maskQuery(`${name.toUpperCase()}=${secret}`),
  'query, behind the other separator': (name, secret) => maskQuery(`a=1;${name}=${secret}`),
  'query, as a member': (name, secret) => maskQuery(`user[${name}]=${secret}&user[${name}][]=${secret}`),
  form: (name, secret) => form(`a=1&${encoded(name)}=${secret}`),
  'form of names and values': (name, secret) => form(`f[0][name]=${encoded(name)}&f[0][value]=${secret}`),
  'form, in JSON': (name, secret) => form(`payload=${encoded(JSON.stringify({ [name]: secret }))}`),
  JSON: (name, secret) => json({ [name]: secret }),
  'JSON, a list': (name, secret) => json({ [name]: [secret, { a: secret }] }),
  'JSON, nested': (name, secret) => json({ a: [{ b: { [name]: secret } }] }),
  'JSON of name and value': (name, secret) => json([{ name, value: secret }]),
  'JSON of Key and Value': (name, secret) => json({ Key: name, Value: secret }),
  'JSON, a pair': (name, secret) => json({ headers: [[name, secret]] }),
  'JSON, a flat list of names and values': (name, secret) => json(['a', 'b', name, secret]),
  'JSON Patch': (name, secret) => json([{ op: 'add', path: `/${name.replaceAll('/', '')}`, value: secret }]),
  'JSON, a URL': (name, secret) => json({ a: `https://h/?${encoded(name)}=${secret}` }),
  'JSON in JSON': (name, secret) => json({ a: JSON.stringify({ [name]: secret }) }),
  'path parameter': (name, secret) => maskUrl(`/a;${encoded(name)}=${secret}/b`),
  fragment: (name, secret) => maskUrl(`https://h/cb#a=1&${encoded(name)}=${secret}`),
  'route in a fragment': (name, secret) => maskUrl(`https://h/#/cb?${encoded(name)}=${secret}`),
  'URL in a field': (name, secret) => field('hx-current-url', `https://h/x?${encoded(name)}=${secret}`),
  'URL in a query': (name, secret) => maskQuery(`next=${encoded(`https://h/?${encoded(name)}=${secret}`)}`),
  'URL in a URL in a field': (name, secret) =>
    field('x-original-uri', `/login?next=${encoded(`/x?${encoded(name)}=${secret}`)}`),
  'JSON in a query': (name, secret) => maskQuery(`q=${encoded(JSON.stringify({ [name]: secret }))}`),
  'JSON in a field': (name, secret) => field('x-custom', JSON.stringify({ a: { [name]: secret } })),
  'text of a field': (name, secret) => field('x-custom', `a=1; ${encoded(name)}=${secret}`),
  'list in a field': (name, secret) => field('x-custom', `a=1, ${encoded(name)}="${secret}"`),
  Referer: (name, secret) => field('referer', `https://h/x?${encoded(name)}=${secret}`),
  Location: (name, secret) => field('location', `/x?${encoded(name)}=${secret}`),
  Refresh: (name, secret) => field('refresh', `0; url=/x?${encoded(name)}=${secret}`),
  Link: (name, secret) => field('link', `</x?${encoded(name)}=${secret}>; rel=next`),
  'query of a request that nobody traced': (name, secret) => maskValues(`a=1&${encoded(name)}=${secret}`),
};

describe('of a secret parameter nothing is shown', () => {
  test.each(Object.keys(placesOfNames))('%s [D4 D6 D9]', (place) => {
    const show = placesOfNames[place] as (name: string, secret: string) => string;
    const leaked = secretParameterNames.filter((name) => show(name, 's3cret').includes('s3cret'));
    expect(leaked).toEqual([]);
  });
});

describe('of a secret field nothing is shown', () => {
  test('as a field [D4 D6]', () => {
    expect(secretFieldNames.filter((name) => field(name, 's3cret').includes('s3cret'))).toEqual([]);
  });

  test('as a field that comes twice [D4 D6]', () => {
    const shown = (name: string) => JSON.stringify(maskHeaders({ [name.toLowerCase()]: ['a', 's3cret'] }));
    expect(secretFieldNames.filter((name) => shown(name).includes('s3cret'))).toEqual([]);
  });

  test('as a member of JSON [D9]', () => {
    expect(secretFieldNames.filter((name) => json({ headers: { [name]: 's3cret' } }).includes('s3cret'))).toEqual([]);
  });

  test('as a parameter [D4 D6]', () => {
    expect(secretFieldNames.filter((name) => maskQuery(`${name}=s3cret`).includes('s3cret'))).toEqual([]);
  });

  test('as a field of a request that nobody traced [D7]', () => {
    const shown = (name: string) => JSON.stringify(maskUnlistedHeaders({ [name.toLowerCase()]: 's3cret' }));
    expect(secretFieldNames.filter((name) => shown(name).includes('s3cret'))).toEqual([]);
  });
});

/** Where a value can stand whose name tells nothing. */
const placesOfValues: Readonly<Record<string, (value: string) => string>> = {
  field: (value) => field('x-custom', value),
  'field with text before it': (value) => field('x-custom', `seen ${value}`),
  'field with a name before it': (value) => field('x-custom', `a=1, b=${value}`),
  'field in quotes': (value) => field('x-custom', `"${value}"`),
  query: (value) => maskQuery(`a=1&q=${encoded(value)}&b=2`),
  'query without a name': (value) => maskQuery(encoded(value)),
  form: (value) => form(`q=${encoded(value)}`),
  JSON: (value) => json({ a: { b: [{ q: value }] } }),
  'JSON, a list': (value) => json({ q: ['x', 'y', value] }),
  'URL in a field': (value) => field('hx-current-url', `https://h/x?q=${encoded(value)}`),
  'URL in a query': (value) => maskQuery(`next=${encoded(`https://h/?q=${encoded(value)}`)}`),
  'JSON in a query': (value) => maskQuery(`q=${encoded(JSON.stringify({ q: value }))}`),
  'Referer with a query': (value) => field('referer', `https://h/x?q=${encoded(value)}`),
  'query of a request that nobody traced': (value) => maskValues(`q=${encoded(value)}`),
  'field of a request that nobody traced': (value) => JSON.stringify(maskUnlistedHeaders({ 'x-custom': value })),
};

describe('of a value that looks like a secret nothing is shown', () => {
  test.each(Object.keys(placesOfValues))('%s [D4 D6 D9]', (place) => {
    const show = placesOfValues[place] as (value: string) => string;
    const leaked = secretValues.filter(([, value, secret]) => {
      const shown = show(value);
      return shown.includes(secret) || shown.includes(encoded(secret));
    });
    expect(leaked.map(([kind, value]) => [kind, show(value)])).toEqual([]);
  });
});

describe('of a credential in a path nothing is shown', () => {
  test.each(secretPaths)('%s [D4 D6]', (path, secret) => {
    expect(maskUrl(path)).not.toContain(secret);
    expect(maskUrl(`https://h.example${path}?a=1`)).not.toContain(secret);
    expect(field('x-original-uri', path)).not.toContain(secret);
    expect(maskQuery(`next=${encoded(path)}`)).not.toContain(secret);
  });
});

describe('of fields with a form of their own nothing is shown', () => {
  test.each([
    ['www-authenticate', 'Negotiate s3cret'],
    ['www-authenticate', 'Negotiate TlRMTVNTUAACs3cret=='],
    ['www-authenticate', 'Basic realm="x", Negotiate s3cret'],
    ['www-authenticate', 'Digest realm="x", nonce="s3cret", opaque=s3cret'],
    ['www-authenticate', 'Bearer realm="https://h/?token=s3cret"'],
    ['set-cookie2', 'a=1; Path=/, b=s3cret'],
    ['set-cookie', 'a=1; Path=/, b=s3cret'],
    ['set-cookie', 'a=1; Domain=x, sid=s3cret; Secure'],
    ['cookie2', '$Version=1; sid=s3cret'],
    ['hx-current-url', 'https://h/?token=s3cret'],
    ['hx-redirect', '/cb?code=s3cret'],
    ['hx-location', '{"path":"/cb?code=s3cret"}'],
    ['hx-push-url', '/cb?code=s3cret'],
    ['turbo-location', '/cb?code=s3cret'],
    ['x-original-uri', '/x?api_key=s3cret'],
    ['next-url', '/x?token=s3cret'],
    ['x-inertia-location', '/x?token=s3cret'],
    ['sourcemap', '/app.js.map?token=s3cret'],
    ['x-accel-redirect', '/x?token=s3cret'],
    ['origin', 'https://ada:s3cret@h.example'],
    ['referer', 'https://ada:s3cret@h.example/'],
    ['from', 'ada:s3cret@h.example'],
    ['forwarded', 'for=1.2.3.4;host="ada:s3cret@h"'],
    ['user-agent', 'curl/8 (token=s3cret)'],
    ['user-agent', 'agent https://ada:s3cret@h/'],
    ['sec-websocket-protocol', 'access_token, s3cret'],
    ['sec-websocket-protocol', 'base64url.bearer.authorization.k8s.io.czNjcmV0'],
    ['content-security-policy', "default-src 'self'; report-uri https://ada:s3cret@h/"],
    ['report-to', '{"endpoints":[{"url":"https://h/?token=s3cret"}]}'],
    ['access-control-allow-origin', 'https://ada:s3cret@h.example'],
    ['x-ratelimit', 'key=s3cret'],
  ])('%s: %s [D4 D6]', (name, value) => {
    const shown = field(name, value);
    expect(shown).not.toContain('s3cret');
    expect(shown).not.toContain('czNjcmV0');
  });
});

test('a name that is a secret itself is not shown [D6 D7]', () => {
  const key = 'q7Jx2KdP9vLm4Rt8Wz1Bn6Yc3Hs5Fg';
  for (const query of [`${key}=1`, `${key}==`, `a=1&${key}`, `${key}=`]) {
    expect(maskQuery(query)).not.toContain(key);
    expect(maskValues(query)).not.toContain(key);
  }
});
