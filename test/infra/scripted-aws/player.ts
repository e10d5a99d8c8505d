import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluate } from '../../logs-insights/evaluate.ts';
import { callsFile } from './aws-command.ts';
import type { Script } from './responding-aws.ts';

/** The process behind `respondingAws`: plays the AWS CLI. CloudWatch Logs Insights is played by the evaluator of the tests. */
const [folder = '', ...words] = process.argv.slice(2);
const {
  responses = {},
  lines = [],
  ageSeconds = 0,
  status = 'Complete',
} = JSON.parse(readFileSync(join(folder, 'script.json'), 'utf8')) as Script;
appendFileSync(join(folder, callsFile), `${JSON.stringify(words)}\n`);

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

/** Returns the response; undefined for a command that the script does not have. */
function play(): unknown {
  const name = words.slice(0, 2).join(' ');
  if (Object.hasOwn(responses, name)) return responses[name];
  if (name === 'logs start-query') {
    const seconds = Number(option('--end-time')) - Number(option('--start-time'));
    writeFileSync(state, JSON.stringify({ query: option('--query-string'), seconds, seen: false }));
    return { queryId: 'q-1' };
  }
  return name === 'logs get-query-results' && existsSync(state) ? queryResults() : `the script has no ${name}`;
}

const response = play();
if (typeof response === 'object') process.stdout.write(JSON.stringify(response));
else {
  process.stderr.write(`\n${response}\n`);
  process.exitCode = 254;
}
