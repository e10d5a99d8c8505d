import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { command } from './command.ts';

describe('npm run deploy', () => {
  let empty = '';
  beforeAll(() => {
    empty = mkdtempSync(join(tmpdir(), 'path-'));
  });
  afterAll(() => rmSync(empty, { recursive: true }));

  test.each(['deploy.ts', 'undeploy.ts'])('%s says where to get the AWS CLI when there is none', async (script) => {
    const words = script === 'deploy.ts' ? ['RemoteUrl=http://127.0.0.1:9'] : [];
    const { exitCode, errors } = await command(script, words, { PATH: empty });
    expect([exitCode, errors]).toEqual([
      1,
      expect.stringMatching(/AWS CLI is not installed.*https:\/\/docs\.aws\.amazon\.com/),
    ]);
    expect(errors).not.toContain('    at ');
  });

  test.each([
    [['RemoteUri=http://h'], 'Did you mean RemoteUrl?'],
    [['InvokeMode=STREAM'], 'InvokeMode must be one of'],
    [['http://h'], 'given as Name=value'],
    [['--stack-name', '1 stack'], '--stack-name must begin with a letter'],
    [['--nonsense'], 'There is no option --nonsense'],
  ])('refuses %j before it asks anybody, with exit code 2', async (words, message) => {
    const { exitCode, errors } = await command('deploy.ts', words, { PATH: empty });
    expect([exitCode, errors]).toEqual([2, expect.stringContaining(message)]);
  });

  test.each([
    ['deploy.ts', 'Usage: npm run deploy -- RemoteUrl='],
    ['undeploy.ts', 'Usage: npm run undeploy -- [options]'],
    ['package.ts', 'Usage: npm run package'],
    ['command.ts', 'Usage: lambda-rproxy COMMAND'],
  ])('%s --help says what there is, on stdout and with exit code 0', async (script, usage) => {
    const { exitCode, errors, output } = await command(script, ['--help'], { PATH: empty });
    expect([errors, exitCode, output]).toEqual(['', 0, expect.stringContaining(usage)]);
  });

  test.each([
    [['--region', 'eu-central1'], '--region must be the name of a region'],
    [['--bucket', 'My_Bucket'], '--bucket must be the name of a bucket'],
    [['--stack-name', 'a'.repeat(65)], 'have at most 64 letters'],
    [['--tag', 'team'], '--tag must be NAME=VALUE'],
    [['--url-seconds', 'long'], '--url-seconds must be a whole number'],
  ])('refuses %j, with exit code 2', async (words, message) => {
    const { exitCode, errors } = await command('deploy.ts', words, { PATH: empty });
    expect([exitCode, errors]).toEqual([2, expect.stringContaining(message)]);
  });

  test('npm run undeploy takes no stack parameters', async () => {
    const { exitCode, errors } = await command('undeploy.ts', ['AppName=x'], { PATH: empty });
    expect([exitCode, errors]).toEqual([2, expect.stringContaining('takes no stack parameters')]);
  });
});
