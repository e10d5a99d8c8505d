import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import packageJson from '../../package.json' with { type: 'json' };

const check = join(import.meta.dirname, '../../tools/require-node-24.cjs');

let folder: string | undefined;
afterEach(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true });
  folder = undefined;
});

/** Runs the check in a project of its own, on a Node.js that claims a version. */
function run(version: string, isInstalled: boolean) {
  folder = mkdtempSync(join(tmpdir(), 'rproxy-check-'));
  for (const name of ['tools', 'node_modules']) mkdirSync(join(folder, name));
  copyFileSync(check, join(folder, 'tools/check.cjs'));
  if (isInstalled) writeFileSync(join(folder, 'node_modules/.package-lock.json'), '{}');
  const claim = `Object.defineProperty(process.versions, 'node', { value: '${version}' });`;
  writeFileSync(join(folder, 'claim.cjs'), claim);
  const parameters = ['-r', join(folder, 'claim.cjs'), '-r', join(folder, 'tools/check.cjs'), '-p', '"started"'];
  return spawnSync(process.execPath, parameters, { encoding: 'utf8', env: {} });
}

describe('The check before a command', () => {
  test('says what to do where Node.js 24 did not install, in place of the command', () => {
    const { status, stdout, stderr } = run('20.20.2', true);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('needs Node.js 24, but runs on Node.js 20.20.2');
    expect(stderr).toContain('npm rebuild node --ignore-scripts=false');
  });

  test('says what to do where nothing is installed', () => {
    const { status, stderr } = run('24.21.0', false);
    expect([status, stderr]).toEqual([1, '\n  The dependencies are not installed. Run:\n  \n    npm ci\n\n']);
  });

  test.each(['24.0.0', '26.1.0'])('lets the command start on Node.js %s', (version) => {
    expect(run(version, true)).toMatchObject({ status: 0, stdout: 'started\n', stderr: '' });
  });

  test('stands before every npm script that runs a file of this project', () => {
    const scripts = Object.entries(packageJson.scripts).filter(([, script]) => /\bnode\b/.test(script));
    expect(scripts.length).toBeGreaterThan(10);
    for (const [name, script] of scripts) {
      const [first] = script.split(' && ').filter((part) => part.startsWith('node '));
      expect([name, first]).toEqual([name, expect.stringMatching(/^node -r \.\/tools\/require-node-24\.cjs /)]);
    }
  });
});
