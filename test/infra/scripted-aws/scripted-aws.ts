import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTemplate } from '../../../infra/template.ts';
import { readCalls, writeAws } from './aws-command.ts';
import type { Call, State, TemplateFacts } from './state.ts';

/** What the program needs of the template, so that no call reads it whole. */
function templateFacts(): TemplateFacts {
  const { Parameters, Resources } = readTemplate();
  const secrets = Object.keys(Parameters).filter((name) => Parameters[name]?.NoEcho === true);
  const resources = Object.entries(Resources).filter(([, { Condition = 'HasUrl' }]) => Condition === 'HasUrl');
  return { secrets, types: Object.fromEntries(resources.map(([name, { Type }]) => [name, Type])) };
}

const repository = join(import.meta.dirname, '../../..');

/** An account of AWS that exists in a file, an `aws` command that works with it, and an installed package. */
export interface ScriptedAws {
  /** Environment for a command: the `aws` command is on its PATH. */
  readonly env: Record<string, string>;
  /** A copy of the commands with a function that is built already, as in an installed package. */
  readonly infra: string;
  /** The folder for temporary files of a command. */
  readonly temporary: string;
  state(): State;
  /** Changes what AWS has. */
  set(change: Partial<State>): void;
  calls(): Call[];
  close(): void;
}

/** Starts with no stack and no bucket. */
export function scriptedAws(): ScriptedAws {
  const folder = mkdtempSync(join(tmpdir(), 'scripted-aws-'));
  const bin = join(folder, 'bin');
  const temporary = join(folder, 'tmp');
  const installed = join(folder, 'package');
  for (const each of [bin, temporary, join(installed, 'dist')]) mkdirSync(each, { recursive: true });
  writeAws(bin, 'program.ts');
  for (const part of ['infra', 'src', 'middlewares', 'package.json'])
    cpSync(join(repository, part), join(installed, part), { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(installed, 'node_modules'));
  for (const shape of ['index.mjs', 'server.mjs'])
    writeFileSync(join(installed, 'dist', shape), 'export const handler = () => undefined;');

  writeFileSync(join(folder, 'template.json'), JSON.stringify(templateFacts()));
  const statePath = join(folder, 'state.json');
  const state = () => JSON.parse(readFileSync(statePath, 'utf8')) as State;
  writeFileSync(statePath, JSON.stringify({ outputs: {}, faults: {} } satisfies State));
  return {
    env: { PATH: `${bin}:/usr/bin:/bin`, SCRIPTED_AWS: folder, TMPDIR: temporary, AWS_REGION: 'eu-central-1' },
    infra: join(installed, 'infra'),
    temporary,
    state,
    set: (change) => writeFileSync(statePath, JSON.stringify({ ...state(), ...change })),
    calls: () => readCalls<Call>(folder),
    close: () => rmSync(folder, { recursive: true, maxRetries: 5 }),
  };
}
