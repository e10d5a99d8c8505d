import { readFile } from 'node:fs/promises';
import { evaluate } from '../test/logs-insights/evaluate.ts';
import type { Value } from '../test/logs-insights/events.ts';

const root = new URL('../', import.meta.url);

/** When to run each saved query, in the order of the documentation. */
const occasions = {
  'request-by-id': 'Somebody quotes an id from an error page, from X-Request-Id or from their own log',
  'top-failures': 'First, when an alarm fires; otherwise once a week',
  'server-errors-by-path': 'The alarm on 5xx fires, or somebody reports a broken page',
  'backend-latency': 'The site is slow; before and after a release of the backend',
  'slowest-paths': 'The latency has risen',
  overhead: 'To check whether the proxy is the slow part; it seldom is',
  'cold-starts': 'The first visitors of the day complain; before deciding on provisioned concurrency',
  'big-responses': 'Downloads fail with 413; before deciding on streaming',
  'refused-clients': 'Somebody probes the site; or a visitor is refused and should not be',
  'socket-reuse':
    'The latency has risen after a change at the backend: a share below 80 per cent on a busy site means that it closes connections early',
  'memory-and-init': 'Before changing the memory setting. Needs SystemLogLevel INFO',
} as const;

/** A saved query, from its file. */
interface SavedQuery {
  readonly title: string;
  readonly purpose: string;
  readonly text: string;
}

/** Reads the file of a query: its first line is a comment with title and purpose. */
async function savedQuery(slug: string): Promise<SavedQuery> {
  const file = await readFile(new URL(`infra/queries/${slug}.logs-insights`, root), 'utf8');
  const [, title = '', purpose = '', text = ''] = /^# ([^:]+): (.+)\n([\s\S]+)$/.exec(file) ?? [];
  return { title, purpose, text: text.trimEnd() };
}

const shown = (name: string, value: Value): string => {
  if (value === undefined) return '';
  if (typeof value === 'string') return value.replaceAll('|', '\\|');
  if (name === '@timestamp' || name === 'time') return new Date(value).toISOString().replace('T', ' ').replace('Z', '');
  return String(Math.round(value * 10) / 10);
};

/** Returns the first rows of a query's result for the recorded lines, as a table. */
function example(text: string, lines: readonly Record<string, unknown>[]): string {
  const failed = lines.findLast(({ message }) => message === 'request failed');
  const query = text.replaceAll('"ID"', `"${failed?.['function_request_id']}"`);
  const { columns, rows } = evaluate(query, lines);
  const cells = rows.slice(0, 5).map((row) => columns.map((name) => shown(name, row[name])));
  return [columns, columns.map(() => '---'), ...cells].map((each) => `| ${each.join(' | ')} |`).join('\n');
}

/** Describes every saved query: its purpose, when to run it, its text, and its result for the recorded lines. */
export async function savedQueries(): Promise<string> {
  const recorded = await readFile(new URL('test/fixtures/log-lines.jsonl', root), 'utf8');
  const lines = recorded
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const sections = Object.entries(occasions).map(async ([slug, occasion]) => {
    const { title, purpose, text } = await savedQuery(slug);
    const heading = `### ${title}\n\n${purpose.charAt(0).toUpperCase()}${purpose.slice(1)}. **When:** ${occasion}.`;
    return `${heading}\n\n\`\`\`\n${text}\n\`\`\`\n\n${example(text, lines)}`;
  });
  return (await Promise.all(sections)).join('\n\n');
}
