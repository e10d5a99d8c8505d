import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { chart } from './chart.ts';
import { curves, type Points } from './growth.ts';
import { lineThrough, type Point } from './line.ts';

/** Words for the machine that the numbers come from. */
export function machine(): string {
  const [first] = cpus();
  return `${cpus().length} processors (${first?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GB of memory, Node.js ${process.version}`;
}

const folder = 'docs/performance';

const picture = (title: string, name: string) => `![${title}](performance/${name}.svg)`;

/** Draws the curves and says how steep they are. Returns Markdown. */
export async function drawGrowth(
  growth: Readonly<Record<string, Points>>,
  endurance: readonly Point[],
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const parts = curves.map(async ({ name, title, xLabel, unit }) => {
    const series = Object.entries(growth[name] ?? {}).map(([contender, points]) => ({
      name: contender,
      points,
      fit: lineThrough(points),
    }));
    await writeFile(join(folder, `${name}.svg`), chart(title, { x: xLabel, y: 'µs' }, series));
    const slopes = series.map(({ name: contender, fit }) => {
      const straight = `${fit.intercept.toFixed(0)} µs and ${fit.slope.toPrecision(2)} µs per ${unit}`;
      return `${contender}: ${straight} (R² ${fit.r2.toFixed(3)})`;
    });
    return `${picture(title, name)}\n\n${slopes.join('; ')}.`;
  });
  const title = 'Memory over requests';
  await writeFile(
    join(folder, 'endurance.svg'),
    chart(title, { x: 'requests of 10 KB', y: 'MB' }, [{ name: 'lambda-rproxy', points: endurance }]),
  );
  const settled = endurance.slice(endurance.length / 5);
  const perRequest = lineThrough(settled).slope * 1_000_000;
  const memory = `${picture(title, 'endurance')}\n\nAfter the first fifth: ${perRequest.toFixed(1)} bytes per request.`;
  return [...(await Promise.all(parts)), memory].join('\n\n');
}

/** Puts a text between the marks of that name in the document. */
export async function writeBetweenMarks(document: string, name: string, text: string): Promise<void> {
  const before = await readFile(document, 'utf8');
  const marks = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*(<!-- /${name} -->)`);
  if (!marks.test(before)) throw new Error(`${document} has no marks called ${name}`);
  await writeFile(
    document,
    before.replace(marks, (_all, start: string, end: string) => `${start}${text}\n${end}`),
  );
}

/** Everything that was measured, for machines. */
export async function writeJson(file: string, content: unknown): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(file, `${JSON.stringify(content)}\n`);
}
