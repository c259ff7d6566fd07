import type { ErrorFacts } from '../aws/errors';
import { type Persisted, persist } from '../aws/persist';
import type { Clock } from '../clock';
import type { Log } from '../log';
import { type Claim, type ConnectionRecord, claimOf, NO_TABLE, type Place, type Wrote } from './record';
import { parseRecord } from './stored-record';
import type { Table } from './table';
import {
  begun,
  type Concern,
  type Ending,
  type Event,
  ended,
  isWriting,
  KEPT_AFTER_GONE,
  leftByLateDelete,
  pruned,
  type Writing,
  whyBarred,
  writing,
  written,
} from './transitions';

/** How often to look whether somebody else's write has come to its end, in milliseconds. */
const LOOK_AGAIN = 1_000;

/** How often somebody else may come first in one change of a record: a few events at a time concern a connection. */
const MOST_CONFLICTS = 50;

interface Tools {
  readonly clock: Clock;
  /** From 0 up to, but not including, 1. */
  readonly random: () => number;
  readonly log: Log;
}

/** What became of a change of a record. */
type Changed =
  /** It is written; `meanwhile`: somebody else had changed the record since it was last read. */
  { readonly meanwhile: boolean } | { readonly error: ErrorFacts };

/**
 * The records of the connections that an event is about, as this invocation knows them, and its right to write. Each change
 * of a record is one conditional write: it counts only where nobody else has changed the record meanwhile.
 *
 * Where the table is gone, nothing can be remembered. Then a Create fails, and an Update that would have to write or has another
 * connection; a Delete goes on with what it sees, so that a stack whose table somebody deleted can still be destroyed. No
 * other membership can have come to its connection meanwhile, since that has failed.
 */
export class Memory {
  private readonly items = new Map<string, { record: ConnectionRecord; stamp: string | undefined }>();
  /** Where the write before led, of connections whose last write was not done. */
  private readonly undone = new Map<string, Place>();
  /** Where the write before the announced one led. */
  private readonly before = new Map<string, Place>();
  private readonly invocation: string;
  private readonly concerns: Concern[] = [];
  private gone: ErrorFacts | undefined;
  private missingAtBeginning: ErrorFacts | undefined;
  /** Whether the event has come before. */
  private isRepeated = false;

  /** @param region of the connections */
  constructor(
    readonly event: Event,
    private readonly region: string,
    private readonly table: Table,
    private readonly tools: Tools,
  ) {
    this.invocation = `${event.requestId}/${this.token()}`;
  }

  /** Why the event may write nothing, though no other event bars it: the table was gone when it began. */
  get missing(): ErrorFacts | undefined {
    return this.event.requestType === 'Delete' ? undefined : this.missingAtBeginning;
  }

  /** The connection that the event is about. */
  get goal(): string | undefined {
    return this.concerns.find(({ as }) => as === 'goal')?.connectionId;
  }

  /** The connections that the event gives up, and that earlier events of the membership have left behind. */
  get others(): readonly string[] {
    return this.concerns.filter(({ as }) => as !== 'goal').map(({ connectionId }) => connectionId);
  }

  /** What is known of a connection; `undefined` where its record was not read. */
  record(connectionId: string): ConnectionRecord | undefined {
    return this.items.get(connectionId)?.record;
  }

  /** Reads what is new of the connections of the event. */
  async refresh(deadline: number): Promise<void> {
    for (const { connectionId } of this.concerns) await this.read(connectionId, deadline);
  }

  /** Reads the record of another connection. @returns what keeps it from being read */
  readOther(connectionId: string, deadline: number): Promise<ErrorFacts | undefined> {
    return this.read(connectionId, deadline);
  }

  /** The membership's own claim on a connection. */
  claim(connectionId: string): Claim | undefined {
    return claimOf(this.record(connectionId), this.event);
  }

  /** Whether a write of the event has interrupted the link of a connection, be it in an invocation before. */
  hasInterrupted(connectionId: string): boolean {
    const { requestId } = this.event;
    return this.claim(connectionId)?.moves.some(({ by, wasUp }) => by === requestId && wasUp === true) ?? false;
  }

  /** LAGs in which an invocation of the event before this one may have taken a turn, and have died: those of what it was about. */
  get turnsBefore(): readonly string[] {
    if (!this.isRepeated) return [];
    const claims = this.concerns.flatMap(({ connectionId }) => this.claim(connectionId) ?? []);
    const places = claims.flatMap(({ lagId, places, moves }) => [
      lagId,
      ...places,
      ...moves.map(({ from }) => from.lagId),
    ]);
    return [...new Set(places.filter(lagId => lagId !== undefined))];
  }

  /** The last write of a connection by whomever, unless it is under way. */
  lastWrite(connectionId: string): Wrote | undefined {
    return this.record(connectionId)?.wrote;
  }

  /** Why nothing may be written for the event, in words; `undefined` where it may. */
  get barred(): string | undefined {
    const claims = (as: Concern['as']) =>
      this.concerns.filter(concern => concern.as === as).flatMap(({ connectionId }) => this.claim(connectionId) ?? []);
    return whyBarred(this.event, claims('goal')[0], claims('other'), this.tools.clock.now());
  }

  /**
   * Reads the records and claims the connections for the event, unless a later event of the membership has; then waits until
   * no write of somebody else is on its way.
   *
   * @param deadline milliseconds since 1970-01-01T00:00Z
   * @returns what keeps the record from being kept
   */
  async begin(concerns: readonly Concern[], deadline: number): Promise<ErrorFacts | undefined> {
    // All are read before one is claimed: each may say that a later event has come.
    for (const concern of concerns) {
      const error = await this.read(concern.connectionId, deadline);
      if (error !== undefined) return error;
      this.concerns.push(concern);
    }
    const { requestId } = this.event;
    this.isRepeated = this.concerns.some(({ connectionId }) => this.claim(connectionId)?.event.requestId === requestId);
    // Grows while it is gone through: a claim may show what an earlier event has left behind.
    for (const concern of this.concerns) {
      const error = (await this.claimFor(concern, deadline)) ?? (await this.findLeftBehind(concern, deadline));
      if (error !== undefined) return error;
    }
    this.missingAtBeginning = this.gone;
    if (this.comesToConnection && this.gone !== undefined) return this.gone;
    for (const { connectionId } of this.concerns) {
      while (this.othersWrite(connectionId) && this.barred === undefined && this.tools.clock.now() < deadline) {
        const error = await this.waitForOthers(connectionId, deadline);
        if (error !== undefined) return error;
      }
    }
    return undefined;
  }

  /**
   * To be called before each write: announces it.
   *
   * @returns whether it may be sent; where it may not, what was seen before may be out of date
   */
  async beforeWrite(
    connectionId: string,
    write: Omit<Writing, 'by'> | undefined,
    deadline: number,
  ): Promise<'go' | 'look again' | ErrorFacts> {
    const { goal } = this;
    if (goal !== undefined && goal !== connectionId) {
      // Whether the event was answered meanwhile, by a delivery beside this one, is in the record of its goal.
      const error = await this.read(goal, deadline);
      if (error !== undefined) return error;
    }
    if (this.barred !== undefined) return 'look again';
    if (this.othersWrite(connectionId)) return (await this.waitForOthers(connectionId, deadline)) ?? 'look again';
    if (write === undefined) return 'go';
    const announce = (record: ConnectionRecord) =>
      this.barred === undefined && !this.othersWrite(connectionId)
        ? writing(record, this.event, { ...write, by: this.invocation }, this.tools.clock.now())
        : undefined;
    const last = this.record(connectionId);
    const to = (last?.writing ?? last?.wrote)?.to;
    if (to !== undefined) this.before.set(connectionId, to);
    this.undone.delete(connectionId);
    const changed = await this.change(connectionId, announce, deadline);
    if ('error' in changed) return changed.error;
    return changed.meanwhile ? 'look again' : 'go';
  }

  /**
   * To be called where a write that was announced was not done: it has led nowhere.
   *
   * @param from where the connection was, as far as the decision to write was based on that
   */
  notDone(connectionId: string, from: Place): void {
    this.undone.set(connectionId, this.before.get(connectionId) ?? from);
    const item = this.items.get(connectionId);
    if (item !== undefined)
      this.items.set(connectionId, { ...item, record: this.corrected(connectionId, item.record) });
  }

  /** What the table says of this invocation's own write, which it does not know to have failed. */
  private corrected(connectionId: string, record: ConnectionRecord): ConnectionRecord {
    const to = this.undone.get(connectionId);
    const { writing } = record;
    return to === undefined || writing?.by !== this.invocation ? record : { ...record, writing: { ...writing, to } };
  }

  /**
   * To be called when the outcome is settled, before it is sent.
   *
   * @returns whether the outcome stands; where somebody has changed a record meanwhile, it is to be decided again
   */
  async finish(
    endings: ReadonlyMap<string, Ending>,
    deadline: number,
  ): Promise<'finished' | 'decide again' | ErrorFacts> {
    for (const connectionId of endings.keys()) {
      // A delivery of the same event beside this one may be about to undo what this one has seen.
      if (!this.othersWrite(connectionId) || this.tools.clock.now() >= deadline) continue;
      return (await this.waitForOthers(connectionId, deadline)) ?? 'decide again';
    }
    const now = this.tools.clock.now();
    for (const [connectionId, ending] of endings) {
      const end = (record: ConnectionRecord) =>
        this.barred === undefined ? ended(record, this.event, ending, this.invocation, now) : record;
      const changed = await this.change(connectionId, end, deadline, 'once');
      if ('error' in changed) return changed.error;
      if (changed.meanwhile) return 'decide again';
    }
    // Nobody is to wait for a write that has come to its end.
    for (const connectionId of this.items.keys()) {
      const changed = await this.change(connectionId, record => written(record, this.invocation, now), deadline);
      if ('error' in changed) return changed.error;
    }
    return 'finished';
  }

  private async claimFor(concern: Concern, deadline: number): Promise<ErrorFacts | undefined> {
    const begin = (record: ConnectionRecord) =>
      this.barred === undefined
        ? begun(record, this.event, concern)
        : leftByLateDelete(record, this.event, concern, this.tools.clock.now());
    const changed = await this.change(concern.connectionId, begin, deadline);
    return 'error' in changed ? changed.error : undefined;
  }

  /**
   * What an earlier event has put in the place of a connection and CloudFormation does not know of, because it did not wait
   * for that event.
   */
  private async findLeftBehind(
    { connectionId, replacement }: Concern,
    deadline: number,
  ): Promise<ErrorFacts | undefined> {
    const id = this.claim(connectionId)?.replacement;
    if (this.event.requestType === 'Create' || id === undefined || id === replacement) return undefined;
    if (this.concerns.some(concern => concern.connectionId === id)) return undefined;
    const error = await this.read(id, deadline);
    const last = this.claim(id)?.event;
    // A Delete of the connection itself sees to it; one that came to it by way of this connection did not come to its end.
    const cameThisWay = [this.event.requestId, ...(this.claim(connectionId)?.before ?? [])];
    if (last?.requestType === 'Delete' && !cameThisWay.includes(last.requestId)) return error;
    // What has come to its end is CloudFormation's to delete, unless it gave up waiting for it: the rules see to that.
    const isOver = this.event.requestType === 'Delete' && this.claim(id)?.event.outcome === 'done';
    this.concerns.push({ connectionId: id, as: isOver ? 'seen' : 'other' });
    return error;
  }

  /** Whether the membership is to get a connection that CloudFormation does not know it to have. */
  private get comesToConnection(): boolean {
    return this.event.requestType !== 'Delete' && this.concerns.some(({ as, known }) => as === 'goal' && !known);
  }

  private othersWrite(connectionId: string): boolean {
    const record = this.record(connectionId);
    return record !== undefined && isWriting(record, this.invocation, this.tools.clock.now());
  }

  private async waitForOthers(connectionId: string, deadline: number): Promise<ErrorFacts | undefined> {
    this.tools.log({ step: 'wait', for: 'a write of another event' });
    await this.tools.clock.sleep(LOOK_AGAIN);
    return this.read(connectionId, deadline);
  }

  private idOf(connectionId: string): string {
    return `${this.region}/${connectionId}`;
  }

  private token(): string {
    return this.tools.random().toString(36).slice(2);
  }

  /** Takes in the item as it is now. @returns what keeps it from being read */
  private async read(connectionId: string, deadline: number): Promise<ErrorFacts | undefined> {
    if (this.gone !== undefined) {
      if (!this.items.has(connectionId)) this.items.set(connectionId, { record: { claims: [] }, stamp: undefined });
      return undefined;
    }
    const get = async () => {
      const item = await this.table.get(this.idOf(connectionId));
      return item && { record: this.corrected(connectionId, parseRecord(item.record)), stamp: item.stamp };
    };
    const read = this.reached(await persist('read record', get, deadline, this.tools));
    if (read === undefined) return this.read(connectionId, deadline);
    if ('error' in read) return read.error;
    this.items.set(connectionId, read.value ?? { record: { claims: [] }, stamp: undefined });
    return undefined;
  }

  /**
   * @param update the record as it is to be, from the record as it is; `undefined` or the same where there is nothing to write
   * @param times `once`: not tried on what somebody else has made of the record meanwhile
   */
  private async change(
    connectionId: string,
    update: (record: ConnectionRecord) => ConnectionRecord | undefined,
    deadline: number,
    times: 'until it counts' | 'once' = 'until it counts',
  ): Promise<Changed> {
    for (let conflicts = 0; conflicts < MOST_CONFLICTS; conflicts++) {
      const meanwhile = conflicts > 0;
      const { stamp: over, record } = this.items.get(connectionId) ?? { stamp: undefined, record: { claims: [] } };
      const changed = update(record);
      if (changed === undefined || changed === record || (meanwhile && times === 'once')) return { meanwhile };
      const now = this.tools.clock.now();
      const item = { ...itemOf(pruned(changed, now), now), stamp: `${this.invocation}/${this.token()}` };
      const put = this.reached(
        await persist('write record', () => this.table.put(this.idOf(connectionId), item, over), deadline, this.tools),
      );
      if (put !== undefined && 'error' in put) return put;
      if (put === undefined || put.value) {
        this.items.set(connectionId, item);
        return { meanwhile };
      }
      const error = await this.read(connectionId, deadline);
      if (error !== undefined) return { error };
      // The answer to an earlier try was lost: the item is this one's.
      if (this.items.get(connectionId)?.stamp === item.stamp) return { meanwhile };
    }
    const message = `Somebody else changed the record of ${connectionId} each of ${MOST_CONFLICTS} times`;
    return { error: { kind: 'final', name: 'RecordBusy', message } };
  }

  /** @returns `undefined` where the table is gone: what is remembered then is this invocation's alone */
  private reached<T>(result: Persisted<T>): Persisted<T> | undefined {
    if ('value' in result || result.error.name !== NO_TABLE) return result;
    this.gone = result.error;
    return undefined;
  }
}

function itemOf(record: ConnectionRecord, now: number) {
  const isOver = record.claims.every(({ gone }) => gone !== undefined);
  return { record, ...(isOver ? { expires: Math.ceil((now + KEPT_AFTER_GONE) / 1000) } : {}) };
}
