import { describe, expect, test } from '@jest/globals';
import { httpApiV1 } from '../../src/events/http-api-v1.ts';
import { restApi } from '../../src/events/rest-api.ts';
import { eventFixture, fixtureNames } from '../helpers/event-fixtures.ts';
import { bodyText, handlerWith } from '../helpers/lambda.ts';
import { recordingBackend } from '../helpers/recording-backend.ts';

describe('An event of a REST API', () => {
  test('has a source with a name for logs and a title for people', () => {
    expect([restApi.name, restApi.title]).toEqual(['rest-api', 'API Gateway REST API']);
  });

  test.each(fixtureNames('rest-api'))('is recognised: %s', (name) => {
    expect(restApi.recognises(eventFixture(name))).toBe(true);
  });

  test.each(['function-url', 'http-api', 'payload-1.0', 'alb', 'unknown'].flatMap(fixtureNames))(
    'is not mistaken for another: %s',
    (name) => {
      expect(restApi.recognises(eventFixture(name))).toBe(false);
    },
  );

  test('keeps the path byte for byte and has no stage in it [M5 M19]', () => {
    expect(restApi.decode(eventFixture('rest-api-get')).rawPath).toBe('/capture/space%20value/a%2Fb');
  });

  test('behind a custom domain keeps the base path and names that domain, and the peer and not who is said to stand behind it [H10 H13 M19]', () => {
    const { rawPath, client } = restApi.decode(eventFixture('rest-api-custom-domain'));
    expect(rawPath).toBe('/v1/orders');
    expect(client).toEqual({ ip: '198.51.100.7', host: 'api.example.com', protocol: 'https', port: 443 });
  });

  test('has its query encoded anew, with the meaning that it had [M21]', () => {
    const { rawQuery } = restApi.decode(eventFixture('rest-api-get'));
    expect(rawQuery).toBe(
      'empty=&encodedPlus=a%2Bb&literalPlus=a%20b&redirect=https://example.com/a/b?c=d%26e&repeat=one&repeat=two',
    );
  });

  test('has names in lower case and all values of a field [H24 A3]', () => {
    const { headers } = restApi.decode(eventFixture('rest-api-get'));
    expect(headers['x-repeated']).toBe('first,second');
    expect(headers['authorization']).toBe('Bearer not.a.real.token');
    expect(Object.keys(headers).filter((name) => name !== name.toLowerCase())).toEqual([]);
  });

  test('of a form has the bytes that the browser sent, and one Cookie of the two that HTTP/2 made of it [B1 H26]', () => {
    const { body, headers } = restApi.decode(eventFixture('rest-api-form'));
    expect(body.toString()).toBe('user=ada&password=a%2Bb+c');
    expect(headers['cookie']).toBe('session=abc123; theme=dark');
  });

  test("from API Gateway's own test page is answered like any other, and nothing of the tester's account gets through", async () => {
    const backend = await recordingBackend();
    const result = await handlerWith({ REMOTE_URL: backend.url })(eventFixture('rest-api-console-test'));
    await backend.close();
    expect(bodyText(result)).toBe('fine');
    expect(backend.requests[0]?.headers['x-forwarded-for']).toBe('test-invoke-source-ip');
    expect(JSON.stringify(backend.requests)).not.toMatch(/ASIA|AIDA|123456789012/);
  });
});

describe('An event of an HTTP API with payload format 1.0', () => {
  test('has a source with a name for logs and a title for people', () => {
    expect([httpApiV1.name, httpApiV1.title]).toEqual(['http-api-v1', 'API Gateway HTTP API, payload format 1.0']);
  });

  /** The recorded event with another path, and what the gateway says the whole path was. */
  const pathOf = (path: string, whole: string | undefined = path, stage = 'prod') => {
    const event = eventFixture('payload-1.0-get');
    const requestContext = { ...(event['requestContext'] as object), path: whole, stage };
    return httpApiV1.decode({ ...event, path, requestContext }).rawPath;
  };

  test.each(fixtureNames('payload-1.0'))('is recognised: %s', (name) => {
    expect(httpApiV1.recognises(eventFixture(name))).toBe(true);
  });

  test.each(['function-url', 'http-api', 'rest-api', 'alb', 'unknown'].flatMap(fixtureNames))(
    'is not mistaken for another: %s',
    (name) => {
      expect(httpApiV1.recognises(eventFixture(name))).toBe(false);
    },
  );

  test('yields its decoded path without the stage, and a lone % encoded [M19 M20 A1]', () => {
    expect(httpApiV1.decode(eventFixture('payload-1.0-get')).rawPath).toBe('/capture/space value/ü/100%25/a/b');
  });

  test.each([
    ['/prod', '/prod', 'prod', '/'],
    ['/prod/prod/x', '/prod/prod/x', 'prod', '/prod/x'],
    ['/production', '/production', 'prod', '/production'],
    ['/prod/x', '/prod/x', '$default', '/prod/x'],
  ])(
    'at %s of the whole path %s in stage %s means %s: stripped once, at a segment edge [M19]',
    (path, whole, stage, expected) => {
      expect(pathOf(path, whole, stage)).toBe(expected);
    },
  );

  test('whose path the gateway has already cut keeps what only looks like the stage [M19]', () => {
    expect(pathOf('/prod/x', '/prod/prod/x')).toBe('/prod/x');
    const event = eventFixture('payload-1.0-get');
    const { path, ...requestContext } = event['requestContext'] as Record<string, unknown>;
    expect(path).toBeDefined();
    expect(httpApiV1.decode({ ...event, path: '/prod/x', requestContext }).rawPath).toBe('/prod/x');
  });

  test('has its text as UTF-8 bytes, and its base64 as the bytes behind it [B1 B2]', () => {
    expect(httpApiV1.decode(eventFixture('payload-1.0-json')).body).toEqual(Buffer.from('{"who":"Åsa","coin":"€"}'));
    expect(httpApiV1.decode(eventFixture('payload-1.0-binary')).body).toEqual(Buffer.from([0, 255, 128, 65, 10]));
  });
});
