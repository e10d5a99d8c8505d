import { readFile, writeFile } from 'node:fs/promises';
import { settings } from '../src/config.ts';
import { failures } from '../src/errors.ts';

/** Documents that hold a table of the code's. */
export const documents = ['README.md', 'docs/settings.md', 'docs/failures.md'] as const;

const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const cell = (text: string) => text.replaceAll('|', '\\|');

const code = (text: string) => (text.startsWith('(') || text === 'required' ? text : `\`${cell(text)}\``);

/** Tables by the name of their marker. */
const tables: Readonly<Record<string, string>> = {
  settings: table(
    ['Variable', 'Meaning', 'Default', 'Example'],
    Object.entries(settings).map(([name, row]) => [
      `\`${name}\``,
      `${cell(row.summary)}.${'secret' in row ? ' Secret.' : ''}`,
      code(row.default),
      `\`${cell(row.example)}\``,
    ]),
  ),
  failures: table(
    ['Code', 'Status', 'Fault', 'Proxy-Status `error`', 'May pass by itself', 'Title', 'Advice'],
    Object.entries(failures).map(([name, row]) => [
      `\`${name}\``,
      String(row.status),
      row.fault,
      `\`${row.proxyError}\``,
      row.retryable ? 'yes' : 'no',
      row.title,
      row.advice,
    ]),
  ),
};

/**
 * A document with the tables between its markers made anew from the code.
 *
 * @param markdown a document with `<!-- table: name -->` … `<!-- /table -->`
 */
export const withTables = (markdown: string): string =>
  markdown.replace(
    /(<!-- table: (\w+) -->\n)[\s\S]*?(\n<!-- \/table -->)/g,
    (block, begin: string, name: string, end: string) => {
      const rows = tables[name];
      return rows === undefined ? block : `${begin}\n${rows}\n${end}`;
    },
  );

if (import.meta.main) {
  for (const document of documents) {
    await writeFile(document, withTables(await readFile(document, 'utf8')));
  }
}
