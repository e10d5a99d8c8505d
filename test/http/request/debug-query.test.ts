import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { debugQuery } from '../../../src/http/request/debug-query.ts';
import { sentFor } from '../../helpers/http-fixtures.ts';

const open = { debugQueries: true, debugKey: undefined };
const locked = { debugQueries: true, debugKey: 'S3cret key+/=ü' };
const off = { debugQueries: false, debugKey: undefined };

describe.each(['dump_request', 'trace_connection'] as const)('?%s', (name) => {
  test.each(['y', 'yes', '1', 'true', 'Y', 'YES', 'True', '%79', 'y&a', `n&${name}=y`])(
    'works with the value %s while there is no key [D2]',
    (value) => {
      const { active, rest } = debugQuery(`${name}=${value}`, name, open);
      expect(active).toBe(true);
      expect(rest).not.toContain(name);
    },
  );

  test.each(['', 'n', 'no', '0', 'false', 'on', 'yy', ' y', 'y ', '+y', '%00y', 'y%00', '2', 'undefined'])(
    'is an ordinary parameter with the value %j, and stays [D2, M23]',
    (value) => {
      const query = `a=%2F&${name}=${value}&b`;
      expect(debugQuery(query, name, open)).toEqual({ active: false, rest: query });
    },
  );

  test.each([
    `${name}`,
    `${name.toUpperCase()}=y`,
    `x${name}=y`,
    `a=${name}=y`,
    `a;${name}=y`,
    `a?${name}=y`,
    `#${name}=y`,
    `${name.replace('_', '-')}=y`,
  ])('is not asked for by %s [D2, M23]', (query) => {
    expect(debugQuery(query, name, open)).toEqual({ active: false, rest: query });
  });

  test('works with the key alone while there is one [D2]', () => {
    const key = encodeURIComponent(locked.debugKey);
    expect(debugQuery(`a&${name}=${key}&b`, name, locked)).toEqual({ active: true, rest: 'a&b' });
    expect(debugQuery(`${name}=x&${name}=${key}`, name, locked)).toEqual({ active: true, rest: '' });
  });

  test.each([
    'y',
    '1',
    '',
    's3cret%20key%2B%2F%3D%C3%BC',
    'S3cret',
    'S3cret%20key%2B%2F%3D%C3%BC%00',
    'undefined',
    '%ff',
  ])('with a key does nothing for %j, and forwards it [D2, M23]', (value) => {
    const query = `${name}=${value}`;
    expect(debugQuery(query, name, locked)).toEqual({ active: false, rest: query });
  });

  test('takes nothing but the very key, whatever is tried [D2]', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), fc.string({ minLength: 1 }), (value, debugKey) => {
        const { active } = debugQuery(`${name}=${encodeURIComponent(value)}`, name, { debugQueries: true, debugKey });
        expect(active).toBe(value === debugKey);
      }),
    );
  });

  test('is an ordinary parameter with DEBUG_QUERIES off, key or none [D1, M23]', () => {
    for (const config of [off, { ...off, debugKey: 'k' }]) {
      for (const query of [`${name}=y`, `a&${name}=1&b=%2F`, `${name}=k`]) {
        expect(debugQuery(query, name, config)).toEqual({ active: false, rest: query });
      }
    }
  });

  test('leaves the other debug query alone [D2]', () => {
    const query = 'trace_connection=y&dump_request=y';
    expect(debugQuery(query, name, open)).toEqual({
      active: true,
      rest: name === 'dump_request' ? 'trace_connection=y' : 'dump_request=y',
    });
  });

  test('is not asked for by no query at all [D2]', () => {
    expect(debugQuery('', name, open)).toEqual({ active: false, rest: '' });
  });
});

describe('the key in the URL of the page that a request comes from', () => {
  const sentReferer = (referer: string, env: Record<string, string> = { DEBUG_KEY: 'k3y/?&value' }, name = 'referer') =>
    sentFor({ headers: { [name]: referer } }, env).headers[name];
  const key = encodeURIComponent('k3y/?&value');

  test.each([
    [`https://public.example/a?trace_connection=${key}`, 'https://public.example/a?trace_connection=redacted'],
    [`https://public.example/a?x=1&dump_request=${key}&y`, 'https://public.example/a?x=1&dump_request=redacted&y'],
    [`/a?trac%65_connection=${key}&dump%5Frequest=${key}`, '/a?trac%65_connection=redacted&dump%5Frequest=redacted'],
    ['/a?trace_connection=k3y/?b', '/a?trace_connection=redacted'],
    [`/a#trace_connection=${key}`, '/a#trace_connection=redacted'],
    [`/login?next=/a?trace_connection=${key}&z=1`, '/login?next=redacted&z=1'],
    [`/login?next=${encodeURIComponent(`/a?trace_connection=${key}`)}`, '/login?next=redacted'],
    [`/login?n=${encodeURIComponent(encodeURIComponent(`/a?dump_request=${key}`))}`, '/login?n=redacted'],
    ['/a?trace_connection', '/a?=redacted'],
  ])('is not sent to the backend: %s [H48]', (from, to) => {
    for (const name of ['referer', 'hx-current-url', 'next-url']) expect(sentReferer(from, undefined, name)).toBe(to);
  });

  test.each([
    'https://public.example/a?b=1&c=%zz#d',
    'https://public.example/trace_connection',
    '',
    '?',
    'no URL at all',
  ])('leaves every other page as it is: %s [H48 H38]', (referer) => {
    expect(sentReferer(referer)).toBe(referer);
  });

  test('is looked for only where there is one: y is no secret [H48 H38]', () => {
    expect(sentReferer('/a?trace_connection=y', {})).toBe('/a?trace_connection=y');
  });
});
