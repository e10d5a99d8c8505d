import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { buildBackendRequest } from '../../../src/http/request/backend-request.ts';
import { fieldChanges } from '../../../src/http/request/field-changes.ts';
import type { ProxyRequest } from '../../../src/types.ts';
import { configWith, ownName, request } from '../../helpers/http-fixtures.ts';

/** What Lambda calls the request. */
const requestId = '0d1f2a3b-0000-4000-8000-00000000abcd';

function changesOf(parts: Partial<ProxyRequest>, env: Record<string, string> = {}, keepsCodings = true) {
  const config = configWith(env);
  const incoming = request(parts);
  const { backendRequest: sent } = buildBackendRequest(incoming, config, ownName, { keepsCodings, requestId });
  return {
    sent,
    changes: fieldChanges(
      { request: incoming, config, pseudonym: ownName, keepsCodings, requestId, body: sent.body },
      sent,
    ),
  };
}

const changeOf = (name: string, parts: Partial<ProxyRequest>, env: Record<string, string> = {}, keepsCodings = true) =>
  changesOf(parts, env, keepsCodings).changes.find((field) => field.name === name);

const trusted = { TRUST_FORWARDED: 'true' };

describe('a header field', () => {
  test('that goes on as it came needs no reason [D8]', () => {
    expect(changeOf('dnt', { headers: { dnt: '1' } })).toEqual({
      name: 'dnt',
      change: 'same',
      received: '1',
      sent: '1',
      why: '',
    });
  });

  test.each<[string, string, Record<string, string>, Record<string, string>, RegExp]>([
    ['connection', 'close', {}, {}, /this connection only/],
    ['te', 'trailers', {}, {}, /this connection only/],
    ['x-a', '1', { connection: 'x-a' }, {}, /named by Connection/],
    ['expect', '100-continue', {}, {}, /body is sent at once/],
    ['proxy', 'http://x', {}, {}, /HTTP_PROXY/],
    ['x-original-url', '/x', {}, {}, /past the path filter/],
    ['x-forwarded-method', 'PUT', {}, {}, /method/],
    ['x-real-ip', '1.2.3.4', {}, {}, /only the proxy names the client/],
    ['x_forwarded_for', '1.2.3.4', {}, trusted, /take it for x-forwarded-for/],
    ['http_cdn!loop', 'a', {}, {}, /take it for cdn-loop/],
    ['script_name', '/x', {}, trusted, /CGI or WSGI variable/],
    ['x-real-ip', '1.2.3.4', {}, trusted, /CLIENT_IP_HEADER/],
    ['x-my-ip', '1.2.3.4', {}, { CLIENT_IP_HEADER: 'x-my-ip' }, /no proxy in front is trusted/],
    ['x-accel-mapping', '/=/x', {}, {}, /serve a file/],
    ['accept', '*/*', {}, { NO_HEADERS: 'true' }, /NO_HEADERS/],
  ])('%s: %s is dropped, and the rule that did it says why [D8]', (name, value, others, env, why) => {
    expect(changeOf(name, { headers: { [name]: value, ...others } }, env)).toEqual({
      name,
      change: 'dropped',
      received: value,
      sent: undefined,
      why: expect.stringMatching(why),
    });
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ['x-forwarded-for', {}, /the client and the public host/],
    ['via', { VIA: 'on' }, /every proxy adds its name/],
    ['cdn-loop', {}, /every proxy adds its name/],
    ['x-request-id', {}, /identifies the request in the log/],
    ['authorization', { REMOTE_URL: 'http://ada:pw@backend.internal' }, /user and password of REMOTE_URL/],
  ])('%s is added, and the step that did it says why [D8]', (name, env, why) => {
    expect(changeOf(name, {}, env)).toMatchObject({
      change: 'added',
      received: undefined,
      why: expect.stringMatching(why),
    });
  });

  test('is changed by a step that says why: the host, a length, a hop, a list, a destination, a coding [D8]', () => {
    const whyOf = (...parts: Parameters<typeof changeOf>) => {
      const { change, why } = changeOf(...parts) ?? {};
      return `${change}: ${why}`;
    };
    expect(whyOf('host', { headers: { host: 'public.example' } })).toMatch(/^changed: .*HOST_HEADER/);
    const posted = { method: 'POST', headers: { 'content-length': '9' }, body: Buffer.from('ab') };
    expect(whyOf('content-length', posted)).toMatch(/^changed: framed by the proxy/);
    expect(whyOf('max-forwards', { method: 'OPTIONS', headers: { 'max-forwards': '3' } })).toMatch(/^changed: one hop/);
    expect(whyOf('via', { headers: { via: '1.1 a' } }, { VIA: 'on' })).toMatch(/^changed: every proxy/);
    const forwarded = { headers: { 'x-forwarded-for': '203.0.113.1' } };
    expect(whyOf('x-forwarded-for', forwarded, trusted)).toMatch(/^changed: the client and the public host/);
    expect(whyOf('x-forwarded-for', forwarded)).toMatch(/^changed: the client and the public host/);
    const moved = { method: 'MOVE', headers: { destination: 'https://public.example/b' } };
    expect(whyOf('destination', moved)).toMatch(/^changed: the same resource at the backend/);
    expect(whyOf('accept-encoding', { headers: { 'accept-encoding': 'gzip' } }, {}, false)).toMatch(
      /^changed: a streaming/,
    );
    expect(whyOf('x-a', { headers: { 'x-a': '→' } })).toMatch(/^changed: the same text/);
  });

  test('of any request is told of once, as it came and as it goes, with a reason wherever these differ [D8]', () => {
    const names = fc.constantFrom(
      'host',
      'via',
      'te',
      'connection',
      'x-a',
      '__proto__',
      'constructor',
      'x-forwarded-for',
      'x_real_ip',
    );
    const headers = fc.dictionary(names, fc.stringMatching(/^[a-z, ]{0,8}$/));
    fc.assert(
      fc.property(headers, fc.boolean(), fc.boolean(), (fields, trust, none) => {
        const env = { TRUST_FORWARDED: String(trust), NO_HEADERS: String(none) };
        const { sent, changes } = changesOf({ headers: fields }, env);
        const all = changes.map(({ name }) => name);
        expect(new Set(all).size).toBe(all.length);
        expect(new Set(all)).toEqual(new Set([...Object.keys(fields), ...Object.keys(sent.headers)]));
        for (const { name, change, received, sent: value, why } of changes) {
          expect([name, received]).toEqual([name, Object.hasOwn(fields, name) ? fields[name] : undefined]);
          expect(value).toBe(sent.headers[name]);
          expect(change === 'same').toBe(received === value);
          expect(why === '').toBe(change === 'same');
        }
      }),
    );
  });
});
