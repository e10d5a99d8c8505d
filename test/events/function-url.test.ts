import { describe, expect, test } from '@jest/globals';
import { functionUrl } from '../../src/events/function-url.ts';
import { eventFixture, fixtureNames } from '../helpers/event-fixtures.ts';

/** The recorded event, asked for under another domain name. */
const under = (domainName: unknown) => {
  const event = eventFixture('function-url-get');
  return { ...event, requestContext: { ...(event['requestContext'] as object), domainName } };
};

describe('An event of a Function URL', () => {
  test('has a source with a name for logs and a title for people', () => {
    expect([functionUrl.name, functionUrl.title]).toEqual(['function-url', 'Lambda Function URL']);
  });

  test.each(['a.lambda-url.eu-central-1.on.aws', 'abc.lambda-url.cn-north-1.on.amazonwebservices.com.cn'])(
    'is recognised in every partition: %s',
    (domainName) => {
      expect(functionUrl.recognises(under(domainName))).toBe(true);
    },
  );

  test.each([
    'x.a.lambda-url.eu-central-1.on.aws',
    '.lambda-url.eu-central-1.on.aws',
    'a.lambda-url..on.aws',
    'a.lambda-url.example.com',
    'alambda-url.eu-central-1.on.aws',
    ['a.lambda-url.eu-central-1.on.aws'],
    undefined,
    7,
  ])('is not one under the domain name %j', (domainName) => {
    expect(functionUrl.recognises(under(domainName))).toBe(false);
  });

  test.each(fixtureNames('function-url'))('is recognised: %s', (name) => {
    expect(functionUrl.recognises(eventFixture(name))).toBe(true);
  });

  test.each([...fixtureNames('http-api'), ...fixtureNames('unknown')])('is not mistaken for another: %s', (name) => {
    expect(functionUrl.recognises(eventFixture(name))).toBe(false);
  });

  test('keeps path and query byte for byte, whatever the decoded copies say [M5 M21 A2]', () => {
    const { rawPath, rawQuery } = functionUrl.decode(eventFixture('function-url-get'));
    expect(rawPath).toBe('/capture/space%20value/a%2Fb');
    expect(rawQuery).toBe(
      'repeat=one&repeat=two&redirect=https%3A%2F%2Fexample.com%2Fa%2Fb&literalPlus=a+b&encodedPlus=a%2Bb&empty=',
    );
  });

  test('names the client as the front door vouches for it [H10 H11 H12 H13]', () => {
    expect(functionUrl.decode(eventFixture('function-url-get')).client).toEqual({
      ip: '198.51.100.7',
      host: 'abcdefghijklmnopqrstuvwxyz012345.lambda-url.eu-central-1.on.aws',
      protocol: 'https',
      port: 443,
    });
  });

  test('brings its cookies twice and yields them once [A3 H26]', () => {
    const { headers } = functionUrl.decode(eventFixture('function-url-get'));
    expect(headers['cookie']).toBe('session=abc123; theme=dark');
    expect(headers['x-repeated']).toBe('first,second');
  });

  test('of a form has the bytes that the browser sent [B1]', () => {
    const { method, body } = functionUrl.decode(eventFixture('function-url-form'));
    expect(method).toBe('POST');
    expect(body.toString()).toBe('user=ada&password=a%2Bb+c&plus=%2B');
  });

  test('with nothing but the necessary has an empty query, no cookie and no body [B4]', () => {
    const { rawQuery, headers, body } = functionUrl.decode(eventFixture('function-url-minimal'));
    expect(rawQuery).toBe('');
    expect(headers).not.toHaveProperty('cookie');
    expect(body).toHaveLength(0);
  });

  test('leaves nothing of the caller of AWS_IAM in the request but the header field', () => {
    const request = functionUrl.decode(eventFixture('function-url-iam'));
    expect(JSON.stringify({ ...request, headers: { ...request.headers, authorization: '' } })).not.toMatch(
      /AKIA|AIDA|123456789012/,
    );
  });

  test('is not changed by reading it', () => {
    const event = eventFixture('function-url-form');
    functionUrl.decode(event);
    expect(event).toEqual(eventFixture('function-url-form'));
  });
});
