import { STATUS_CODES } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { albMulti, albSingle } from '../../src/events/alb.ts';
import { eventFixture, fixtureNames } from '../helpers/event-fixtures.ts';
import { handlerWith, rawHandlerWith } from '../helpers/lambda.ts';
import { type RecordingBackend, recordingBackend } from '../helpers/recording-backend.ts';

let backend: RecordingBackend;
beforeAll(async () => {
  backend = await recordingBackend();
});
afterAll(() => backend.close());

const modes = [
  ['single', albSingle, albMulti],
  ['multi', albMulti, albSingle],
] as const;

const nobodyElse = ['function-url', 'http-api', 'payload-1.0', 'rest-api', 'unknown'].flatMap(fixtureNames);

/** The recorded event of a mode with header fields replaced, or with `undefined` left out. */
function withFields(mode: 'single' | 'multi', fields: Record<string, string | undefined>) {
  const event = eventFixture(`alb-${mode}-get`);
  const key = mode === 'multi' ? 'multiValueHeaders' : 'headers';
  const all: Record<string, unknown> = { ...(event[key] as object) };
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) delete all[name];
    else all[name] = mode === 'multi' ? [value] : value;
  }
  return { ...event, [key]: all };
}

describe.each(modes)('An event of a load balancer in %s-value mode', (mode, source, other) => {
  const clientOf = (fields: Record<string, string | undefined>) => source.decode(withFields(mode, fields)).client;

  test('is recognised as such, and not as the other mode’s', () => {
    const names = fixtureNames(`alb-${mode}`);
    expect(names).toHaveLength(3);
    for (const name of names) {
      expect(source.recognises(eventFixture(name))).toBe(true);
      expect(other.recognises(eventFixture(name))).toBe(false);
    }
  });

  test.each(nobodyElse)('is not mistaken for another: %s', (name) => {
    expect(source.recognises(eventFixture(name))).toBe(false);
  });

  test('keeps the path, and the parameters without decoding them [M5 M21]', () => {
    const { rawPath, rawQuery } = source.decode(eventFixture(`alb-${mode}-get`));
    expect(rawPath).toBe('/capture/space%20value/a%2Fb');
    const redirect = 'redirect=https%3A%2F%2Fexample.com%2Fa%2Fb';
    const repeat = mode === 'multi' ? 'repeat=one&repeat=two' : 'repeat=two';
    expect(rawQuery).toBe(`empty=&encodedPlus=a%2Bb&literalPlus=a+b&${redirect}&${repeat}`);
  });

  test('has all values of a field, or in single-value mode the last [H24 H26]', () => {
    const { headers } = source.decode(eventFixture(`alb-${mode}-get`));
    expect(headers['x-repeated']).toBe(mode === 'multi' ? 'first,second' : 'second');
    expect(headers['cookie']).toBe(mode === 'multi' ? 'session=abc123; theme=dark' : 'theme=dark');
  });

  test('names as client the address that the load balancer appended, and nobody whom the client made up [H10 H13]', () => {
    expect(source.decode(eventFixture(`alb-${mode}-get`)).client).toEqual({
      ip: '198.51.100.7',
      host: 'rproxy-1234567890.eu-central-1.elb.amazonaws.com',
      protocol: 'https',
      port: 443,
    });
  });

  test('over plain HTTP says so, and has its port from the listener and not from Host [H11 H12]', () => {
    expect(source.decode(eventFixture(`alb-${mode}-form`))).toMatchObject({
      client: { ip: '2001:db8::7', host: 'shop.example.com:8080', protocol: 'http', port: 8080 },
      body: Buffer.from('user=ada&password=a%2Bb+c'),
    });
  });

  test('on a port of its own leads a redirect of the backend back to that port [R17]', async () => {
    const redirecting = await recordingBackend((response) =>
      response.writeHead(302, { location: `${redirecting.url}/x` }).end(),
    );
    const { headers } = await handlerWith({ REMOTE_URL: redirecting.url })(eventFixture(`alb-${mode}-form`));
    await redirecting.close();
    expect(headers['location']).toBe('http://shop.example.com:8080/x');
  });

  test.each([
    ['198.51.100.7', '198.51.100.7'],
    ['x, 198.51.100.7:4711', '198.51.100.7'],
    ['[2001:db8::7]:4711', '2001:db8::7'],
    ['[2001:db8::7]', '2001:db8::7'],
    ['2001:db8::7', '2001:db8::7'],
  ])('with X-Forwarded-For %s comes from %s [H13]', (field, ip) => {
    expect(clientOf({ 'x-forwarded-for': field }).ip).toBe(ip);
  });

  test.each(['h', 'shop.example.com:8080', '[2001:db8::7]', '[2001:db8::7]:65535'])(
    'has the host that Host names, with its port: %s',
    (host) => {
      expect(clientOf({ host }).host).toBe(host);
    },
  );

  test.each([
    ['http', undefined, 'http', 80],
    ['https', undefined, 'https', 443],
    [undefined, undefined, 'https', 443],
    ['https', '8443', 'https', 8443],
  ])('with X-Forwarded-Proto %s and -Port %s came by %s on port %i [H11 H12]', (proto, port, protocol, number) => {
    const client = clientOf({ 'x-forwarded-proto': proto, 'x-forwarded-port': port });
    expect([client.protocol, client.port]).toEqual([protocol, number]);
  });

  test.each([
    ['x-forwarded-for', 'ada'],
    ['x-forwarded-for', ''],
    ['x-forwarded-for', '198.51.100.7,'],
    ['x-forwarded-for', 'z198.51.100.7'],
    ['x-forwarded-for', '198.51.100.7z'],
    ['x-forwarded-for', '[2001:db8::7]z'],
    ['x-forwarded-for', '1.2.3.4\r\nx: y'],
    ['x-forwarded-proto', 'ftp'],
    ['x-forwarded-proto', 'xhttps'],
    ['x-forwarded-proto', 'https2'],
    ['x-forwarded-port', '443x'],
    ['x-forwarded-port', 'x443'],
    ['x-forwarded-port', '123456'],
    ['host', ''],
    ['host', 'a b'],
    ['host', 'evil.example/x'],
    ['host', 'ada@evil.example'],
    ['host', 'a.example,b.example'],
    ['host', 'a.example:80:90'],
    ['host', 'a.example:x'],
    ['host', 'a.example:123456'],
    ['host', '[::1]]'],
    ['host', '[example]'],
    ['host', 'höst.example'],
  ])('whose %s is %j is a 400 and goes nowhere [X10 S2]', async (name, value) => {
    const before = backend.requests.length;
    const event = withFields(mode, { [name]: value });
    const reason = `event part ${name} is none that a load balancer writes`;
    expect(() => source.decode(event)).toThrow(expect.objectContaining({ code: 'bad_request', reason }));
    const { statusCode } = await handlerWith({ REMOTE_URL: backend.url })(event);
    expect(statusCode).toBe(400);
    expect(backend.requests).toHaveLength(before);
  });

  test('that is a health check reaches the backend like any request, from an unknown address [A14 H13]', async () => {
    const { statusCode } = await handlerWith({ REMOTE_URL: backend.url })(eventFixture(`alb-${mode}-health-check`));
    expect(statusCode).toBe(200);
    expect(backend.requests.at(-1)?.headers).toMatchObject({
      'user-agent': 'ELB-HealthChecker/2.0',
      'x-forwarded-for': 'unknown',
    });
  });
});

test('The modes of a load balancer have names and titles of their own', () => {
  expect([albSingle.name, albSingle.title]).toEqual(['alb', 'Application Load Balancer']);
  expect([albMulti.name, albMulti.title]).toEqual(['alb-multi', 'Application Load Balancer with multi-value headers']);
});

describe('Lists of a load balancer', () => {
  test.each(['host', 'authorization', 'content-type', 'content-length'])(
    'with two values for %s are a 400 [H25]',
    (name) => {
      const event = eventFixture('alb-multi-get');
      const multiValueHeaders = { ...(event['multiValueHeaders'] as object), [name]: ['a', 'b'] };
      expect(() => albMulti.decode({ ...event, multiValueHeaders })).toThrow(
        expect.objectContaining({ code: 'bad_request' }),
      );
    },
  );
});

describe('An answer to a load balancer', () => {
  const response = {
    statusCode: 404,
    headers: { 'x-own': 'y', 'set-cookie': ['a=1; Path=/', 'b=2'] },
    body: Buffer.from('é'),
  };

  test('in multi-value mode has lists and no other fields, every Set-Cookie among them [A13 R12]', () => {
    expect(albMulti.encode(response)).toEqual({
      statusCode: 404,
      statusDescription: '404 Not Found',
      multiValueHeaders: { 'x-own': ['y'], 'set-cookie': ['a=1; Path=/', 'b=2'] },
      body: 'w6k=',
      isBase64Encoded: true,
    });
  });

  test('in single-value mode has texts and no lists, and of several cookies the first, unharmed [A13 R12]', () => {
    expect(albSingle.encode(response)).toEqual({
      statusCode: 404,
      statusDescription: '404 Not Found',
      headers: { 'x-own': 'y', 'set-cookie': 'a=1; Path=/' },
      body: 'w6k=',
      isBase64Encoded: true,
    });
  });

  test.each(
    Object.keys(STATUS_CODES)
      .map(Number)
      .filter((status) => status >= 200),
  )('describes %i as the load balancer wants it', (statusCode) => {
    expect(albMulti.encode({ ...response, statusCode })).toMatchObject({
      statusDescription: `${statusCode} ${STATUS_CODES[statusCode]}`,
    });
  });

  test('in single-value mode has the values of any field but Set-Cookie joined', () => {
    expect(albSingle.encode({ ...response, headers: { via: ['1.1 a', '1.1 b'] } })).toMatchObject({
      headers: { via: '1.1 a, 1.1 b' },
    });
  });

  test.each([albSingle, albMulti])('is as large as its JSON: $name', (source) => {
    for (const body of [response.body, Buffer.from('a "b"\n')]) {
      const whole = { ...response, body };
      expect(source.size(whole)).toBe(Buffer.byteLength(JSON.stringify(source.encode(whole))));
    }
  });

  test('describes a status without a name, too', () => {
    expect(albMulti.encode({ ...response, statusCode: 599 })).toMatchObject({ statusDescription: '599 Unknown' });
  });

  test.each(['single', 'multi'] as const)('of a failure is in the mode of the event: %s', async (mode) => {
    const result = await rawHandlerWith({ REMOTE_URL: 'nonsense' })(eventFixture(`alb-${mode}-get`));
    expect(result).toHaveProperty(mode === 'multi' ? 'multiValueHeaders' : 'headers');
    expect(result).not.toHaveProperty(mode === 'multi' ? 'headers' : 'multiValueHeaders');
    expect(result).toMatchObject({ statusCode: 500, statusDescription: '500 Internal Server Error' });
  });
});
