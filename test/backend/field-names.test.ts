import { describe, expect, test } from '@jest/globals';
import { listFields } from '../../src/backend/field-names.ts';
import { httpResponse, scriptedBackend } from '../helpers/scripted-backend.ts';
import { exchangeBytes, startTestServer } from '../helpers/web-server.ts';
import { namesOf, wire } from '../helpers/wire.ts';

const canonical = (name: string) => listFields(Object.fromEntries([[name, '']]))[0];

describe('The name of a field', () => {
  // As Go's textproto.CanonicalMIMEHeaderKey has them.
  test.each([
    ['content-length', 'Content-Length'],
    ['x-forwarded-for', 'X-Forwarded-For'],
    ['host', 'Host'],
    ['www-authenticate', 'Www-Authenticate'],
    ['etag', 'Etag'],
    ['te', 'Te'],
    ['dnt', 'Dnt'],
    ['x-b3-traceid', 'X-B3-Traceid'],
    ['sec-ch-ua', 'Sec-Ch-Ua'],
    ['sec-websocket-key', 'Sec-Websocket-Key'],
    ['x--a', 'X--A'],
    ['-a', '-A'],
    ['a_b-c_d', 'A_b-C_d'],
    ['x.y-z', 'X.y-Z'],
    ['2fa-code', '2fa-Code'],
    ['!-x', '!-X'],
    ['42', '42'],
    ['__proto__', '__proto__'],
    ['constructor', 'Constructor'],
  ])('%s goes out as %s [H51]', (name, expected) => {
    expect(canonical(name)).toBe(expected);
    expect(canonical(name)).toBe(expected);
  });

  test('is right for more names than are remembered [H51]', () => {
    for (let count = 0; count < 2000; count += 1) expect(canonical(`x-name-${count}-a`)).toBe(`X-Name-${count}-A`);
    expect(canonical('content-type')).toBe('Content-Type');
  });
});

describe('The fields of a request', () => {
  const { send } = wire();

  test('go out in canonical case, those of the proxy and of Node as well [H51]', async () => {
    const headers = {
      'accept-language': 'en',
      'x-custom_field': '1',
      DNT: '1',
      'content-type': 'text/plain',
      te: 'trailers',
    };
    const sent = await send(headers, { method: 'POST', body: 'text' }, { VIA: 'on' });
    const names = namesOf(sent);
    expect(names).toEqual(
      expect.arrayContaining(['Host', 'Accept-Language', 'X-Custom_field', 'Dnt', 'Content-Length', 'Connection']),
    );
    expect(names).toEqual(
      expect.arrayContaining(['X-Forwarded-For', 'X-Forwarded-Proto', 'X-Request-Id', 'Cdn-Loop', 'Via']),
    );
    expect(names.filter((name) => !/^(?:[A-Z\d][a-z\d_]*)(?:-[A-Z\d][a-z\d_]*)*$/.test(name))).toEqual([]);
    expect(names[0]).toBe('Host');
    expect(new Set(names).size).toBe(names.length);
  });

  test('go out in canonical case with a body that is still coming in [H51]', async () => {
    const backend = await scriptedBackend(httpResponse('fine'));
    const server = await startTestServer({ REMOTE_URL: backend.url });
    const chunks = 'Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n4\r\nbody\r\n0\r\n\r\n';
    await exchangeBytes(server.port, `PUT / HTTP/1.1\r\nhost: x\r\nx-a: 1\r\n${chunks}`);
    expect(backend.requests[0]).toMatch(/\r\nX-A: 1\r\n[\s\S]*\r\nTransfer-Encoding: chunked\r\n/);
    await server.drain();
    await backend.close();
  });
});
