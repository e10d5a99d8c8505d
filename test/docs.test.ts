import { access, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { documents, withTables } from '../docs/tables.ts';
import packageJson from '../package.json' with { type: 'json' };

const markdown = async () => {
  const inDocs = (await readdir('docs')).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`);
  const atTop = (await readdir('.')).filter((name) => name.endsWith('.md'));
  return Promise.all([...atTop, ...inDocs].map(async (path) => ({ path, text: await readFile(path, 'utf8') })));
};

describe('the documents', () => {
  test.each(documents)("the tables in %s are the code's", async (document) => {
    const text = await readFile(document, 'utf8');
    expect(text).toContain('<!-- table: ');
    expect(text).toBe(withTables(text));
  });

  test('every link to a file of this repository leads to one', async () => {
    for (const { path, text } of await markdown()) {
      for (const [, target = ''] of text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
        await expect(access(join(dirname(path), target)).then(() => 'exists')).resolves.toBe('exists');
      }
    }
  });

  test('every npm command that they name exists', async () => {
    const scripts = Object.keys(packageJson.scripts);
    for (const { path, text } of await markdown()) {
      for (const [, script = ''] of text.matchAll(/npm run ([\w:]+)/g))
        expect([path, scripts]).toEqual([path, expect.arrayContaining([script])]);
    }
  });
});
