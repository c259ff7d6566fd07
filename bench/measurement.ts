/** One table of the results. */
export interface Measurement {
  readonly title: string;
  /** What was run, how often, what was virtual and what real, and how to read it. */
  readonly method: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Each goal, whether it is reached, and by what. */
  readonly goals: readonly Goal[];
  /** What else there is to know. */
  readonly notes?: string;
}

export interface Goal {
  readonly goal: string;
  readonly reached: boolean;
  readonly measured: string;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (low === undefined || high === undefined) throw new Error('There is no median of nothing');
  return (low + high) / 2;
}

/** The ratio of each to the other of the same turn: what the machine's own speed does to both of them falls out. */
export function pairwise(values: readonly number[], others: readonly number[]): number[] {
  return values.map((value, turn) => value / (others[turn] ?? Number.NaN));
}

/** `median (lowest to highest)`, each as `show` writes it. */
export function spread(values: readonly number[], show: (value: number) => string): string {
  if (values.length === 0) return '–';
  const [least, most] = [Math.min(...values), Math.max(...values)].map(show);
  return least === most ? `${least}` : `${show(median(values))} (${least} to ${most})`;
}

export const percent = (share: number): string => `${Math.round(share * 100)} %`;
export const seconds = (milliseconds: number): string =>
  Number.isFinite(milliseconds) ? `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 1 : 0)} s` : 'no answer';
export const times = (ratio: number): string => `${ratio.toFixed(2)} ×`;
