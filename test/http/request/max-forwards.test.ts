import { describe, expect, test } from '@jest/globals';
import { countHop, respondToLastHop } from '../../../src/http/request/max-forwards.ts';
import type { HeaderFields } from '../../../src/types.ts';

const asked = (method: string, value?: string | string[]) => {
  const headers: HeaderFields = value === undefined ? {} : { 'max-forwards': value };
  return respondToLastHop({ method, headers });
};

const counted = (method: string, value: string | string[]) => {
  const headers: HeaderFields = { 'max-forwards': value };
  countHop(method, headers);
  return headers['max-forwards'];
};

describe('Max-Forwards', () => {
  test.each([['0'], ['00'], [' 0 '], [['0']]])(
    '%j on OPTIONS is answered here, with what passes and nothing to store [H20]',
    (value) => {
      const response = asked('OPTIONS', value);
      expect(response).toMatchObject({ statusCode: 200, body: '', headers: { 'cache-control': 'no-store' } });
      expect(response?.headers['allow']).toBe('GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS');
      expect(response?.headers).not.toHaveProperty('proxy-status');
    },
  );

  test.each([['1'], ['x'], ['-0'], ['0, 0'], [''], [['0', '0']], [undefined]])(
    '%j on OPTIONS goes on to the backend [H20]',
    (value) => {
      expect(asked('OPTIONS', value)).toBeUndefined();
    },
  );

  test.each(['GET', 'HEAD', 'TRACE', 'options'])('0 on %s is not counted and not answered [H20]', (method) => {
    expect(asked(method, '0')).toBeUndefined();
    expect(counted(method, '5')).toBe('5');
  });

  test.each([
    ['1', '0'],
    ['10', '9'],
    ['007', '6'],
    ['99999999999999999999999', String(Number.MAX_SAFE_INTEGER - 1)],
  ])('%s becomes %s: one lower, or the most that can be counted to [H20]', (before, after) => {
    expect(counted('OPTIONS', before)).toBe(after);
  });

  test.each(['0', 'x', '', '-1', '1.5', '1e3', '3, 3'])('%j stays [H20]', (value) => {
    expect(counted('OPTIONS', value)).toBe(value);
  });

  test('that is not there is not made up [H20]', () => {
    const headers: HeaderFields = {};
    countHop('OPTIONS', headers);
    expect(headers).toEqual({});
  });
});
