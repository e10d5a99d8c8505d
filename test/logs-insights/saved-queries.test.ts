import { readdir, readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { knownFields } from '../../docs/log-schema.ts';
import type { LogLine } from '../helpers/logs.ts';
import { backendOrderId, bigBytes, hugeBytes, orderId, runTraffic, type Traffic } from '../helpers/traffic.ts';
import { evaluate } from './evaluate.ts';
import type { Event } from './events.ts';
import { unknownFields } from './fields.ts';
import { platformReports } from './platform-reports.ts';

const directory = new URL('../../infra/queries/', import.meta.url);
const slugs = (await readdir(directory)).map((name) => name.replace(/\.logs-insights$/, '')).sort();

const textOf = (slug: string) => readFile(new URL(`${slug}.logs-insights`, directory), 'utf8');

describe('the saved queries', () => {
  let traffic: Traffic;
  beforeAll(async () => {
    traffic = await runTraffic();
  }, 60_000);

  const rowsOf = async (slug: string, lines: readonly object[] = traffic.lines, id = 'ID') =>
    evaluate((await textOf(slug)).replaceAll('"ID"', `"${id}"`), lines).rows;

  /** The sum of a column: a bin of time may end while the traffic runs. */
  const total = (rows: readonly Event[], column: string) => rows.reduce((sum, row) => sum + Number(row[column]), 0);

  const accessLines = () => traffic.lines.filter(({ message }) => message === 'request');

  /** The access line of the last request for a path. */
  const lastOf = (path: string) =>
    accessLines().findLast(({ url }) => (url as { path?: string } | undefined)?.path === path) as LogLine;

  test('are these', () => {
    expect(slugs).toEqual([
      'backend-latency',
      'big-responses',
      'cold-starts',
      'memory-and-init',
      'overhead',
      'refused-clients',
      'request-by-id',
      'server-errors-by-path',
      'slowest-paths',
      'socket-reuse',
      'top-failures',
    ]);
  });

  test.each(slugs)(
    '%s begins with its title and what it answers, and names no field that the log lacks',
    async (slug) => {
      const text = await textOf(slug);
      expect(text).toMatch(/^# [A-Z0-9][\w ]+: [a-z].+\n(?!#)/);
      expect(unknownFields(text, knownFields)).toEqual([]);
    },
  );

  test('top-failures: every failure with its side, its number and the latest request', async () => {
    const rows = await rowsOf('top-failures');
    expect(rows).toHaveLength(5);
    expect(rows[0]).toEqual({
      'error.type': 'path_filtered',
      'proxy.fault': 'client',
      requests: 3,
      example: lastOf('/admin/users')['function_request_id'],
    });
    expect(rows.map((row) => [row['error.type'], row['proxy.fault'], row['requests']])).toEqual(
      expect.arrayContaining([
        ['connection_refused', 'backend', 2],
        ['response_too_large', 'backend', 1],
        ['response_timeout', 'backend', 1],
        ['method_not_allowed', 'client', 1],
      ]),
    );
  });

  test("server-errors-by-path: the backend's own and the proxy's, apart", async () => {
    const rows = await rowsOf('server-errors-by-path');
    const shown = rows.map(({ example: _, ...row }) => Object.values(row));
    expect(shown).toHaveLength(3);
    expect(shown).toEqual(
      expect.arrayContaining([
        ['/broken', 503, 503, undefined, 2],
        ['/down', 502, undefined, 'connection_refused', 2],
        ['/hang', 504, undefined, 'response_timeout', 1],
      ]),
    );
    expect(rows.find((row) => row['url.path'] === '/hang')?.['example']).toBe(lastOf('/hang')['function_request_id']);
  });

  test('backend-latency: every answer of the backend counts, and percentiles rise', async () => {
    const rows = await rowsOf('backend-latency');
    const answered = accessLines().filter(
      ({ backend }) => (backend as Event | undefined)?.['status_code'] !== undefined,
    );
    expect(answered).toHaveLength(15);
    expect(total(rows, 'requests')).toBe(answered.length);
    for (const { p50, p95, p99 } of rows) {
      expect(Number(p95)).toBeGreaterThanOrEqual(Number(p50));
      expect(Number(p99)).toBeGreaterThanOrEqual(Number(p95));
    }
    expect(Math.max(...rows.map(({ p99 }) => Number(p99)))).toBeGreaterThanOrEqual(110);
  });

  test('slowest-paths: the one that hung, then the one that took its time', async () => {
    const rows = await rowsOf('slowest-paths');
    expect(rows.slice(0, 2).map((row) => [row['url.path'], row['requests']])).toEqual([
      ['/hang', 1],
      ['/slow', 2],
    ]);
    expect(Number(rows[0]?.['p95'])).toBeGreaterThanOrEqual(990);
  });

  test.each(['the page', 'the caller', 'the backend'])(
    'request-by-id: all lines of a request, by the id of %s',
    async (whose) => {
      const { function_request_id } = lastOf(whose === 'the page' ? '/hang' : '/orders');
      const ids: Record<string, unknown> = { 'the caller': orderId, 'the backend': backendOrderId };
      const rows = await rowsOf('request-by-id', traffic.lines, String(ids[whose] ?? function_request_id));
      const expected = traffic.lines.filter((line) => line['function_request_id'] === function_request_id);
      // Lines of one millisecond have no order: errors go to stderr, the others to stdout.
      expect(rows.map(({ step }) => String(step)).sort()).toEqual(expected.map(({ message }) => message).sort());
      const access = rows.find(({ step }) => step === 'request');
      expect(access).toMatchObject({ method: expect.any(String), path: whose === 'the page' ? '/hang' : '/orders' });
    },
  );

  test('request-by-id: from the id on an answer to the cause of its failure in one query', async () => {
    const [id = ''] = traffic.requestIds['/down'] ?? [];
    const rows = await rowsOf('request-by-id', traffic.lines, id);
    expect(rows.find(({ level }) => level === 'ERROR')).toMatchObject({
      step: 'request failed',
      'error.type': 'connection_refused',
      reason: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test('request-by-id: the id stands in one place, and each step has its row, in order, with what it was about', async () => {
    expect((await textOf('request-by-id')).match(/"ID"/g)).toHaveLength(1);
    const { function_request_id } = lastOf('/hang');
    const rows = await rowsOf('request-by-id', traffic.lines, String(function_request_id));
    expect(rows.map(({ step, method, path, status }) => [step, method, path, status])).toEqual([
      ['trace: request received', 'GET', '/hang', undefined],
      ['trace: request sent to the backend', 'GET', '/hang', undefined],
      ['trace: backend', undefined, undefined, undefined],
      ['request failed', undefined, undefined, undefined],
      ['request', 'GET', '/hang', 504],
    ]);
    const times = rows.map(({ step_time }) => String(step_time));
    expect(times).toEqual(times.toSorted());
  });

  test('request-by-id: finds no request whose id has another one in it, and none that only mentions it', async () => {
    const lines = [{ function_request_id: '12345678' }, { message: 'of 123456' }, { url: { path: '/x"123456"' } }];
    expect(await rowsOf('request-by-id', lines, '123456')).toEqual([]);
  });

  test('overhead: warm requests that reached the backend, none of them negative', async () => {
    const rows = await rowsOf('overhead');
    const warm = accessLines().filter(
      ({ cold_start, backend }) => !cold_start && (backend as Event | undefined)?.['total_ms'] !== undefined,
    );
    expect(total(rows, 'requests')).toBe(warm.length);
    for (const { p50 } of rows) expect(Number(p50)).toBeGreaterThanOrEqual(0);
  });

  test('cold-starts: one per environment', async () => {
    const rows = await rowsOf('cold-starts');
    expect([total(rows, 'cold'), total(rows, 'requests')]).toEqual([2, accessLines().length]);
    expect(rows[0]?.['percent']).toBe((100 * Number(rows[0]?.['cold'])) / Number(rows[0]?.['requests']));
  });

  test('big-responses: what went through, and what was too large and how large', async () => {
    const rows = await rowsOf('big-responses');
    expect(rows.map((row) => [row['url.path'], row['http.response.status_code'], row['error.type']])).toEqual([
      ['/big', 200, undefined],
      ['/huge', 413, 'response_too_large'],
    ]);
    expect([rows[0]?.['http.response.body.size'], rows[1]?.['backend.declared_length']]).toEqual([bigBytes, hugeBytes]);
  });

  test('refused-clients: by address and reason', async () => {
    expect(await rowsOf('refused-clients')).toEqual([
      { 'client.address': '203.0.113.9', 'error.type': 'path_filtered', requests: 3, latest_path: '/admin/users' },
      { 'client.address': '203.0.113.10', 'error.type': 'method_not_allowed', requests: 1, latest_path: '/' },
    ]);
  });

  test('socket-reuse: the share of open connections found, what new ones cost, and the one retry', async () => {
    const rows = await rowsOf('socket-reuse');
    const asked = accessLines().filter(({ backend }) => backend !== undefined);
    expect([total(rows, 'requests'), total(rows, 'retries')]).toEqual([asked.length, 1]);
    for (const { percent_reused } of rows) expect(Number(percent_reused)).toBeLessThan(100);
    expect(rows.some(({ tls_p95 }) => Number(tls_p95) >= 0)).toBe(true);
  });

  test("memory-and-init: over Lambda's own lines, and over no other", async () => {
    const rows = await rowsOf('memory-and-init', [...traffic.lines, ...platformReports]);
    expect(rows).toEqual([
      {
        time: Date.parse('2026-11-22T10:00:00Z'),
        invocations: 3,
        max_memory_mb: 161,
        memory_size_mb: 512,
        inits: 1,
        init_p95: 208.13,
        billed_p95: 341,
      },
    ]);
  });
});
