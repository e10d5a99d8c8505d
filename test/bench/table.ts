import { base, type Contender, product } from './contenders.ts';
import { sizes } from './gate.ts';
import type { Samples } from './samples.ts';
import { schemes } from './subject.ts';
import { direct } from './warm.ts';

interface Row {
  readonly title: string;
  readonly figure: string;
  readonly digits: number;
  /** Shown as a ratio to `bare` as well. */
  readonly ratio: boolean;
  /** What is taken off each value: the time of the backend without a proxy. */
  readonly minus?: string;
}

const row = (title: string, figure: string, digits = 0): Row => ({ title, figure, digits, ratio: true });

const rows: readonly Row[] = [
  ...schemes.flatMap((scheme) => [
    row(`cold start to first response, ${scheme}, ms`, `cold start, ${scheme}, ms`, 1),
    row(`its CPU, ${scheme}, ms`, `cold start CPU, ${scheme}, ms`, 1),
  ]),
  ...schemes.flatMap((scheme) =>
    sizes.map(({ title }) => row(`CPU per request, ${title}, ${scheme}, µs`, `CPU, ${title}, ${scheme}, µs`)),
  ),
  ...sizes.flatMap(({ title }) =>
    ['p50', 'p99'].map((part) => ({
      title: `${part} of added latency, ${title}, http, ms`,
      figure: `${part}, ${title}, http, ms`,
      digits: 2,
      ratio: false,
      minus: direct,
    })),
  ),
  row('memory after the first response, MB', 'memory after the first response, MB', 0),
  row('peak memory after responses of 4.5 MB, MB', 'peak memory, 4.5 MB, MB', 0),
  { ...row('time to first byte of a slow response, ms', 'time to first byte, ms', 0), ratio: false },
  row('CPU for 50 MB streamed, ms', 'CPU, 50 MB streamed, ms', 0),
  row('peak memory with 50 MB streamed, MB', 'peak memory, 50 MB streamed, MB', 0),
];

const kilobytes = (bytes: number) => (bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0);

function cell({ figure, digits, ratio, minus }: Row, name: string, samples: Samples): string {
  const value = samples.median(figure, name) - (minus === undefined ? 0 : samples.median(figure, minus));
  if (Number.isNaN(value)) return '–';
  return ratio && name !== base
    ? `${value.toFixed(digits)} (${samples.ratio(figure, name, base).toFixed(2)})`
    : value.toFixed(digits);
}

const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

/** All figures: medians and, in brackets, their ratio to `bare` of the same run. Smaller is better everywhere. */
export function table(contenders: readonly Contender[], samples: Samples): string {
  const names = contenders.map(({ name }) => name);
  return [
    line(['figure', ...names.map((name) => (name === product ? `**${name}**` : name))]),
    line(['---', ...names.map(() => '---:')]),
    line(['code read at every start, KB', ...contenders.map(({ bytes }) => kilobytes(bytes.entry))]),
    line(['code in all, KB', ...contenders.map(({ bytes }) => kilobytes(bytes.all))]),
    ...rows.map((each) => line([each.title, ...names.map((name) => cell(each, name, samples))])),
  ].join('\n');
}
