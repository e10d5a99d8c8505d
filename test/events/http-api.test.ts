import { describe, expect, test } from '@jest/globals';
import { httpApi } from '../../src/events/http-api.ts';
import { eventFixture, fixtureNames } from '../helpers/event-fixtures.ts';

/** The recorded event with another path and stage. */
function pathOf(rawPath: string, stage = 'prod'): string {
  const event = eventFixture('http-api-get');
  return httpApi.decode({ ...event, rawPath, requestContext: { ...(event['requestContext'] as object), stage } })
    .rawPath;
}

describe('An event of an HTTP API', () => {
  test('has a source with a name for logs and a title for people', () => {
    expect([httpApi.name, httpApi.title]).toEqual(['http-api', 'API Gateway HTTP API, payload format 2.0']);
  });

  test.each(fixtureNames('http-api'))('is recognised: %s', (name) => {
    expect(httpApi.recognises(eventFixture(name))).toBe(true);
  });

  test.each([...fixtureNames('function-url'), ...fixtureNames('unknown')])(
    'is not mistaken for another: %s',
    (name) => {
      expect(httpApi.recognises(eventFixture(name))).toBe(false);
    },
  );

  test('yields its decoded path without the stage, and a lone % encoded [M19 M20 A1]', () => {
    expect(httpApi.decode(eventFixture('http-api-get')).rawPath).toBe('/capture/space value/ü/100%25/a/b');
  });

  test.each([
    ['/prod', '/'],
    ['/prod/', '/'],
    ['/prod/x', '/x'],
    ['/prod/prod/x', '/prod/x'],
    ['/prod//x', '//x'],
    ['/production/x', '/production/x'],
    ['/PROD/x', '/PROD/x'],
    ['/x/prod/y', '/x/prod/y'],
  ])('in stage prod at %s means %s: stripped once, at a segment edge [M19]', (rawPath, expected) => {
    expect(pathOf(rawPath)).toBe(expected);
  });

  test.each(['/$default/x', '/prod/x', '//x', '/'])('in the default stage keeps %s [M19]', (rawPath) => {
    expect(pathOf(rawPath, '$default')).toBe(rawPath);
  });

  test('without a stage has none to strip [M19]', () => {
    expect(pathOf('//x', '')).toBe('//x');
  });

  test.each([
    ['/%', '/%25'],
    ['/%z%4', '/%25z%254'],
    ['/%41', '/%41'],
    ['/%%41', '/%25%41'],
    ['/a?b#c', '/a?b#c'],
    ['/a\r\nb\u0000', '/a\r\nb\u0000'],
  ])('with the decoded path %j yields %j, so that every %% begins an escape [M20]', (rawPath, expected) => {
    expect(pathOf(rawPath, '$default')).toBe(expected);
  });

  test('brings its cookies only as a list [A3 H26]', () => {
    expect(httpApi.decode(eventFixture('http-api-get')).headers['cookie']).toBe('session=abc123; theme=dark');
  });

  test('behind a custom domain names that domain, and the peer and not who is said to stand behind it [H10 H13]', () => {
    const { client } = httpApi.decode(eventFixture('http-api-json'));
    expect(client).toEqual({ ip: '198.51.100.7', host: 'api.example.com', protocol: 'https', port: 443 });
  });

  test('has its text as UTF-8 bytes [B2]', () => {
    const { body } = httpApi.decode(eventFixture('http-api-json'));
    expect(body).toEqual(Buffer.from('{"who":"Åsa","coin":"€"}'));
    expect(body).toHaveLength(27);
  });

  test('has its base64 as the bytes behind it, though it names no type [B1]', () => {
    expect(httpApi.decode(eventFixture('http-api-binary')).body).toEqual(Buffer.from([0, 255, 128, 65, 10]));
  });
});
