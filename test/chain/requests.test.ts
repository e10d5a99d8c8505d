import { describe, expect, test } from '@jest/globals';
import { eventFor } from '../helpers/events.ts';
import { handlerWith } from '../helpers/lambda.ts';
import { scriptedBackend } from '../helpers/scripted-backend.ts';
import { namesOf, valuesOf, wire } from '../helpers/wire.ts';

const clientIp = '198.51.100.7';

describe('a request, through the whole chain,', () => {
  const { send } = wire();

  test('OPTIONS counts down Max-Forwards, and is answered here when it may go no further [H20]', async () => {
    const options = { method: 'OPTIONS' };
    expect(valuesOf(await send({ 'max-forwards': '7' }, options), 'max-forwards')).toEqual(['6']);
    expect(valuesOf(await send({ 'max-forwards': '1' }, options), 'max-forwards')).toEqual(['0']);
    const { result, lines } = await send({ 'max-forwards': '0' }, options);
    expect([result.statusCode, result.body, lines]).toEqual([200, '', undefined]);
    expect(result.headers).toMatchObject({ allow: expect.stringMatching(/\bOPTIONS\b/), 'cache-control': 'no-store' });
    expect(result.headers).not.toHaveProperty('content-type');
  });

  test.each(['-1', 'x', '', '1, 2', '0x1', '1.5'])(
    'Max-Forwards of other methods, or with "%s" for a number, stays as it is [H20]',
    async (value) => {
      expect(valuesOf(await send({ 'max-forwards': value }, { method: 'OPTIONS' }), 'max-forwards')).toEqual([value]);
      expect(valuesOf(await send({ 'max-forwards': '0' }, { method: 'GET' }), 'max-forwards')).toEqual(['0']);
    },
  );

  test.each(['chunked', 'gzip, chunked', 'identity'])(
    'Transfer-Encoding: %s is removed, and the length counted [H22]',
    async (coding) => {
      const sent = await send({ 'transfer-encoding': coding }, { method: 'POST', body: '5\r\nhello\r\n0\r\n\r\n' });
      expect(valuesOf(sent, 'transfer-encoding')).toEqual([]);
      expect(valuesOf(sent, 'content-length')).toEqual(['15']);
      expect(sent.raw.endsWith('\r\n\r\n5\r\nhello\r\n0\r\n\r\n')).toBe(true);
    },
  );

  test.each(['', '-1', '+3', '3, 3', '3, 4', ' 3', '0', '4', '99999999999999999999', '0x5', 'five'])(
    'Content-Length: "%s" makes no difference [H23 H25]',
    async (value) => {
      const sent = await send({ 'content-length': value }, { method: 'POST', body: 'hello' });
      expect(valuesOf(sent, 'content-length')).toEqual(['5']);
      expect([sent.raw.split('\r\n\r\n')[1], sent.result.statusCode]).toEqual(['hello', 200]);
    },
  );

  test('several values of Content-Type and Authorization pass as AWS joined them [H25]', async () => {
    const sent = await send({ 'content-type': 'text/plain,text/html', authorization: 'Basic a,Bearer b' });
    expect(valuesOf(sent, 'content-type')).toEqual(['text/plain,text/html']);
    expect(valuesOf(sent, 'authorization')).toEqual(['Basic a,Bearer b']);
  });

  test.each(['a\r\nb: c', 'a\nb', 'a\rb', 'a\0b', '\u0001', '\u007f', 'a\u000bb'])(
    'a control character in a value is a 400, and nothing is sent [H28]',
    async (value) => {
      for (const name of ['x-a', 'te', 'x-forwarded-for']) {
        const { result, lines } = await send({ [name]: value });
        expect([name, result.statusCode, lines]).toEqual([name, 400, undefined]);
      }
    },
  );

  test.each(['x a', 'x:', 'x\r\ny', '', 'é', 'x(y)', ' x', 'x\0'])(
    'the name "%s" is no token, so it is a 400, and nothing is sent [H28 H29]',
    async (name) => {
      const { result, lines } = await send({ [name]: '1' });
      expect([result.statusCode, lines]).toEqual([400, undefined]);
    },
  );

  test.each(['constructor', 'hasownproperty', 'tostring', 'prototype'])(
    '%s is a field like any other [H30]',
    async (name) => {
      expect(valuesOf(await send({ [name]: 'x' }), name)).toEqual(['x']);
    },
  );

  test('__proto__ is a field like any other [H30]', async () => {
    const sent = await send(JSON.parse('{"x-a":"1"}'), { headers: JSON.parse('{"__proto__":"x"}') });
    expect([sent.result.statusCode, valuesOf(sent, 'x-a')]).toEqual([200, ['1']]);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  test('bytes from 0x80 to 0xFF stay what they are, and an empty value stays empty [H31 H33]', async () => {
    const sent = await send({ 'x-a': '\u0080\u00e9\u00ff', 'x-b': '' });
    expect(valuesOf(sent, 'x-a')).toEqual(['\u0080\u00e9\u00ff']);
    expect(valuesOf(sent, 'x-b')).toEqual(['']);
  });

  const untouched: Readonly<Record<string, string>> = {
    'x-amz-cf-id': 'abc==',
    'x-amzn-trace-id': 'Root=1-67891233-abcdef012345678912345678',
    'x-amz-security-token': 'token',
    'x-amz-date': '20261122T000000Z',
    'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
    origin: 'https://public.example',
    referer: 'https://public.example/a?b',
    range: 'bytes=0-1, 5-',
    'if-none-match': 'W/"a", "b"',
    'if-match': '*',
    'if-modified-since': 'Wed, 21 Oct 2026 07:28:00 GMT',
    'cache-control': 'no-cache',
    'sec-fetch-site': 'cross-site',
    priority: 'u=1, i',
    dnt: '1',
    'early-data': '1',
    'content-md5': 'XUFAKrxLKna5cZ2REBfFkg==',
    'repr-digest': 'sha-256=:AAAA:',
    'content-digest': 'sha-256=:AAAA:',
    signature: 'sig1=:AAAA:',
    'signature-input': 'sig1=("@method");created=1',
  };

  test('tracing, signatures, preconditions and the like pass unchanged, in order [H37 H38 H39 H43]', async () => {
    const sent = await send(untouched);
    const fields = (sent.lines ?? []).map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 2)] as const;
    });
    expect(fields.filter(([name]) => Object.hasOwn(untouched, name))).toEqual(Object.entries(untouched));
  });

  test('what is signed or digested arrives as it was signed, compressed or not [B11]', async () => {
    const body = Buffer.from([0x1f, 0x8b, 0, 0xff, 0x0d, 0x0a]);
    const fields = { 'content-encoding': 'gzip', 'content-digest': 'sha-256=:AAAA:', 'content-type': 'a/b; c="D"' };
    const sent = await send(fields, { method: 'PUT', body });
    for (const [name, value] of Object.entries(fields)) expect(valuesOf(sent, name)).toEqual([value]);
    expect(Buffer.from(sent.raw.slice(sent.raw.indexOf('\r\n\r\n') + 4), 'latin1')).toEqual(body);
  });

  test('a header section of 60 KB is forwarded whole [H41]', async () => {
    const large = await scriptedBackend((socket) =>
      socket.write('HTTP/1.1 431 Too Large\r\nContent-Length: 0\r\n\r\n'),
    );
    const fields = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`x-${index}a`, 'v'.repeat(1000)]));
    const event = eventFor({ headers: fields });
    const { statusCode } = await handlerWith({ REMOTE_URL: large.url })(event);
    expect([statusCode, large.requests[0]?.match(/^X-\d+a: v{1000}\r$/gm)?.length]).toEqual([431, 60]);
    await large.close();
  });

  test('no field is made from path or query [H42]', async () => {
    const target = '/X-Forwarded-For:%2010.0.0.1?x-forwarded-for=10.0.0.1&X-Real-IP=10.0.0.1&authorization=x';
    const sent = await send({}, { target });
    expect(valuesOf(sent, 'x-forwarded-for')).toEqual([clientIp]);
    expect(namesOf(sent)).toEqual(namesOf(await send()));
  });

  test("the client's fields go in the order received, our own behind; names of digits go first [H43]", async () => {
    const sent = await send({ 'x-b': '1', 'x-a': '2', '12': '3', 'x-c': '4' });
    const names = namesOf(sent).map((name) => name.toLowerCase());
    const ofClient = names.filter((name) => /^x-[abc]$/.test(name));
    expect(ofClient).toEqual(['x-b', 'x-a', 'x-c']);
    expect(names.indexOf('12')).toBe(0);
    expect(names.indexOf('host')).toBe(1);
    expect(names.indexOf('cdn-loop')).toBeGreaterThan(names.indexOf('x-c'));
  });
});
