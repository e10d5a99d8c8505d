import { describe, expect, test } from '@jest/globals';
import { namesOf, valuesOf, wire } from '../helpers/wire.ts';

const clientIp = '198.51.100.7';

describe('through the whole chain', () => {
  const { send, backendUrl } = wire();

  test("Host is the backend's, once and in front, whatever the client says [H9 H25 H43]", async () => {
    const sent = await send({ host: 'evil.example, evil2.example', 'x-a': '1' }, {}, { HOST_HEADER: 'backend' });
    expect(valuesOf(sent, 'host')).toEqual([new URL(backendUrl()).host]);
    expect(namesOf(sent)[0]?.toLowerCase()).toBe('host');
  });

  test.each(['client', 'auto', ''])('Host is the public one with HOST_HEADER=%s [H9]', async (mode) => {
    const sent = await send({ host: 'evil.example' }, {}, { HOST_HEADER: mode });
    expect(valuesOf(sent, 'host')).toEqual([String(valuesOf(sent, 'x-forwarded-host'))]);
    expect(valuesOf(sent, 'host')[0]).toMatch(/\.lambda-url\./);
  });

  test.each(['client', 'auto'])(
    'Host is the one that a trusted proxy names, not the function’s, with HOST_HEADER=%s [H9 H10]',
    async (mode) => {
      const env = { HOST_HEADER: mode, TRUST_FORWARDED: 'true' };
      const sent = await send({ 'x-forwarded-host': 'www.example' }, {}, env);
      expect(valuesOf(sent, 'host')).toEqual(['www.example']);
    },
  );

  test('Host is the name that HOST_HEADER has [H9]', async () => {
    const sent = await send({ host: 'evil.example' }, {}, { HOST_HEADER: 'intra.example:8080' });
    expect(valuesOf(sent, 'host')).toEqual(['intra.example:8080']);
  });

  test('what a client claims of its way here is replaced by what AWS says [H10 H11 H12]', async () => {
    const sent = await send({
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'http',
      'x-forwarded-port': '80',
      'x-forwarded-for': '10.0.0.1',
    });
    expect(valuesOf(sent, 'x-forwarded-host')[0]).toMatch(/\.lambda-url\./);
    expect(valuesOf(sent, 'x-forwarded-proto')).toEqual(['https']);
    expect(valuesOf(sent, 'x-forwarded-port')).toEqual(['443']);
    expect(valuesOf(sent, 'x-forwarded-for')).toEqual([clientIp]);
  });

  test('what a trusted proxy says is kept, and the address appended [H10 H14]', async () => {
    const forwarded = 'for="[2001:db8::1]";proto=https';
    const sent = await send(
      { 'x-forwarded-host': 'www.example', 'x-forwarded-for': '2001:db8::1', forwarded },
      { sourceIp: '2001:db8::2' },
      { TRUST_FORWARDED: 'true' },
    );
    expect(valuesOf(sent, 'x-forwarded-host')).toEqual(['www.example']);
    expect(valuesOf(sent, 'x-forwarded-for')).toEqual(['2001:db8::1, 2001:db8::2']);
    const [continued = ''] = valuesOf(sent, 'forwarded');
    expect(continued.startsWith(`${forwarded}, `)).toBe(true);
    expect(continued).toContain('for="[2001:db8::2]"');
  });

  test('Forwarded is dropped unless it is trusted, and never begun [H14]', async () => {
    expect(valuesOf(await send({ forwarded: 'for=10.0.0.1' }), 'forwarded')).toEqual([]);
    expect(valuesOf(await send({}, {}, { TRUST_FORWARDED: 'true' }), 'forwarded')).toEqual([]);
  });

  const variables = [
    'x-original-url',
    'x-rewrite-url',
    'x-forwarded-prefix',
    'x-forwarded-uri',
    'x-forwarded-method',
    'Script-Name',
    'SCRIPT_NAME',
    'PATH_INFO',
    'REMOTE_USER',
    'X-Accel-Mapping',
    'X-Sendfile-Type',
  ];
  const clientFields = ['x-forwarded-server', 'front-end-https', 'x-host', 'x-http-host-override', 'x-original-host'];
  const addresses = [
    'x-real-ip',
    'x-client-ip',
    'true-client-ip',
    'cf-connecting-ip',
    'client-ip',
    'wl-proxy-client-ip',
  ];

  test.each(variables)('%s, which could replace the path or a variable, is always dropped [H15]', async (name) => {
    for (const TRUST_FORWARDED of ['true', 'false']) {
      expect(valuesOf(await send({ [name]: '/admin' }, {}, { TRUST_FORWARDED }), name.toLowerCase())).toEqual([]);
    }
  });

  test.each(clientFields)('%s, which names the public host, passes only from a trusted proxy [H15]', async (name) => {
    expect(valuesOf(await send({ [name]: '10.0.0.1' }), name)).toEqual([]);
    const trusted = await send({ [name]: '10.0.0.1' }, {}, { TRUST_FORWARDED: 'true' });
    expect(valuesOf(trusted, name)).toEqual(['10.0.0.1']);
  });

  test.each(addresses)(
    '%s, which names the client, passes only where CLIENT_IP_HEADER names it [H15]',
    async (name) => {
      const claim = { [name]: '10.0.0.1' };
      expect(valuesOf(await send(claim, {}, { CLIENT_IP_HEADER: name }), name)).toEqual([]);
      expect(valuesOf(await send(claim, {}, { TRUST_FORWARDED: 'true' }), name)).toEqual([]);
      const named = await send(claim, {}, { TRUST_FORWARDED: 'true', CLIENT_IP_HEADER: name });
      expect(valuesOf(named, name)).toEqual(['10.0.0.1']);
    },
  );

  test('of several X-Forwarded-Host the last counts, for the backend and for redirects [H10 R17]', async () => {
    const sent = await send({ 'x-forwarded-host': 'evil.example, www.example' }, {}, { TRUST_FORWARDED: 'true' });
    expect(valuesOf(sent, 'x-forwarded-host')).toEqual(['www.example']);
  });

  test.each([
    'x_forwarded_for',
    'x_real_ip',
    'X_Original-URL',
    'transfer_encoding',
    'proxy_connection',
    'content_length',
    'X.Forwarded.For',
    'X!Forwarded!Proto',
    'X~Original~URL',
    'X-Forwarded_Host',
    "X'Forwarded'Host",
    'Script.Name',
    'HTTP_X_FORWARDED_FOR',
    'CDN.Loop',
  ])('the alias %s is dropped, trusted or not [H16]', async (name) => {
    for (const TRUST_FORWARDED of ['true', 'false']) {
      const sent = await send({ [name]: '7', plain_name: 'kept' }, {}, { TRUST_FORWARDED });
      expect(namesOf(sent).map((each) => each.toLowerCase())).not.toContain(name.toLowerCase());
      expect(valuesOf(sent, 'plain_name')).toEqual(['kept']);
    }
  });

  test('by default Via passes unchanged and none is added; CDN-Loop is continued [H17 H19]', async () => {
    const sent = await send({ via: '1.0 fred, 1.1 p.example', 'cdn-loop': 'foo; a=1, bar' });
    expect(valuesOf(sent, 'via')).toEqual(['1.0 fred, 1.1 p.example']);
    expect(valuesOf(sent, 'cdn-loop').join()).toMatch(/^foo; a=1, bar, lambda-rproxy-[\da-f]{8}$/);
    expect(valuesOf(await send(), 'via')).toEqual([]);
  });

  test('Via and CDN-Loop are continued with VIA=on, with a pseudonym [H17 H19]', async () => {
    const on = { VIA: 'on' };
    const sent = await send({ via: '1.0 fred, 1.1 p.example', 'cdn-loop': 'foo; a=1, bar' }, {}, on);
    expect(valuesOf(sent, 'via').join()).toMatch(/^1\.0 fred, 1\.1 p\.example, 1\.1 lambda-rproxy-[\da-f]{8}$/);
    expect(valuesOf(sent, 'cdn-loop').join()).toMatch(/^foo; a=1, bar, lambda-rproxy-[\da-f]{8}$/);
    expect(valuesOf(await send({}, {}, on), 'via').join()).toMatch(/^1\.1 lambda-rproxy-[\da-f]{8}$/);
  });

  test.each(['via', 'cdn-loop'])('a request that comes back is refused for its %s alone [H18]', async (name) => {
    const seen = valuesOf(
      await send({ [name]: name === 'via' ? '1.1 other' : 'other; x=1' }, {}, { VIA: 'on' }),
      name,
    ).join();
    const { result, lines } = await send({ [name]: `${seen}, ${name === 'via' ? '1.1 third' : 'third'}` });
    expect([result.statusCode, lines]).toEqual([508, undefined]);
    expect(result.headers['proxy-status']).toBe('lambda-rproxy; error=proxy_loop_detected');
  });

  test("NO_HEADERS forwards only what the body needs, and keeps the loop's traces [H40 H18 H19]", async () => {
    const headers = {
      accept: 'a/b',
      cookie: 'a=1',
      authorization: 'x',
      'accept-encoding': 'br',
      'x-a': '1',
      via: '1.1 b',
    };
    const more = { 'content-type': 'text/plain', 'content-encoding': 'identity', 'cdn-loop': 'b' };
    const request = { method: 'POST', body: 'hello' };
    const sent = await send({ ...headers, ...more }, request, { NO_HEADERS: 'true' });
    const own = [
      'host',
      'x-forwarded-proto',
      'x-forwarded-host',
      'x-forwarded-port',
      'x-forwarded-for',
      'x-request-id',
    ];
    expect(
      namesOf(sent)
        .map((name) => name.toLowerCase())
        .sort(),
    ).toEqual([...own, 'cdn-loop', 'connection', 'content-encoding', 'content-length', 'content-type', 'via'].sort());
    expect(valuesOf(sent, 'via')).toEqual(['1.1 b']);
    expect(valuesOf(sent, 'cdn-loop').join()).toMatch(/^b, lambda-rproxy-/);
    const again = { via: valuesOf(sent, 'via').join(), 'cdn-loop': valuesOf(sent, 'cdn-loop').join() };
    expect((await send(again, request, { NO_HEADERS: 'true' })).result.statusCode).toBe(508);
  });
});
