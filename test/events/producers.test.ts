import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sourceOf } from '../../src/events/index.ts';
import { eventFixture } from '../helpers/event-fixtures.ts';
import { handlerWith } from '../helpers/lambda.ts';
import { type RecordingBackend, recordingBackend } from '../helpers/recording-backend.ts';

const gateway = { ip: '198.51.100.7', host: 'api.example.com', protocol: 'https', port: 443 };
const rest = { ...gateway, host: 'a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com' };
const url = { ...gateway, host: 'abcdefghijklmnopqrstuvwxyz012345.lambda-url.eu-central-1.on.aws' };
const lattice = {
  ip: '192.0.2.10',
  host: 'svc-0123.7d67968.vpc-lattice-svcs.eu-central-1.on.aws',
  protocol: 'https',
  port: 443,
};

/** Each event, and the parts of its request that are told. */
const expected: readonly (readonly [fixture: string, request: Record<string, unknown>])[] = [
  [
    'localstack-function-url',
    {
      source: 'function-url',
      rawPath: '/shop/a%20b',
      client: {
        ip: 'unknown',
        host: 'x7k2.lambda-url.eu-central-1.localhost.localstack.cloud:4566',
        protocol: 'http',
        port: 4566,
      },
    },
  ],
  [
    'architect-sandbox',
    { source: 'http-api', client: { ip: '127.0.0.1', host: '127.0.0.1:3333', protocol: 'http', port: 3333 } },
  ],
  ['serverless-aws-lambda-ipv6', { client: { ip: '::1', host: '[::1]:9999', protocol: 'http', port: 9999 } }],
  ['http-api-mutual-tls', { rawPath: '/shop/a%20b', rawQuery: 'x=1', client: gateway }],
  [
    'sam-generate-event-http-api',
    {
      method: 'POST',
      rawPath: '/path/to/resource',
      rawQuery: 'parameter1=value1&parameter1=value2',
      body: Buffer.from('{"a":1}'),
      client: { ...gateway, ip: '192.0.2.1' },
    },
  ],
  [
    'hand-made-nulls',
    { rawPath: '', rawQuery: '', client: { ip: 'unknown', host: 'unknown', protocol: 'https', port: 443 } },
  ],
  ['hand-made-query-alone', { rawQuery: 'a=1&b=x%20y%26z' }],
  ['hand-made-numbers', { headers: expect.objectContaining({ 'x-count': '7' }) }],
  ['cloudfront-oac', { source: 'function-url', client: url }],
  ['presigned-function-url', { rawQuery: 'x=1&y=2' }],
  [
    'sam-local-rest',
    {
      source: 'rest-api',
      rawPath: '/shop/a b',
      client: { ip: '127.0.0.1', host: '127.0.0.1:3000', protocol: 'http', port: 3000 },
    },
  ],
  ['console-rest-proxy-test', { client: { ...rest, ip: '127.0.0.1' } }],
  ['rest-mutual-tls-ipv6', { client: { ...rest, ip: '2001:db8::7' } }],
  ['hand-made-rest-no-identity', { rawPath: '/x', client: { ...rest, ip: 'unknown' } }],
  ['hand-made-rest-empty-lists', { rawQuery: 'x=1', headers: expect.objectContaining({ accept: '*/*' }) }],
  ['rest-gzip-decoded', { body: Buffer.from('{"a":1}') }],
  ['rest-gzip-kept', { headers: expect.objectContaining({ 'content-encoding': 'gzip' }) }],
  [
    'load-balancer-preserve',
    {
      source: 'alb',
      rawQuery: 'x=%31',
      body: Buffer.from('a=1'),
      client: { ip: 'unknown', host: 'www.example.org', protocol: 'https', port: 443 },
    },
  ],
  ['load-balancer-empty-lists', { source: 'alb', headers: expect.objectContaining({ 'x-forwarded-proto': 'https' }) }],
  [
    'lattice-v1-get',
    { source: 'lattice-v1', method: 'GET', rawPath: '/shop/a%20b', rawQuery: 'x=1&y=a+b', client: lattice },
  ],
  [
    'lattice-v1-post',
    {
      source: 'lattice-v1',
      rawPath: '/shop',
      rawQuery: 'x=a%20b',
      body: Buffer.from([0xff, 0]),
      client: { ...lattice, ip: 'unknown' },
    },
  ],
  ['lattice-v2-get', { source: 'lattice-v2', method: 'GET', rawPath: '/orders', rawQuery: '', body: Buffer.alloc(0) }],
  [
    'lattice-v2-post',
    {
      source: 'lattice-v2',
      rawQuery: 'x=1&x=2',
      headers: expect.objectContaining({ cookie: 'a=1; b=2' }),
      body: Buffer.from([0xff, 0]),
      client: lattice,
    },
  ],
];

const decoded = (name: string) => {
  const event = eventFixture(name);
  return sourceOf(event).decode(event);
};

describe('The event of a producer', () => {
  test.each(expected)('%s is read as the request that it stands for [V1 V2 V3 V4]', (name, request) => {
    expect(decoded(name)).toMatchObject(request);
  });

  test.each(['cloudfront-oac', 'presigned-function-url', 'function-url-iam'])(
    '%s loses the signature and the token that the front door has consumed [V5]',
    (name) => {
      const { headers, rawQuery } = decoded(name);
      expect(headers).not.toHaveProperty('x-amz-security-token');
      expect(String(headers['authorization'])).not.toMatch(/^AWS4/);
      expect(rawQuery).not.toMatch(/X-Amz-/);
    },
  );

  test('keeps an Authorization that is no signature, which is the backend’s [V5]', () => {
    expect(decoded('presigned-function-url').headers['authorization']).toBe('Bearer backend-token');
  });

  test('that the REST API has decoded has no Content-Encoding any more [V6]', () => {
    expect(decoded('rest-gzip-decoded').headers).not.toHaveProperty('content-encoding');
  });

  test('that is unsigned keeps every parameter that is called like a signature [V5]', () => {
    const event = { ...eventFixture('function-url-get'), rawQueryString: 'X-Amz-Signature=1&X-Amz-Date=2' };
    expect(sourceOf(event).decode(event).rawQuery).toBe('X-Amz-Signature=1&X-Amz-Date=2');
  });
});

describe('An event that is refused', () => {
  test.each([
    ['authorizer-rest', /^event part methodArn /],
    ['authorizer-token', /^event part methodArn /],
    ['authorizer-http-api', /^event part routeArn /],
  ])('because it is an authorizer’s names the part: %s [V7]', (name, reason) => {
    expect(() => sourceOf(eventFixture(name))).toThrow(
      expect.objectContaining({ code: 'event_unrecognised', reason: expect.stringMatching(reason) }),
    );
  });

  test.each(['function-url-get', 'rest-api-get', 'alb-single-get'])(
    'because it has no requestContext names the part: %s [V7]',
    (name) => {
      for (const requestContext of [undefined, null, 'text']) {
        const event = { ...eventFixture(name), requestContext };
        expect(() => sourceOf(event)).toThrow(
          expect.objectContaining({ reason: expect.stringMatching(/requestContext/) }),
        );
      }
    },
  );

  const illegal = ['a\r\nb: c', 'a b', 'a/b', 'a@b', 'a,b', 'a:1:2', 'a:x', '[a', 'ü', 'a\u0000'];
  const events = ['function-url-get', 'http-api-json', 'rest-api-get', 'payload-1.0-get'];

  test.each(events)('because its host is illegal names it, whichever part it stands in: %s [V2]', (name) => {
    for (const host of illegal) {
      const event = eventFixture(name);
      const requestContext = { ...(event['requestContext'] as object), domainName: host };
      const fallback = { ...(event['requestContext'] as object), domainName: null };
      const multiValueHeaders = event['multiValueHeaders'] && { host: [host] };
      for (const wrong of [
        { ...event, requestContext },
        { ...event, requestContext: fallback, headers: { host }, multiValueHeaders },
      ]) {
        // A Function URL is told by its domain name; an illegal one is an HTTP API's.
        expect(() => sourceOf(wrong).decode(wrong)).toThrow(
          expect.objectContaining({ code: 'bad_request', reason: expect.stringMatching(/must be a host name$/) }),
        );
      }
    }
  });

  test.each(['lattice-v1-get', 'lattice-v2-post', 'load-balancer-preserve'])(
    'because its fields name an illegal host or address: %s [V2]',
    (name) => {
      for (const [field, value] of illegal.flatMap((text) => [
        ['host', text],
        ['x-forwarded-for', `${text}, ${text}`],
      ])) {
        const event = eventFixture(name);
        const isList = Array.isArray((event['headers'] as Record<string, unknown>)['host']);
        const wrong = {
          ...event,
          headers: { ...(event['headers'] as object), [String(field)]: isList ? [value] : value },
        };
        expect(() => sourceOf(wrong).decode(wrong)).toThrow(expect.objectContaining({ code: 'bad_request' }));
      }
    },
  );

  test.each(['1.2.3.4\r\nx: y', '1.2.3.4:', '[::1', '1.2.3.4:1:2', 'a,b', '::1%eth0', '1.2.3.999:80'])(
    'because its address is %j names the part [V3]',
    (sourceIp) => {
      const event = eventFixture('rest-api-get');
      const requestContext = { ...(event['requestContext'] as object), identity: { sourceIp } };
      expect(() => sourceOf(event).decode({ ...event, requestContext })).toThrow(
        expect.objectContaining({ reason: 'event part requestContext.identity.sourceIp must be an address' }),
      );
    },
  );
});

describe('Through the whole chain', () => {
  let backend: RecordingBackend;
  beforeAll(async () => {
    backend = await recordingBackend();
  });
  afterAll(() => backend.close());

  test('an event without an address is refused by ALLOWED_CIDRS, whatever its fields say [V3]', async () => {
    const handler = handlerWith({ REMOTE_URL: backend.url, ALLOWED_CIDRS: '0.0.0.0/0,::/0' });
    const names = [
      'hand-made-nulls',
      'localstack-function-url',
      'hand-made-rest-no-identity',
      'load-balancer-preserve',
    ];
    for (const name of [...names, 'lattice-v1-post']) {
      expect([name, (await handler(eventFixture(name))).statusCode]).toEqual([name, 403]);
    }
    expect(backend.requests).toHaveLength(0);
  });

  test('an address with a port is in its network [V3]', async () => {
    const handler = handlerWith({ REMOTE_URL: backend.url, ALLOWED_CIDRS: '198.51.100.0/24,2001:db8::/32' });
    for (const [name, address] of [
      ['http-api-mutual-tls', '198.51.100.7'],
      ['rest-mutual-tls-ipv6', '2001:db8::7'],
    ] as const) {
      expect((await handler(eventFixture(name))).statusCode).toBe(200);
      expect(backend.requests.at(-1)?.headers['x-forwarded-for']).toMatch(new RegExp(`(?:^|, )${address}$`));
    }
  });

  test('user and password of REMOTE_URL take the place of a signature that is consumed [V5]', async () => {
    const handler = handlerWith({ REMOTE_URL: backend.url.replace('//', '//ada:secret@') });
    expect((await handler(eventFixture('cloudfront-oac'))).statusCode).toBe(200);
    expect(backend.requests.at(-1)?.headers['authorization']).toBe(`Basic ${btoa('ada:secret')}`);
  });

  test('a response to VPC Lattice has a status description and one value for each field [V9]', async () => {
    for (const name of ['lattice-v1-get', 'lattice-v2-post']) {
      const result = await handlerWith({ REMOTE_URL: backend.url })(eventFixture(name));
      expect(result).toMatchObject({
        statusCode: 200,
        headers: { 'content-type': 'text/plain' },
        body: 'fine',
      });
      const source = sourceOf(eventFixture(name));
      const response = {
        statusCode: 200,
        headers: { 'x-a': ['1', '2'], 'set-cookie': ['a=1', 'b=2'] },
        body: Buffer.from('ü\0'),
      };
      expect(source.encode(response)).toMatchObject({
        statusDescription: '200 OK',
        headers: { 'x-a': '1, 2', 'set-cookie': 'a=1' },
      });
      expect(source.size(response)).toBe(Buffer.byteLength(JSON.stringify(source.encode(response))));
    }
  });
});
