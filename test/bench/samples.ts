/** The middle value; NaN of none. */
const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The value below which the given part of the values lies, by nearest rank. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

/** Measured values by figure and contender. */
export class Samples {
  readonly #values = new Map<string, Map<string, number[]>>();

  note(figure: string, contender: string, value: number): void {
    const byContender = this.#values.get(figure) ?? new Map<string, number[]>();
    this.#values.set(figure, byContender);
    byContender.set(contender, [...(byContender.get(contender) ?? []), value]);
  }

  values(figure: string, contender: string): readonly number[] {
    return this.#values.get(figure)?.get(contender) ?? [];
  }

  median(figure: string, contender: string): number {
    return median(this.values(figure, contender));
  }

  /** Median over the median of `base` in the same run. */
  ratio(figure: string, contender: string, base: string): number {
    return this.median(figure, contender) / this.median(figure, base);
  }

  /** Median of the ratios to `base` round by round: what slows the machine for a while slows both. */
  pairedRatio(figure: string, contender: string, base: string): number {
    const bases = this.values(figure, base);
    return median(this.values(figure, contender).map((value, round) => value / (bases[round] ?? Number.NaN)));
  }

  toJSON(): Record<string, Record<string, readonly number[]>> {
    return Object.fromEntries([...this.#values].map(([figure, values]) => [figure, Object.fromEntries(values)]));
  }
}
