import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { byLatency, ceilings, concurrency, costs, extras, workload } from '../../docs/costs.ts';
import { kindOfLine, logSchema } from '../../docs/log-schema.ts';
import { runbook } from '../../docs/runbook.ts';
import { failures } from '../../src/failures.ts';
import { fieldsOf } from '../logs-insights/events.ts';

const text = await readFile('docs/operations.md', 'utf8');

/** Rows of the table under a marker, as cells. */
const rowsOf = (name: string) =>
  (text.split(`<!-- table: ${name} -->`)[1]?.split('<!-- /table -->')[0] ?? '')
    .trim()
    .split('\n')
    .slice(2)
    .map((line) => line.split(' | ').map((part) => part.replaceAll(/^\| | \|$|\*/g, '')));

const number = (cell = '') => Number(/[\d,]+(?:\.\d+)?/.exec(cell)?.[0].replaceAll(',', ''));

describe('docs/operations.md', () => {
  test.each(['costs', 'cost_latency', 'cost_extras'])(
    'the figures of %s can be computed from what stands beside them',
    (name) => {
      const rows = rowsOf(name).filter(([item]) => item !== 'All');
      expect(rows.length).toBeGreaterThan(3);
      for (const [item, formula = '', usd] of rows) {
        const product = formula.split(' × ').reduce((result, factor) => result * number(factor), 1);
        expect([item, product.toFixed(2)]).toEqual([item, usd]);
      }
    },
  );

  test('the whole is the sum of its parts', () => {
    const sum = costs.reduce((total, { usd }) => total + usd, 0);
    expect(rowsOf('costs').at(-1)).toEqual(['All', '', sum.toFixed(2)]);
    expect([...costs, ...extras, ...byLatency].every(({ usd }) => usd > 0)).toBe(true);
  });

  test('an access line is as long as it says, and its time and memory are those of the table', async () => {
    const recorded = (await readFile('test/fixtures/log-lines.jsonl', 'utf8')).trim().split('\n');
    const lengths = recorded
      .filter((line) => JSON.parse(line).message === 'request')
      .map((line) => Buffer.byteLength(line));
    const average = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
    expect(Math.abs(workload.accessLineBytes - average)).toBeLessThanOrEqual(5);
    expect(text).toContain('200 ms a request, 512 MB of memory, answers of 20,000 bytes');
    expect([workload.seconds, workload.gigabytes, workload.responseBytes]).toEqual([0.2, 0.5, 20_000]);
  });

  test('capacity: environments are rate times latency, and rates end at 1,000 environments and ten requests each', () => {
    for (const { rate, latency, environments } of concurrency) expect(environments).toBe(Math.ceil(rate * latency));
    expect(ceilings.map(({ perSecond }) => perSecond)).toEqual([10_000, 5_000, 1_000, 200]);
    expect(rowsOf('concurrency')).toHaveLength(concurrency.length);
  });

  test('the runbook has an entry for each failure code, in the order of the table of failures', () => {
    expect(rowsOf('runbook').map(([code]) => code)).toEqual(Object.keys(failures).map((code) => `\`${code}\``));
    expect(Object.keys(runbook)).toEqual(Object.keys(failures));
    for (const cells of rowsOf('runbook')) for (const cell of cells) expect(cell.length).toBeGreaterThan(3);
  });

  test('the recorded lines have the fields of the schema', async () => {
    const lines = (await readFile('test/fixtures/log-lines.jsonl', 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    for (const line of lines.filter(({ type }) => type !== 'platform.report')) {
      const known = [...logSchema.everyLine, ...logSchema[kindOfLine(line.message)]].map(({ name }) => name);
      const unknown = Object.keys(fieldsOf(line)).filter((name) => !known.includes(name.replace(/\.\d+\./, '.0.')));
      expect([line.message, unknown]).toEqual([line.message, []]);
    }
  });
});
