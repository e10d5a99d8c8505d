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
    [['--nonsense'], "Unknown option '--nonsense'"],
  ])('refuses %j before it asks anybody, with exit code 2', async (words, message) => {
    const { exitCode, errors } = await command('deploy.ts', words, { PATH: empty });
    expect([exitCode, errors]).toEqual([2, expect.stringContaining(message)]);
  });

  test('npm run undeploy takes no stack parameters', async () => {
    const { exitCode, errors } = await command('undeploy.ts', ['AppName=x'], { PATH: empty });
    expect([exitCode, errors]).toEqual([2, expect.stringContaining('takes no stack parameters')]);
  });
});
