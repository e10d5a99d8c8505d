import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';

/** A row of a table of docs/applications.md. */
interface Row {
  readonly heading: string;
  readonly cells: readonly string[];
}

let rows: Row[];
beforeAll(async () => {
  const sections = (await readFile('docs/applications.md', 'utf8')).split(/^## /m).slice(1);
  rows = sections.flatMap((section) => {
    const [heading = '', ...lines] = section.split('\n');
    const table = lines.filter((line) => line.startsWith('|')).slice(2);
    return table.map((line) => ({
      heading,
      cells: line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    }));
  });
});

const fromDocumentation = /^From \[its documentation\]\(https:\/\/[^)]+\), not run here$/;
const link = /\[((?:[^\]]|\](?!\())+)\]\((\.\.\/test\/[\w./-]+\.test\.ts)\)/g;
const linksOf = ({ cells }: Row) =>
  [...(cells.at(-1) ?? '').matchAll(link)].map(([, name = '', target = '']) => ({ name, file: join('docs', target) }));

/** Whether a file has a test of this name, apart from ids at its end. */
const hasTest = (text: string, name: string) =>
  [...text.matchAll(/(['"`])((?:\\.|(?!\1)[^\\\n])+)\1,\s*(?:async\s*)?\(/g)].some(
    ([, , title = '']) => title.replaceAll(/\\(.)/g, '$1').replace(/(?: \[[A-Z]\d+(?: [A-Z]\d+)*\])+$/, '') === name,
  );

describe('docs/applications.md', () => {
  test('has a table of symptoms and one of applications, with every cell filled', () => {
    const width: Record<string, number> = { Symptoms: 5, 'Settings of applications': 4 };
    expect([...new Set(rows.map(({ heading }) => heading))]).toEqual(Object.keys(width));
    expect(rows.filter(({ heading, cells }) => cells.length !== width[heading] || cells.includes(''))).toEqual([]);
  });

  test('proves each row by tests that exist, or says that it comes from documentation and was not run', async () => {
    for (const row of rows) {
      const proof = row.cells.at(-1) ?? '';
      if (row.heading === 'Settings of applications' && fromDocumentation.test(proof)) continue;
      const links = linksOf(row);
      expect([row.cells[0], proof]).toEqual([
        row.cells[0],
        links.map(({ name, file }) => `[${name}](${file.replace(/^test/, '../test')})`).join('<br>'),
      ]);
      for (const { name, file } of links)
        expect([file, name, hasTest(await readFile(file, 'utf8'), name)]).toEqual([file, name, true]);
      expect(links).not.toEqual([]);
    }
  });

  test('names every suite of applications', async () => {
    const suites = (await readdir('test/apps')).filter((name) => name.endsWith('.test.ts'));
    const named = rows.flatMap(linksOf).map(({ file }) => file);
    expect(suites.filter((name) => !named.includes(`test/apps/${name}`))).toEqual([]);
  });
});
