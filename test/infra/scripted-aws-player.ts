import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluate } from '../logs-insights/evaluate.ts';
import type { Script } from './scripted-aws.ts';

/** The process behind `scriptedAws`: plays the AWS CLI. CloudWatch Logs Insights is played by the evaluator of the tests. */
const [folder = '', ...words] = process.argv.slice(2);
const {
  outputs = {},
  lines = [],
  ageSeconds = 0,
  status = 'Complete',
} = JSON.parse(readFileSync(join(folder, 'script.json'), 'utf8')) as Script;
appendFileSync(join(folder, 'calls.jsonl'), `${JSON.stringify(words)}\n`);

const option = (name: string) => words[words.indexOf(name) + 1] ?? '';
const state = join(folder, 'query.json');

/** The first look at a query finds it running. */
function queryResults() {
  const { query, seconds, seen } = JSON.parse(readFileSync(state, 'utf8'));
  writeFileSync(state, JSON.stringify({ query, seconds, seen: true }));
  if (!seen) return { status: 'Running', results: [] };
  const { rows } = evaluate(query, seconds < ageSeconds ? [] : lines);
  const fields = (row: object) => Object.entries(row).map(([field, value]) => ({ field, value: String(value) }));
  return { status, results: rows.map((row) => [...fields(row), { field: '@ptr', value: 'x' }]) };
}

function play(): string {
  const name = words.slice(0, 2).join(' ');
  const scripted = outputs[name];
  if (scripted !== undefined) return scripted;
  if (name === 'logs start-query') {
    const seconds = Number(option('--end-time')) - Number(option('--start-time'));
    writeFileSync(state, JSON.stringify({ query: option('--query-string'), seconds, seen: false }));
    return JSON.stringify({ queryId: 'q-1' });
  }
  if (name === 'logs get-query-results' && existsSync(state)) return JSON.stringify(queryResults());
  return `!the script has no ${name}`;
}

const output = play();
if (output.startsWith('!')) {
  process.stderr.write(`\n${output.slice(1)}\n`);
  process.exitCode = 254;
} else process.stdout.write(output);
