import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import {
  alarmCount,
  byLatency,
  byShape,
  ceilings,
  comparison,
  concurrency,
  costs,
  extras,
  functionCpuHour,
  workload,
} from '../../docs/costs.ts';
import { kindOfLine, logSchema } from '../../docs/log-schema.ts';
import { alarmRunbook, awsErrors, runbook } from '../../docs/runbook.ts';
import { readTemplate, webFunctionTemplatePath } from '../../infra/template.ts';
import { failures } from '../../src/failures.ts';
import { variant, variants } from '../infra/variants.ts';
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
    'the figures of %s are the product of the factors beside them',
    (name) => {
      const rows = rowsOf(name).filter(([item]) => item !== 'All');
      expect(rows.length).toBeGreaterThan(3);
      for (const [item, formula = '', usd] of rows) {
        const product = formula.split(' × ').reduce((result, factor) => result * number(factor), 1);
        expect([item, product.toFixed(2)]).toEqual([item, usd]);
      }
    },
  );

  test('the total is the sum of its rows', () => {
    const sum = costs.reduce((total, { usd }) => total + usd, 0);
    expect(rowsOf('costs').at(-1)).toEqual(['All', '', sum.toFixed(2)]);
    expect([...costs, ...extras, ...byLatency].every(({ usd }) => usd > 0)).toBe(true);
  });

  test('the size of an access line is that of recorded lines, and the assumptions are those of the table', async () => {
    const recorded = (await readFile('test/fixtures/log-lines.jsonl', 'utf8')).trim().split('\n');
    const lengths = recorded
      .filter((line) => JSON.parse(line).message === 'request')
      .map((line) => Buffer.byteLength(line));
    const average = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
    expect(Math.abs(workload.accessLineBytes - average)).toBeLessThanOrEqual(5);
    expect(text).toContain('200 ms a request, 512 MB of memory, responses of 20,000 bytes');
    expect([workload.seconds, workload.gigabytes, workload.responseBytes]).toEqual([0.2, 0.5, 20_000]);
  });

  test('capacity: environments are rate times latency, and rates are limited by 1,000 environments with ten requests each', () => {
    for (const { rate, latency, environments } of concurrency) expect(environments).toBe(Math.ceil(rate * latency));
    expect(ceilings.map(({ perSecond }) => perSecond)).toEqual([10_000, 5_000, 1_000, 200]);
    expect(rowsOf('concurrency')).toHaveLength(concurrency.length);
  });

  test('the runbook has an entry for each failure code, in the order of the table of failures', () => {
    expect(rowsOf('runbook').map(([code]) => code)).toEqual(Object.keys(failures).map((code) => `\`${code}\``));
    expect(Object.keys(runbook)).toEqual(Object.keys(failures));
    for (const cells of rowsOf('runbook')) for (const cell of cells) expect(cell.length).toBeGreaterThan(3);
  });

  test('the runbook has an entry for each alarm of both templates, and for no other', () => {
    const alarms = [readTemplate(), readTemplate(webFunctionTemplatePath)].flatMap(({ Resources }) =>
      Object.entries(Resources).filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm'),
    );
    expect(Object.keys(alarmRunbook).sort()).toEqual([...new Set(alarms.map(([name]) => name))].sort());
    for (const entry of [alarmRunbook, awsErrors].flatMap((each) => Object.values(each)))
      for (const text of Object.values(entry)) expect(text.length).toBeGreaterThan(8);
  });

  test('the cost of alarms is that of the alarms of the template', () => {
    const { Resources } = variant(readTemplate(), variants['nothing but a backend'] ?? {});
    expect(Object.values(Resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')).toHaveLength(alarmCount);
  });

  test('both shapes cost what their factors say, from measured CPU and memory', () => {
    const { functionCpuSeconds, webCpuSeconds, initSeconds, webGigabytes } = comparison;
    // Of the benchmarks: a request of 1 KB takes some 0.5 to 1.5 ms, a start 40 to 200 ms, an environment 100 to 300 MB.
    for (const each of [functionCpuSeconds, webCpuSeconds]) {
      expect(each).toBeGreaterThan(0.0003);
      expect(each).toBeLessThan(0.002);
    }
    expect(initSeconds).toBeGreaterThan(0.02);
    expect(initSeconds).toBeLessThan(0.5);
    expect(webGigabytes).toBeGreaterThan(0.05);
    expect(webGigabytes).toBeLessThan(0.5);
    expect(byShape.map(({ backendSeconds }) => backendSeconds)).toEqual([0.05, 0.5, 10]);
    for (const { backendSeconds, functionUsd, webUsd, cpuSeconds: cpu, gigabyteSeconds, breakEven } of byShape) {
      const billed = backendSeconds + (1769 / 512) * (functionCpuSeconds + 0.01 * initSeconds);
      expect(functionUsd).toBeCloseTo(0.2 + 1e6 * billed * 0.5 * 0.0000133334, 6);
      const environments = Math.max(1, Math.ceil((10 * backendSeconds) / 64));
      expect(gigabyteSeconds).toBeCloseTo((1e6 / 10) * environments * webGigabytes, 6);
      expect(cpu).toBeCloseTo(1e6 * webCpuSeconds, 6);
      expect(webUsd).toBeCloseTo(0.2 + gigabyteSeconds * 0.0000133334 + (cpu * functionCpuHour) / 3600, 6);
      // At the break-even price both cost the same.
      expect(webUsd + (cpu * (breakEven - functionCpuHour)) / 3600).toBeCloseTo(functionUsd, 6);
    }
    expect(functionCpuHour).toBeCloseTo(0.0829, 4);
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
