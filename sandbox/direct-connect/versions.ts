/** What a record was from a time on, in milliseconds since 1970-01-01T00:00Z, until its next version. */
export interface Version<T> {
  /** `-Infinity` for what was there at the beginning. */
  readonly from: number;
  readonly record: T;
}

/**
 * Records by id, with what each of them was before. A record is never changed: another takes its place, and that costs
 * the same however many there have been.
 */
export class Versions<T> {
  private readonly records = new Map<string, T>();
  /** Oldest first. What was there at the beginning and has not been replaced since has none. */
  private readonly versions = new Map<string, Version<T>[]>();

  /** @param beginning what is there at the beginning, by id */
  constructor(beginning: Iterable<readonly [string, T]>) {
    for (const [id, record] of beginning) this.records.set(id, record);
  }

  /** What there is now. */
  get now(): ReadonlyMap<string, T> {
    return this.records;
  }

  /** Adds a record, or puts it in place of the one before, from a time on that is not before its last version. */
  put(id: string, record: T, from: number): void {
    const versions = this.versions.get(id);
    if (versions !== undefined) versions.push({ from, record });
    else this.versions.set(id, [...this.of(id), { from, record }]);
    this.records.set(id, record);
  }

  /** Every version of a record, oldest first. */
  of(id: string): readonly Version<T>[] {
    const record = this.records.get(id);
    return this.versions.get(id) ?? (record === undefined ? [] : [{ from: Number.NEGATIVE_INFINITY, record }]);
  }

  /** The versions of every record, by id, in the order in which the records were added. */
  *histories(): Iterable<readonly [id: string, versions: readonly Version<T>[]]> {
    for (const id of this.records.keys()) yield [id, this.of(id)];
  }

  /** What there was at a time, in the order in which it was added. */
  *at(time: number): Iterable<T> {
    for (const id of this.records.keys()) {
      const version = this.of(id).findLast(({ from }) => from <= time);
      if (version !== undefined) yield version.record;
    }
  }
}
