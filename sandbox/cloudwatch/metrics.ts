/** Which metric: its name and dimensions in a namespace. */
export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  /** By their names. */
  readonly dimensions: { readonly [name: string]: string };
}

export interface Sample {
  /** Milliseconds since 1970-01-01T00:00Z. */
  readonly time: number;
  readonly value: number;
  /** Such as `Count`; `None` for none. */
  readonly unit: string;
}

/** A service's own metrics, worked out when they are asked for. */
export interface MetricSource {
  /** Each with the Region that it is in. */
  list(): readonly { readonly region: string; readonly metric: MetricId }[];
  /** The samples from one time up to, but not including, another. */
  samples(region: string, metric: MetricId, from: number, to: number): readonly Sample[];
}

/** Metrics of all Regions together, and samples of each: the last ones. */
const kept = { metrics: 10_000, samples: 5_000 };

/** What was measured, in all Regions. */
export class Metrics {
  private readonly stored = new Map<string, { region: string; metric: MetricId; samples: Sample[] }>();

  constructor(private readonly source: MetricSource) {}

  put(region: string, metric: MetricId, samples: readonly Sample[]): void {
    const key = keyOf(region, metric);
    const found = this.stored.get(key) ?? { region, metric, samples: [] };
    // The metric that was longest without a sample goes first.
    this.stored.delete(key);
    this.stored.set(key, found);
    found.samples.push(...samples);
    found.samples.splice(0, found.samples.length - kept.samples);
    const [oldest] = this.stored.keys();
    if (this.stored.size > kept.metrics && oldest !== undefined) this.stored.delete(oldest);
  }

  /** The metrics of a Region. */
  list(region: string): readonly MetricId[] {
    return [...this.stored.values(), ...this.source.list()]
      .filter(one => one.region === region)
      .map(({ metric }) => metric);
  }

  /** The samples from one time up to, but not including, another, in milliseconds since 1970-01-01T00:00Z. */
  samples(region: string, metric: MetricId, from: number, to: number): readonly Sample[] {
    const own = this.stored.get(keyOf(region, metric))?.samples ?? [];
    const within = own.filter(({ time }) => time >= from && time < to);
    return [...within, ...this.source.samples(region, metric, from, to)];
  }
}

const keyOf = (region: string, { namespace, name, dimensions }: MetricId): string =>
  JSON.stringify([
    region,
    namespace,
    name,
    Object.entries(dimensions).sort(([one], [other]) => (one < other ? -1 : 1)),
  ]);
