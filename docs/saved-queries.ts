import { readFile } from 'node:fs/promises';
import { evaluate } from '../test/logs-insights/evaluate.ts';
import type { Value } from '../test/logs-insights/events.ts';

const root = new URL('../', import.meta.url);

/** When each saved query is the one to run, in the order in which they are told of. */
const occasions = {
  'request-by-id': 'Somebody quotes an id: from a failure page, from X-Request-Id, from their own log',
  'top-failures': 'First thing when an alarm rings; once a week when none does',
  'server-errors-by-path': 'The alarm on 5xx rings, or one page is reported broken',
  'backend-latency': 'The site feels slow; before and after a release of the backend',
  'slowest-paths': 'The latency is up, and the question is where',
  overhead: 'To see whether the proxy is what is slow; it hardly ever is',
  'cold-starts': 'The first visitors of the day complain; to decide on provisioned concurrency',
  'big-responses': 'Downloads fail with 413; to decide on streaming',
  'refused-clients': 'Somebody tries doors; or a visitor says that they are kept out',
  'socket-reuse':
    'Latency is up after a change at the backend: a share below 80 per cent on a busy site means that it closes connections early',
  'memory-and-init': 'Before a change of the memory setting. Needs SystemLogLevel INFO',
} as const;

/** A saved query as its file has it. */
interface SavedQuery {
  readonly title: string;
  readonly responses: string;
  readonly text: string;
}

/** Reads the file of a query: its first line is a comment with title and purpose. */
async function savedQuery(slug: string): Promise<SavedQuery> {
  const file = await readFile(new URL(`infra/queries/${slug}.logs-insights`, root), 'utf8');
  const [, title = '', responses = '', text = ''] = /^# ([^:]+): (.+)\n([\s\S]+)$/.exec(file) ?? [];
  return { title, responses, text: text.trimEnd() };
}

const shown = (name: string, value: Value): string => {
  if (value === undefined) return '';
  if (typeof value === 'string') return value.replaceAll('|', '\\|');
  if (name === '@timestamp' || name === 'time') return new Date(value).toISOString().replace('T', ' ').replace('Z', '');
  return String(Math.round(value * 10) / 10);
};

/** The first rows that a query answers over the recorded lines, as a table. */
function example(text: string, lines: readonly Record<string, unknown>[]): string {
  const failed = lines.findLast(({ message }) => message === 'request failed');
  const query = text.replaceAll('"ID"', JSON.stringify(failed?.['function_request_id']));
  const { columns, rows } = evaluate(query, lines);
  const cells = rows.slice(0, 5).map((row) => columns.map((name) => shown(name, row[name])));
  return [columns, columns.map(() => '---'), ...cells].map((each) => `| ${each.join(' | ')} |`).join('\n');
}

/** Every saved query: what it answers, when to run it, its text, and what it answered over recorded lines. */
export async function savedQueries(): Promise<string> {
  const recorded = await readFile(new URL('test/fixtures/log-lines.jsonl', root), 'utf8');
  const lines = recorded
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const sections = Object.entries(occasions).map(async ([slug, occasion]) => {
    const { title, responses, text } = await savedQuery(slug);
    const heading = `### ${title}\n\n${responses.charAt(0).toUpperCase()}${responses.slice(1)}. **When:** ${occasion}.`;
    return `${heading}\n\n\`\`\`\n${text}\n\`\`\`\n\n${example(text, lines)}`;
  });
  return (await Promise.all(sections)).join('\n\n');
}
