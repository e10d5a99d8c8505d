import { describe, expect, test } from '@jest/globals';
import { evaluate } from './evaluate.ts';
import { fieldsOf } from './events.ts';
import { unknownFields } from './fields.ts';
import { parseQuery } from './syntax.ts';

const at = (minute: number, rest: object) => ({
  timestamp: `2026-11-22T10:${String(minute).padStart(2, '0')}:00Z`,
  ...rest,
});

const lines = [
  at(1, { path: '/a', ms: 10, ok: true }),
  at(2, { path: '/b', ms: 40, ok: false }),
  at(7, { path: '/a', ms: 20, ok: true, deep: { list: ['x', 'y'] } }),
  at(8, { path: '/c' }),
];

const rowsOf = (query: string) => evaluate(query, lines).rows;

describe('fields', () => {
  test('are discovered as in CloudWatch: dots between levels, numbers for places, truth as 1 and 0, null not at all', () => {
    expect(fieldsOf({ a: { b: 1, c: null }, list: ['x', { y: true }], no: false })).toEqual({
      'a.b': 1,
      'list.0': 'x',
      'list.1.y': 1,
      no: 0,
    });
  });

  test('beyond the 200th are not discovered', () => {
    const many = Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`f${index}`, index]));
    expect(Object.keys(fieldsOf(many))).toHaveLength(200);
  });
});

describe('a query', () => {
  test('filters, by presence too, and what is missing is neither equal nor different', () => {
    expect(rowsOf('filter ms > 10 and not (path = "/b") | fields path, ms')).toEqual([{ path: '/a', ms: 20 }]);
    expect(rowsOf('filter ispresent(deep.list.1) | fields deep.list.1 as second')).toEqual([{ second: 'y' }]);
    expect(rowsOf('filter ms = 7 or ms != 7 | stats count(*) as n')).toEqual([{ n: 3 }]);
  });

  test('counts, sums and ranks by group, and calculates with the results', () => {
    expect(
      rowsOf(
        'stats count(*) as n, sum(ok) as good, max(ms) as worst, latest(ms) as last by path | sort n desc, path asc',
      ),
    ).toEqual([
      { path: '/a', n: 2, good: 2, worst: 20, last: 20 },
      { path: '/b', n: 1, good: 0, worst: 40, last: 40 },
      { path: '/c', n: 1, good: undefined, worst: undefined, last: undefined },
    ]);
    expect(rowsOf('stats 100 * sum(ok) / count(ok) as percent, pct(ms, 50) as p50, pct(ms, 95) as p95')).toEqual([
      { percent: (100 * 2) / 3, p50: 20, p95: 40 },
    ]);
  });

  test('groups by time', () => {
    expect(rowsOf('stats count(*) as n, avg(ms - 1) as mean by bin(5m) as time | sort time desc')).toEqual([
      { time: Date.parse('2026-11-22T10:05:00Z'), n: 2, mean: 19 },
      { time: Date.parse('2026-11-22T10:00:00Z'), n: 2, mean: 24 },
    ]);
  });

  test('sorts what is missing to the end, limits, and names a column by its text', () => {
    const { columns, rows } = evaluate('# a comment\nfields path, ms * 2 | sort ms asc | limit 2', lines);
    expect(columns).toEqual(['path', 'ms * 2']);
    expect(rows).toEqual([
      { path: '/a', 'ms * 2': 20 },
      { path: '/a', 'ms * 2': 40 },
    ]);
    expect(rowsOf('fields path | sort ms desc').at(-1)).toEqual({ path: '/c' });
  });

  test('matches a text with a part of it, and with a regular expression', () => {
    const paths = (condition: string) => rowsOf(`filter ${condition} | fields path`).map(({ path }) => path);
    expect(paths('path like "/b"')).toEqual(paths('path = "/b"'));
    expect(paths('path like /^.b$/')).toEqual(paths('path = "/b"'));
    expect(paths('missing like /undefined/')).toEqual([]);
    expect(() => rowsOf('filter path = 1 or 1 like 1')).not.toThrow();
  });

  test('takes the first value that is there', () => {
    expect(rowsOf('filter path = "/b" | fields coalesce(missing, path, ms) as first | limit 1')).toEqual([
      { first: '/b' },
    ]);
  });

  test.each([
    ['pattern @message', 'unknown command pattern'],
    ['fields a | dedup a', 'unknown command dedup'],
    ['filter a ~ 1', 'not understood'],
    ['filter a =~ /b/', 'not understood'],
    ['fields /b/', 'expected a value'],
    ['filter (a = 1', 'expected )'],
    ['stats', 'ends too early'],
    ['filter = 1', 'expected a value'],
  ])('%j is refused: %s', (query, message) => {
    expect(() => parseQuery(query)).toThrow(message);
  });

  test.each([
    ['stats median(ms)', 'unknown function median'],
    ['fields upper(path)', 'unknown function upper'],
    ['stats ms by path', 'neither grouped by nor aggregated'],
    ['stats count(*) by bin(5 m)', 'expected ) and found m'],
    ['stats count(*) by bin(5x)', 'not a period'],
  ])('%j cannot be executed: %s', (query, message) => {
    expect(() => evaluate(query, lines)).toThrow(message);
  });
});

describe('unknown fields', () => {
  const known = ['path', 'ms'];

  test('are those that neither the log has nor the query makes', () => {
    expect(unknownFields('filter pth = "/a" | fields path as p, @timestamp | sort p asc, q asc', known)).toEqual([
      'pth',
      'q',
    ]);
  });

  test('are, after stats, all but its columns', () => {
    expect(unknownFields('stats max(ms) as worst by path, bin(5m) as time | sort worst, ms', known)).toEqual(['ms']);
  });
});
