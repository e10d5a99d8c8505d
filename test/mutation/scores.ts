import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';

/** How many of a file's mutants its tests noticed. */
export interface Score {
  readonly mutants: number;
  readonly killed: number;
}

const page = 'docs/mutation.md';

/** Share of the mutants that were noticed, in whole per cent, rounded down so that 100 means all. */
export const percent = ({ mutants, killed }: Score): string => `${Math.floor((killed / mutants) * 100)} %`;

const row = (name: string, score: Score) => `| ${name} | ${score.mutants} | ${score.killed} | ${percent(score)} |`;

/**
 * Writes one file's score into the table of docs/mutation.md. Rows of files that are gone go, and so does that of a
 * file without mutants.
 */
export async function record(file: string, score: Score): Promise<void> {
  const text = await readFile(page, 'utf8');
  const scores = new Map<string, Score>();
  for (const [, name = '', mutants, killed] of text.matchAll(/^\| (\S+\.ts) \| (\d+) \| (\d+) \|/gm)) {
    if (existsSync(name)) scores.set(name, { mutants: Number(mutants), killed: Number(killed) });
  }
  if (score.mutants === 0) scores.delete(file);
  else scores.set(file, score);
  const all = { mutants: 0, killed: 0 };
  for (const { mutants, killed } of scores.values()) {
    all.mutants += mutants;
    all.killed += killed;
  }
  const rows = [...scores].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, each]) => row(name, each));
  const table = ['| File | Mutants | Killed | Score |', '| --- | --- | --- | --- |', ...rows, row('all', all)].join(
    '\n',
  );
  await writeFile(page, text.replace(/(<!-- table: mutation -->\n)[\s\S]*(\n<!-- \/table -->)/, `$1\n${table}\n$2`));
}
