import { awsCli } from './aws.ts';
import { commandLine } from './installation.ts';
import { runMain, UserError } from './user-error.ts';
import { type LogGroup, linesWith, logGroupOf, namedLogGroup } from './why/find.ts';
import { parseId } from './why/id.ts';
import { invocationOf, type LogLine, storyOf } from './why/story.ts';
import { parseWords } from './words.ts';

const usage = `Usage: ${commandLine('why', 'ID [options]')}
  ID       from an error page, from X-Request-Id of a response, or from a log of the backend
Options: --stack-name NAME (lambda-rproxy), --log-group NAME, --since 14d (also 90m, 6h; by default all that is kept),
         --region REGION, --profile NAME, --help`;

const options = {
  'stack-name': { type: 'string', default: 'lambda-rproxy' },
  'log-group': { type: 'string' },
  since: { type: 'string' },
  region: { type: 'string' },
  profile: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const units: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 };

/** @throws {UserError} for what is no period; exit code 2 */
function secondsIn(period: string): number {
  const [, count, unit = ''] = /^([1-9]\d{0,3})([mhd])$/.exec(period) ?? [];
  const seconds = Number(count) * (units[unit] ?? Number.NaN);
  if (Number.isNaN(seconds))
    throw new UserError(`--since must be a period such as 90m, 6h or 14d, but is ${JSON.stringify(period)}`, 2);
  return seconds;
}

/** How far back to look, in seconds: CloudWatch bills by what it scans, and most people ask at once. */
const windowsFor = (since: string | undefined, { days }: LogGroup) =>
  since === undefined ? [3600, 86_400, days * 86_400] : [secondsIn(since)];

/** Most requests that are told of: a client may give many the same X-Request-Id. */
const mostStories = 5;

const notFound = (
  id: string,
  { name }: LogGroup,
  seconds: number,
) => `No line of ${name} has the id ${id} in the last ${Math.ceil(seconds / 3600)} hours.
  - A line can be found some seconds after the request; a request that is under way has few.
  - Lines older than the retention of the log group are gone (parameter LogRetentionDays).
  - It may be another stack or region: --stack-name NAME, --region REGION, --log-group NAME.
  - With ApplicationLogLevel or POWERTOOLS_LOG_LEVEL above INFO, requests that do not fail leave no line.
  - A response that AWS made itself (403 Forbidden, 429, 502 Internal Server Error) never reached the function.`;

/** All lines of the requests that lines belong to: the backend's id is on one line alone, and Lambda's own have Lambda's. */
async function completed(lines: readonly LogLine[], id: string, search: (id: string) => Promise<LogLine[]>) {
  const invocations = [...new Set(lines.map(invocationOf))].filter((invocation) => invocation !== undefined);
  const latest = invocations.slice(-mostStories);
  const groups: LogLine[][] = [];
  for (const invocation of latest) {
    groups.push(invocation === id ? lines.filter((line) => invocationOf(line) === id) : await search(invocation));
  }
  return { groups, omitted: invocations.length - latest.length };
}

/** `npm run why -- ID`: from the id of a request to its cause. */
await runMain(async (words) => {
  const { values, positionals } = parseWords(words, options, usage);
  if (values.help) return console.log(usage);
  if (positionals.length === 0) throw new UserError(`Name one request id.\n${usage}`, 2);
  const id = parseId(positionals);
  if (values.since !== undefined) secondsIn(values.since);
  const aws = awsCli({ region: values.region, profile: values.profile });
  const named = values['log-group'];
  const group = named === undefined ? await logGroupOf(aws, values['stack-name']) : namedLogGroup(named);
  const windows = windowsFor(values.since, group);
  for (const seconds of windows) {
    const lines = await linesWith(aws, group, id, seconds);
    if (lines.length === 0) continue;
    const { groups, omitted } = await completed(lines, id, (invocation) => linesWith(aws, group, invocation, seconds));
    if (groups.length === 0) groups.push(lines);
    if (omitted > 0)
      console.log(`${omitted + groups.length} requests have this id; these are the last ${groups.length}.\n`);
    console.log(`\n${groups.map(storyOf).join('\n\n')}\n`);
    return;
  }
  throw new UserError(notFound(id, group, windows.at(-1) ?? 0));
});
