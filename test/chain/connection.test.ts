import { describe, expect, test } from '@jest/globals';
import { namesOf, valuesOf, wire } from '../helpers/wire.ts';

describe('what belongs to one connection, through the whole chain,', () => {
  const { send } = wire();

  test.each(['X-Foo', 'x-foo', ' ,, x-FOO\t, close,', 'close,x-foo,x-foo'])(
    'Connection: "%s" removes itself and the field that it names [H1]',
    async (connection) => {
      const sent = await send({ connection, 'x-foo': '1', 'x-bar': '2' });
      expect(namesOf(sent)).not.toContain('x-foo');
      expect(valuesOf(sent, 'x-bar')).toEqual(['2']);
      expect(valuesOf(sent, 'connection').join()).not.toMatch(/foo/i);
    },
  );

  test('Connection cannot take away what the request needs or what the proxy says [H2]', async () => {
    const named = ['host', 'cookie', 'authorization', 'via', 'cdn-loop', 'content-type', 'content-length', 'forwarded'];
    const own = ['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-port'];
    const sent = await send(
      {
        connection: [...named, ...own].join(', '),
        authorization: 'Basic YTpi',
        cookie: 'a=1',
        via: '1.1 before',
        'cdn-loop': 'before',
        'content-type': 'text/plain',
      },
      { method: 'POST', body: 'hello' },
    );
    const expected = [...named, ...own].filter((name) => name !== 'forwarded');
    expect(namesOf(sent).map((name) => name.toLowerCase())).toEqual(expect.arrayContaining(expected));
    expect(valuesOf(sent, 'authorization')).toEqual(['Basic YTpi']);
    expect(valuesOf(sent, 'via').join()).toBe('1.1 before');
    expect(sent.raw.endsWith('\r\n\r\nhello')).toBe(true);
  });

  test('Connection cannot hide a loop [H2 H18]', async () => {
    const first = await send({}, {}, { VIA: 'on' });
    const { result, lines } = await send({ connection: 'via, cdn-loop', via: valuesOf(first, 'via').join() });
    expect([result.statusCode, lines]).toEqual([508, undefined]);
  });

  test.each([
    'keep-alive',
    'proxy-connection',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
    'proxy-authenticate',
    'proxy-authorization',
    'proxy-authentication-info',
    'http2-settings',
  ])('%s never reaches the backend [H3]', async (name) => {
    const sent = await send({ [name]: 'x', 'upgrade-insecure-requests': '1' }, { method: 'POST', body: 'hello' });
    expect(namesOf(sent)).not.toContain(name);
    expect(valuesOf(sent, 'upgrade-insecure-requests')).toEqual(['1']);
    expect(valuesOf(sent, 'content-length')).toEqual(['5']);
  });

  test.each(['proxy', 'te', 'expect'])('%s is removed, whatever it says [H4 H5 H7 H8]', async (name) => {
    for (const value of ['trailers', '100-continue', 'http://evil.example', '200-ok', '']) {
      const sent = await send({ [name]: value }, { method: 'POST', body: 'hello' });
      expect([sent.result.statusCode, namesOf(sent).includes(name)]).toEqual([200, false]);
      expect(sent.raw.endsWith('\r\n\r\nhello')).toBe(true);
    }
  });

  test.each(['h2c', 'TLS/1.0', 'websocketish'])('an upgrade to %s is sent as plain HTTP [H6]', async (protocol) => {
    const sent = await send({
      connection: 'Upgrade, HTTP2-Settings',
      upgrade: protocol,
      'http2-settings': 'AAMAAABkAAQAAP__',
    });
    expect([sent.result.statusCode, valuesOf(sent, 'upgrade'), valuesOf(sent, 'http2-settings')]).toEqual([
      200,
      [],
      [],
    ]);
    expect(valuesOf(sent, 'connection').join()).not.toMatch(/upgrade/i);
  });
});
