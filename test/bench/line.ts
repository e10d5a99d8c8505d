/** A straight line through measured points. */
export interface Line {
  /** Of y per unit of x. */
  readonly slope: number;
  readonly intercept: number;
  /** Part of y's variance that the line explains: 1 when all points lie on it. NaN when y does not vary. */
  readonly r2: number;
}

export type Point = readonly [x: number, y: number];

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The line of least squares. */
export function lineThrough(points: readonly Point[]): Line {
  const [meanX, meanY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const sum = (term: (x: number, y: number) => number) =>
    points.reduce((total, [x, y]) => total + term(x - meanX, y - meanY), 0);
  const slope = sum((x, y) => x * y) / sum((x) => x * x);
  const intercept = meanY - slope * meanX;
  const left = points.reduce((total, [x, y]) => total + (y - intercept - slope * x) ** 2, 0);
  return { slope, intercept, r2: 1 - left / sum((_x, y) => y * y) };
}
