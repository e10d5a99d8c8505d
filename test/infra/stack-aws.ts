import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The responses of an AWS CLI, by the first two words of a command: JSON, or the text of an error. */
export type AwsResponses = Readonly<Record<string, unknown>>;

/** An `aws` command that responds from a list. */
export interface StackAws {
  /** The environment in which it is the first `aws` on the PATH. */
  readonly env: Readonly<Record<string, string>>;
  /** Words of the commands so far. */
  calls(): string[][];
  remove(): void;
}

/**
 * Makes a command `aws` that prints the response of a list, or an error of the CLI for a text.
 *
 * @param responses e.g. `{ 'cloudformation describe-stacks': { Stacks: [] } }`
 */
export function stackAws(responses: AwsResponses): StackAws {
  const folder = mkdtempSync(join(tmpdir(), 'rproxy-aws-'));
  const log = join(folder, 'calls.jsonl');
  const program = `#!${process.execPath}
require('node:fs').appendFileSync(${JSON.stringify(log)}, JSON.stringify(process.argv.slice(2)) + '\\n');
const responses = ${JSON.stringify(responses)};
const response = responses[process.argv.slice(2, 4).join(' ')];
if (typeof response === 'object') console.log(JSON.stringify(response));
else {
  console.error(response ?? 'aws: error: unexpected ' + process.argv.slice(2, 4).join(' '));
  process.exitCode = 254;
}
`;
  writeFileSync(join(folder, 'aws'), program);
  chmodSync(join(folder, 'aws'), 0o755);
  return {
    env: { PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` },
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
