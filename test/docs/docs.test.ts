import { access, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { advisories, groups } from '../../docs/conformance/index.ts';
import { findProofs } from '../../docs/conformance/proofs.ts';
import { documents, withTables } from '../../docs/tables.ts';
import packageJson from '../../package.json' with { type: 'json' };

const markdown = async () => {
  const inDocs = (await readdir('docs')).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`);
  const atTop = (await readdir('.')).filter((name) => name.endsWith('.md'));
  return Promise.all(
    [...atTop, ...inDocs, 'test/README.md'].map(async (path) => ({ path, text: await readFile(path, 'utf8') })),
  );
};

/** Returns the anchors that GitHub makes of a document's headings. */
const anchorsOf = (text: string) =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

describe('the documents', () => {
  test.each(documents)("the tables in %s are the code's", async (document) => {
    const text = await readFile(document, 'utf8');
    // Each marker has its table's first line; one that the generator overlooks would stay empty for good.
    const markers = text.match(/<!-- table: /g) ?? [];
    expect(markers.length).toBeGreaterThan(0);
    expect(text.match(/<!-- table: \w+ -->\n\n(?:#|\||```(?:mermaid|json))/g)).toHaveLength(markers.length);
    expect(text).toBe(withTables(text));
  });

  test('every link to a file of this repository leads to one', async () => {
    for (const { path, text } of await markdown()) {
      for (const [, target = ''] of text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
        await expect(access(join(dirname(path), target)).then(() => 'exists')).resolves.toBe('exists');
      }
    }
  });

  test('every link to a heading leads to one', async () => {
    const documents = await markdown();
    const anchors = new Map(documents.map(({ path, text }) => [path, anchorsOf(text)]));
    for (const { path, text } of documents) {
      for (const [link, target = '', anchor = ''] of text.matchAll(/\]\((?!https?:)([^)#]*)#([^)]+)\)/g)) {
        const document = target === '' ? path : join(dirname(path), target);
        expect([path, link, anchors.get(document)]).toEqual([path, link, expect.arrayContaining([anchor])]);
      }
    }
  });

  test('every file that they name exists', async () => {
    for (const { path, text } of await markdown()) {
      for (const [, file = ''] of text.matchAll(/`((?:src|middlewares|build|infra|test|docs)\/[\w./-]*)`/g))
        await expect(access(file).then(() => [path, file])).resolves.toEqual([path, file]);
    }
  });

  test('test/README.md names every folder of tests, and has one row for each suite', async () => {
    const folders = (await readdir('test', { withFileTypes: true })).filter((entry) => entry.isDirectory());
    const text = await readFile('test/README.md', 'utf8');
    expect(folders.map(({ name }) => name).filter((name) => !text.includes(`\`${name}/\``))).toEqual([]);
    const rows = [...text.matchAll(/^\| (`[^|]+) \|/gm)].map(([, first]) => first);
    expect(rows).toEqual([...new Set(rows)]);
  });

  test('every npm command that they name exists', async () => {
    const scripts = Object.keys(packageJson.scripts);
    for (const { path, text } of await markdown()) {
      for (const [, script = ''] of text.matchAll(/npm run ([\w:-]+)/g))
        expect([path, scripts]).toEqual([path, expect.arrayContaining([script])]);
    }
  });
});

describe('the promises', () => {
  const rows = groups.flatMap((group) => group.rows);

  test('each has a test that names it, or says why it cannot have one', async () => {
    const proofs = await findProofs('test');
    expect(rows.filter(({ id, stated }) => stated === undefined && !proofs.has(id)).map(({ id }) => id)).toEqual([]);
  });

  test('no test names one that does not exist', async () => {
    const ids = new Set(rows.map(({ id }) => id));
    expect([...(await findProofs('test')).keys()].filter((id) => !ids.has(id))).toEqual([]);
  });

  test('none is made twice', () => {
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  });

  test('every advisory is met by promises that exist, or has no surface here', () => {
    const ids = new Set(rows.map(({ id }) => id));
    const unmet = advisories.filter(
      (row) => row.stated === undefined && !(row.rows.length > 0 && row.rows.every((id) => ids.has(id))),
    );
    expect(unmet.map(({ id }) => id)).toEqual([]);
  });
});
