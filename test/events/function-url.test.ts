import { describe, expect, test } from '@jest/globals';
import { functionUrl } from '../../src/events/function-url.ts';
import { eventFixture, fixtureNames } from '../helpers/event-fixtures.ts';

describe('An event of a Function URL', () => {
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
