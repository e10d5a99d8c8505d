import { access, readFile, writeFile } from 'node:fs/promises';

interface Score {
  readonly file: string;
  readonly mutants: number;
  readonly killed: number;
}

const page = 'docs/mutation.md';

const rowOf = ({ file, mutants, killed }: Score) =>
  `| ${file} | ${mutants} | ${killed} | ${((killed / mutants) * 100).toFixed(0)} % |`;

const scoreOf = (row: string): Score | undefined => {
  const [, file, mutants, killed] = /^\| (\S+\.ts) \| (\d+) \| (\d+) \|/.exec(row) ?? [];
  return file === undefined ? undefined : { file, mutants: Number(mutants), killed: Number(killed) };
};

/** Replaces one file's row in docs/mutation.md; rows of files that are gone go too. */
export async function record(score: Score): Promise<void> {
  const text = await readFile(page, 'utf8');
  const [before = '', table = '', after = ''] = text.split(/(?<=<!-- table: mutation -->\n)|(?=<!-- \/table -->)/);
  const others = table
    .split('\n')
    .map(scoreOf)
    .filter((row) => row !== undefined && row.file !== score.file);
  const scores: Score[] = score.mutants === 0 ? [] : [score];
  for (const row of others) if (row !== undefined && (await exists(row.file))) scores.push(row);
  scores.sort((a, b) => (a.file < b.file ? -1 : 1));
  const sum = (of: 'mutants' | 'killed') => scores.reduce((total, row) => total + row[of], 0);
  const all = rowOf({ file: '**all**', mutants: sum('mutants'), killed: sum('killed') });
  const lines = ['| File | Mutants | Killed | Score |', '| --- | --- | --- | --- |', ...scores.map(rowOf), all];
  await writeFile(page, `${before}\n${lines.join('\n')}\n\n${after}`);
}

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );
