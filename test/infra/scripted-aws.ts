import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How the AWS CLI of a test responds. */
export interface Script {
  /** Output of a command by its first two words; text beginning with `!` is an error message. */
  readonly outputs?: Readonly<Record<string, string>>;
  /** Lines of the log group that Logs Insights searches. */
  readonly lines?: readonly object[];
  /** How old those lines are, in seconds: a query that looks less far back does not find them. */
  readonly ageSeconds?: number;
  /** State in which every query ends; Complete unless told otherwise. */
  readonly status?: string;
}

/** An `aws` command that a test has written. */
export interface ScriptedAws {
  /** Environment in which it is the AWS CLI. */
  readonly env: Record<string, string>;
  /** Command lines so far. */
  calls(): string[][];
  remove(): void;
}

/** Writes an `aws` command that plays a script. */
export function scriptedAws(script: Script): ScriptedAws {
  const folder = mkdtempSync(join(tmpdir(), 'aws-'));
  const file = join(folder, 'script.json');
  writeFileSync(file, JSON.stringify(script));
  const command = join(folder, 'aws');
  const player = join(import.meta.dirname, 'scripted-aws-player.ts');
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${player}' '${folder}' "$@"\n`);
  chmodSync(command, 0o755);
  const log = join(folder, 'calls.jsonl');
  return {
    env: { PATH: `${folder}:${process.env['PATH']}`, AWS_REGION: 'eu-central-1' },
    calls: () =>
      existsSync(log)
        ? readFileSync(log, 'utf8')
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as string[])
        : [],
    remove: () => rmSync(folder, { recursive: true }),
  };
}
