/** Sums up the samples of a period; nothing where there are none. */
export type Statistic = (values: readonly number[]) => number | undefined;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const plain: { readonly [name: string]: (values: readonly number[]) => number } = {
  SampleCount: values => values.length,
  Average: values => sum(values) / values.length,
  Sum: sum,
  // Not Math.min(...values): that many arguments are too many.
  Minimum: values => values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
  Maximum: values => values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
};

export const statistics: readonly string[] = Object.keys(plain);

/** @param name `Average`, … or a percentile such as `p99.9`; nothing for another one, which the sandbox does not know */
export function statisticOf(name: string): Statistic | undefined {
  const known = Object.hasOwn(plain, name) ? plain[name] : percentile(name);
  return known && (values => (values.length === 0 ? undefined : known(values)));
}

/** Between the two samples that are next to it, in proportion. */
function percentile(name: string): ((values: readonly number[]) => number) | undefined {
  const percent = name === 'p100' ? 100 : Number(/^p(\d{1,2}(?:\.\d{1,10})?)$/.exec(name)?.[1] ?? Number.NaN);
  if (Number.isNaN(percent)) return undefined;
  return values => {
    const sorted = [...values].sort((one, other) => one - other);
    const position = ((sorted.length - 1) * percent) / 100;
    const below = sorted[Math.floor(position)] ?? 0;
    const above = sorted[Math.ceil(position)] ?? below;
    return below + (above - below) * (position % 1);
  };
}
