import { readFile, writeFile } from 'node:fs/promises';
import { type FindingCode, finding, kinds } from '../infra/doctor/catalogue.ts';
import { exitCodes, exitMeanings } from '../infra/doctor/report.ts';
import { ownParameters, settingName } from '../infra/parameters.ts';
import { readTemplate, type Template, webFunctionTemplatePath } from '../infra/template.ts';
import { type SettingName, settings } from '../src/config/settings.ts';
import { type FailureCode, failures } from '../src/failures.ts';
import { problemType } from '../src/pages/problem.ts';
import { serverSettings } from '../src/standalone/settings.ts';
import { roomDiagram, rooms } from '../test/architecture/rooms.ts';
import { advisories, groups } from './conformance/index.ts';
import { findProofs, type Proof } from './conformance/proofs.ts';
import type { Row } from './conformance/types.ts';
import { byLatency, byShape, type CostRow, ceilings, concurrency, costs, extras } from './costs.ts';
import { deployerPolicy } from './deployer-policy.ts';
import { type LogField, logSchema, platformReport } from './log-schema.ts';
import { alarmRunbook, awsErrors, runbook } from './runbook.ts';
import { savedQueries } from './saved-queries.ts';
import { commonSettings, groupOf, settingGroups } from './setting-groups.ts';
import { serverSettingTexts, settingTexts } from './setting-texts.ts';

/** Documents that contain tables made from the code. */
export const documents = [
  'README.md',
  'docs/settings.md',
  'docs/design.md',
  'docs/failures.md',
  'docs/server.md',
  'docs/operations.md',
  'docs/deploy.md',
  'docs/doctor.md',
  'docs/conformance.md',
] as const;

const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const cell = (text: string) => text.replaceAll('|', '\\|');

const code = (text: string) => (text.startsWith('(') || text === 'required' ? text : `\`${cell(text)}\``);

const proofs = await findProofs('test');

/** Lists the tests that prove a promise: the first two by name, the others by number. */
function proven({ id, stated }: Row): string {
  const found: readonly Proof[] = proofs.get(id) ?? [];
  const named = found.slice(0, 2).map(({ file, name }) => `[${cell(name)}](../${file})`);
  const more = found.length > 2 ? [`and ${found.length - 2} more`] : [];
  return (
    [...(stated === undefined ? [] : [`stated: ${cell(stated)}`]), ...named, ...more].join('<br>') || '**no test**'
  );
}

const conformance = groups
  .map(({ title, rows }) => {
    const head = ['Id', 'Given', 'Promise', 'Proven by', 'Elsewhere'];
    const cells = rows.map((row) => [
      row.id,
      cell(row.given),
      cell(row.promise),
      proven(row),
      cell(row.elsewhere ?? ''),
    ]);
    return `## ${title}\n\n${table(head, cells)}`;
  })
  .join('\n\n');

const advisoryTable = table(
  ['Advisory', 'Project', 'Defect', 'Promises against it'],
  advisories.map(({ id, project, defect, rows, stated }) => [
    cell(id),
    cell(project),
    cell(defect),
    stated === undefined ? rows.join(' ') : cell(stated),
  ]),
);

const fieldTable = (fields: readonly LogField[]) =>
  table(
    ['Field', 'Type', 'Meaning'],
    fields.map(({ name, type, meaning }) => [`\`${name}\``, type, cell(meaning)]),
  );

const settingNames = Object.keys(settings) as SettingName[];

const serverSettingNames = Object.keys(serverSettings) as (keyof typeof serverSettings)[];

const settingTable = (names: readonly SettingName[]) =>
  table(
    ['Variable', 'Meaning', 'Default', 'Example'],
    names.map((name) => {
      const row = { ...settings[name], ...settingTexts[name] };
      return [
        `\`${name}\``,
        `${cell(row.summary)}.${'secret' in row ? ' Secret.' : ''}`,
        code(row.default),
        `\`${cell(row.example)}\``,
      ];
    }),
  );

const usd = (value: number) => value.toFixed(2);

const costTable = (head: string, rows: readonly CostRow[]) => {
  const sum = rows.reduce((total, row) => total + row.usd, 0);
  const total = rows === costs ? [['**All**', '', `**${usd(sum)}**`]] : [];
  return table(
    [head, 'Computed as', 'USD'],
    [...rows.map((row) => [row.item, row.factors.join(' × '), usd(row.usd)]), ...total],
  );
};

const template = readTemplate();
const webTemplate = readTemplate(webFunctionTemplatePath);

const labelsOf = ({ Metadata }: Template) =>
  (Metadata as { 'AWS::CloudFormation::Interface': { ParameterLabels: Record<string, { default: string }> } })[
    'AWS::CloudFormation::Interface'
  ].ParameterLabels;
const labels = { ...labelsOf(webTemplate), ...labelsOf(template) };

/** Rows for parameters that are no settings. */
const parameterRows = (parameters: Template['Parameters']) =>
  Object.entries(parameters)
    .filter(([name]) => !ownParameters.has(name) && !Object.hasOwn(settings, settingName(name)))
    .map(([name, { Default, AllowedValues, Description = '' }]) => [
      `\`${name}\``,
      `${cell(`${labels[name]?.default}. ${Description}`)}${AllowedValues === undefined ? '' : `: ${AllowedValues.map((value) => `\`${value}\``).join(', ')}`}`,
      String(Default) === '' ? '(none)' : `\`${Default}\``,
    ]);

/** Generated parts of the documents, by the name of their marker. */
const tables: Readonly<Record<string, string>> = {
  settings: Object.entries(settingGroups)
    .map(([group, title]) => `### ${title}\n\n${settingTable(settingNames.filter((name) => groupOf[name] === group))}`)
    .join('\n\n'),
  common_settings: settingTable(commonSettings),
  rooms: table(
    ['Room', 'Purpose', 'Must not contain', 'Imports'],
    Object.values(rooms).map((room) => [
      `\`${room.path}\``,
      room.purpose,
      room.excludes,
      room.rooms.map((name) => rooms[name]?.path ?? name).join(', ') || 'nothing',
    ]),
  ),
  imports: roomDiagram(),
  server: table(
    ['Variable', 'Meaning', 'Default', 'Example'],
    serverSettingNames.map((name) => [
      `\`${name}\``,
      `${cell(serverSettingTexts[name].summary)}.`,
      code(serverSettingTexts[name].default),
      `\`${cell(serverSettings[name].example)}\``,
    ]),
  ),
  failures: table(
    ['Code', 'Status', 'Fault', 'Proxy-Status `error`', 'May pass by itself', 'Title', 'Advice'],
    Object.entries(failures).map(([name, row]) => [
      `\`${name}\``,
      String(row.status),
      row.fault,
      `\`${row.proxyError}\``,
      row.retryable ? 'yes' : 'no',
      row.title,
      row.advice,
    ]),
  ),
  failure_sections: Object.entries(failures)
    .map(([name, row]) => {
      const { meaning, cause, fix } = runbook[name as FailureCode];
      const facts = `\`${problemType(name as FailureCode)}\`, status ${row.status}. ${row.title}.`;
      return `### ${name}\n\n${facts}\n\n- Meaning: ${meaning}.\n- Likely cause: ${cause}.\n- What to do: ${fix}.`;
    })
    .join('\n\n'),
  log_every: fieldTable(logSchema.everyLine),
  log_request: fieldTable(logSchema.accessLine),
  log_failure: fieldTable(logSchema.failureLine),
  log_trace: fieldTable(logSchema.traceLine),
  log_notice: fieldTable(logSchema.notice),
  log_platform: fieldTable(platformReport),
  queries: await savedQueries(),
  runbook: table(
    ['Code', 'Meaning', 'Likely cause', 'What to do'],
    Object.entries(runbook).map(([name, entry]) => [`\`${name}\``, entry.meaning, entry.cause, entry.fix]),
  ),
  alarms: table(
    ['Alarm', 'Meaning', 'Likely cause', 'What to do'],
    Object.entries(alarmRunbook).map(([name, entry]) => [`\`${name}\``, entry.meaning, entry.cause, entry.fix]),
  ),
  aws_errors: table(
    ['Response', 'Meaning', 'Likely cause', 'What to do'],
    Object.entries(awsErrors).map(([name, entry]) => [cell(name), entry.meaning, entry.cause, entry.fix]),
  ),
  shapes: table(
    [
      'The backend takes',
      'Function URL, USD',
      'Web Function, USD (prices assumed)',
      'The Web Function costs less while a vCPU-hour costs less than',
    ],
    byShape.map(({ backendSeconds, functionUsd, webUsd, breakEven }) => [
      backendSeconds < 1 ? `${backendSeconds * 1000} ms` : `${backendSeconds} s`,
      usd(functionUsd),
      usd(webUsd),
      `${usd(breakEven)} USD`,
    ]),
  ),
  costs: costTable('A million requests', costs),
  cost_extras: costTable('Option', extras),
  cost_latency: costTable('A million requests that take', byLatency),
  concurrency: table(
    ['Requests per second', 'Seconds each', 'Environments'],
    concurrency.map(({ rate, latency, environments }) => [rate, latency, environments].map(String)),
  ),
  ceilings: table(
    ['Seconds each', 'Requests per second with 1,000 environments'],
    ceilings.map(({ latency, perSecond }) => [latency, perSecond].map(String)),
  ),
  parameters: table(['Parameter', 'Meaning', 'Default'], parameterRows(template.Parameters)),
  web_parameters: table(
    ['Parameter', 'Meaning', 'Default'],
    parameterRows(
      Object.fromEntries(
        Object.entries(webTemplate.Parameters).filter(([name]) => template.Parameters[name] === undefined),
      ),
    ),
  ),
  exits: table(
    ['Exit code', 'Meaning'],
    Object.entries(exitCodes).map(([name, value]) => [String(value), exitMeanings[name as keyof typeof exitCodes]]),
  ),
  findings: table(
    ['Code', 'Step', 'Level', 'What was seen', 'What users see'],
    (Object.keys(kinds) as FindingCode[]).map((name) => {
      const { check, level, text, users = '' } = finding(name, kinds[name].meaning);
      return [`\`${name}\``, check, level, cell(text), cell(users)];
    }),
  ),
  policy: `\`\`\`json\n${JSON.stringify(deployerPolicy, undefined, 1)}\n\`\`\``,
  conformance,
  advisories: advisoryTable,
};

/**
 * Returns a document in which the parts between markers are generated from the code.
 *
 * @param markdown a document with `<!-- table: name -->` … `<!-- /table -->`
 */
export const withTables = (markdown: string): string =>
  markdown.replace(
    /(<!-- table: (\w+) -->\n)[\s\S]*?(<!-- \/table -->)/g,
    (block, begin: string, name: string, end: string) => {
      const rows = tables[name];
      return rows === undefined ? block : `${begin}\n${rows}\n\n${end}`;
    },
  );

if (import.meta.main) {
  for (const document of documents) {
    await writeFile(document, withTables(await readFile(document, 'utf8')));
  }
}
