import { describe, expect, test } from '@jest/globals';
import { httpApiFront as front } from '../../src/local/http-api.ts';
import { eventFor } from '../helpers/events.ts';

const pathOf = (target: string) => eventFor({ target }, front)['rawPath'];

describe('The local HTTP API', () => {
  test.each([
    ['/', '/prod/'],
    ['/a%20b', '/prod/a b'],
    ['/%C3%BC', '/prod/ü'],
    ['/a%2Fb', '/prod/a/b'],
    ['/a%23b', '/prod/a#b'],
    ['/a%3Fb', '/prod/a'],
    ['/%2541', '/prod/%41'],
    ['/100%', '/prod/100%'],
    ['/%0d%0a', '/prod/\r\n'],
    ['/prod/x', '/prod/prod/x'],
  ])(
    'delivers %s as AWS does: decoded once, cut at a question mark, the stage in front [A1 M19]',
    (target, rawPath) => {
      expect(pathOf(target)).toBe(rawPath);
    },
  );

  test('leaves the query as it is [A2]', () => {
    expect(eventFor({ target: '/a?x=%2F&y=a+b' }, front)['rawQueryString']).toBe('x=%2F&y=a+b');
  });

  test('has cookies only as a list [A3]', () => {
    const event = eventFor({ headers: { cookie: 'a=1; b=2' } }, front);
    expect(event['cookies']).toEqual(['a=1', 'b=2']);
    expect(event['headers']).not.toHaveProperty('cookie');
  });

  test('names its stage and its public host', () => {
    expect(eventFor({}, front)).toMatchObject({
      version: '2.0',
      headers: { host: front.domainName },
      requestContext: { stage: 'prod', domainName: front.domainName },
    });
  });
});
