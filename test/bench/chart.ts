import type { Line, Point } from './line.ts';

/** One line of a chart. */
export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
  /** Drawn behind the points when given. */
  readonly fit?: Line;
}

const size = { width: 640, height: 320, left: 72, right: 16, top: 40, bottom: 48 };
// Readable on white and on black.
const colours = ['#d97706', '#2563eb', '#059669'];
const ink = '#6b7280';

/** Round numbers from 0 to beyond the largest value. */
function ticks(largest: number): number[] {
  const rough = largest / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? rough;
  return Array.from({ length: Math.ceil(largest / step) + 1 }, (_, index) => index * step);
}

const number = (value: number) => Number(value.toPrecision(6)).toLocaleString('en');

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/**
 * A line chart as SVG text, both axes from zero.
 *
 * @param title what it shows; also what screen readers say
 * @param axes labels with their units
 * @param series the lines, at most three
 */
export function chart(title: string, axes: { x: string; y: string }, series: readonly Series[]): string {
  const all = series.flatMap(({ points }) => points);
  const [xTicks, yTicks] = [ticks(Math.max(...all.map(([x]) => x))), ticks(Math.max(...all.map(([, y]) => y)))];
  const { width, height, left, right, top, bottom } = size;
  const x = (value: number) => left + (value / (xTicks.at(-1) ?? 1)) * (width - left - right);
  const y = (value: number) => height - bottom - (value / (yTicks.at(-1) ?? 1)) * (height - top - bottom);
  const at = ([px, py]: Point) => `${x(px).toFixed(1)},${y(py).toFixed(1)}`;
  const text = (tx: number, ty: number, anchor: string, words: string) =>
    `<text x="${tx.toFixed(1)}" y="${ty.toFixed(1)}" text-anchor="${anchor}" fill="${ink}">${escaped(words)}</text>`;
  const grid = yTicks.flatMap((tick) => [
    `<path d="M${left} ${y(tick).toFixed(1)}H${width - right}" stroke="${ink}" stroke-opacity=".25"/>`,
    text(left - 8, y(tick) + 4, 'end', number(tick)),
  ]);
  const xMarks = xTicks.map((tick) => text(x(tick), height - bottom + 18, 'middle', number(tick)));
  const lines = series.flatMap(({ name, points, fit }, index) => {
    const colour = colours[index];
    const last = points.at(-1)?.[0] ?? 0;
    const ends =
      fit &&
      ([
        [0, fit.intercept],
        [last, fit.intercept + fit.slope * last],
      ] as const);
    return [
      ...(ends
        ? [`<polyline points="${ends.map(at).join(' ')}" stroke="${colour}" stroke-dasharray="4 4" fill="none"/>`]
        : []),
      `<polyline points="${points.map(at).join(' ')}" stroke="${colour}" stroke-width="2" fill="none"/>`,
      ...points.map(
        (point) => `<circle cx="${x(point[0]).toFixed(1)}" cy="${y(point[1]).toFixed(1)}" r="3" fill="${colour}"/>`,
      ),
      `<text x="${width - right}" y="${16 + 16 * index}" text-anchor="end" fill="${colour}">${escaped(name)}</text>`,
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    text(left, 16, 'start', `${title} (${axes.y})`),
    ...grid,
    ...xMarks,
    text((left + width - right) / 2, height - 8, 'middle', axes.x),
    ...lines,
    '</svg>',
    '',
  ].join('\n');
}
