import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { gotChecklist, gotIsVerified, gotVersion } from '../../build/got-version.ts';

type Load = (file: { path: string }) => Promise<{ errors: { text: string }[] } | undefined>;

/** What the plugin does with the entry of a got of some version. */
function loaderOf(): { filter: RegExp; load: Load } {
  let found: { filter: RegExp; load: Load } | undefined;
  const onLoad = ({ filter }: { filter: RegExp }, load: Load) => {
    found = { filter, load };
  };
  void gotIsVerified.setup({ onLoad } as never);
  return found as NonNullable<typeof found>;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'got-version-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function entryOf(version: string): Promise<string> {
  const root = join(folder, version, 'node_modules/got');
  await mkdir(join(root, 'dist/source'), { recursive: true });
  await writeFile(join(root, 'package.json'), JSON.stringify({ name: 'got', version }));
  return join(root, 'dist/source/index.js');
}

describe('the build', () => {
  test('passes with the version of got that was verified, which is the one of package.json', async () => {
    const { filter, load } = loaderOf();
    const path = await entryOf(gotVersion);
    expect(path).toMatch(filter);
    expect(await load({ path })).toBeUndefined();
    expect(JSON.parse(readFileSync('package.json', 'utf8')).devDependencies.got).toBe(gotVersion);
  });

  test.each(['16.1.1', '16.2.0', '17.0.0', '15.0.0'])('fails with got %s and lists what to verify', async (version) => {
    const result = await loaderOf().load({ path: await entryOf(version) });
    const text = result?.errors[0]?.text;
    expect(text).toContain(`got ${version} is installed, and the build was verified with got ${gotVersion}`);
    for (const item of gotChecklist) expect(text).toContain(item);
    expect(text).toContain('Then set gotVersion in build/got-version.ts.');
  });

  test('names files that exist', () => {
    const named = gotChecklist.join(' ').match(/\b(?:src|build|test)\/[\w./-]*\w/g) ?? [];
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((path) => !existsSync(path))).toEqual([]);
    const parts = gotChecklist.join(' ').match(/\bcore\/[\w./-]*\w/g) ?? [];
    expect(parts.filter((path) => !existsSync(join('node_modules/got/dist/source', path)))).toEqual([]);
  });
});
