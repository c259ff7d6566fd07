import { parsePhysicalId } from '../../lambda/cloudformation/physical-id';
import { carried, type History, type Snapshot, snapshot } from './history';
import { CONNECTIONS } from './scenarios';
import type { Declared, Membership } from './templates';
import type { Weather } from './weather';
import type { World } from './world';

/** Seconds: for so long the handler tries, and waits for links; then it may have to put something back. */
const LONGEST_ANSWER = 840;
/** Out and in, and out and in again. */
const THERE_AND_BACK = 4;

/** One of CloudFormation, and the network before it. */
export interface Operation {
  readonly action: string;
  readonly weather: Weather;
  /** What the stack has ended in; undefined where it is gone. */
  readonly status: string | undefined;
  readonly before: Snapshot;
  /** The virtual interfaces that had an operational link before it. */
  readonly carriedBefore: ReadonlySet<string>;
}

/** What is to hold of the network after every operation, given what the stack has been. */
export class Expectations {
  constructor(
    private readonly world: World,
    private readonly history: History,
  ) {}

  /** @throws an Error that says what is wrong */
  async hold({ action, weather, status, before, carriedBefore }: Operation): Promise<void> {
    const { attempted, good, hasMemory, target, touchedMeanwhile } = this.history;
    const { tooMany, lastOnes } = this.world.interruptions;
    const after = snapshot(this.world.directConnect.network);
    const previous = [good, ...attempted];
    // Without the table nobody knows of the others.
    if (hasMemory && tooMany.length > 0) fail(tooMany.join('; '));
    if (hasMemory && touchedMeanwhile.size === 0 && lastOnes.length > 0) fail(lastOnes.join('; '));
    this.expectForeignUntouched(before, after, [...previous, target]);
    if (weather.faults.length === 0 && weather.deliveries.length === 0) {
      this.expectPrompt(before, after);
      if (touchedMeanwhile.size === 0 && hasMemory) await this.expectNoFailureToGoBack(status);
    }
    switch (status) {
      case 'CREATE_COMPLETE':
      case 'UPDATE_COMPLETE':
        await this.expectDeployed(before, after, previous, target);
        break;
      case undefined:
        if (action === 'CreateStack') this.expectRolledBack(before, after, target);
        else this.expectTakenApart(before, after, previous, {});
        this.expectLeftAsFound(before, after);
        break;
      case 'ROLLBACK_COMPLETE':
      case 'UPDATE_ROLLBACK_COMPLETE':
        // A rollback of several deployments in a row goes back to before the first: the snapshot is not of then.
        if (touchedMeanwhile.size === 0 && attempted.length === 0) this.expectCarried(carriedBefore);
        if (attempted.length === 0) this.expectRolledBack(before, after, target);
        else this.expectInPlace(after, [...this.history.beforeAttempts, before], good);
        this.expectLeftAsFound(before, after);
        break;
      default:
        await this.expectExplained();
    }
  }

  /**
   * Nothing that goes back fails, unless the minimum links are in the way, or somebody in a slot: a person's connection, or one
   * that the deployment came with and its template retains, for which CloudFormation sends no Delete.
   */
  private async expectNoFailureToGoBack(status: string | undefined): Promise<void> {
    if (!['UPDATE_ROLLBACK_FAILED', 'ROLLBACK_FAILED', 'DELETE_FAILED'].includes(status ?? '')) return;
    const began = await this.world.goingBackSince();
    for (const resource of await this.world.resources()) {
      if (!/(UPDATE|DELETE)_FAILED/.test(resource.status) || /cancelled/.test(resource.reason)) continue;
      // One that comes after the failed one is not reached, and keeps the failure of its way forward.
      if (resource.since <= began) continue;
      if (/asks for at least|cannot leave Lag/.test(resource.reason)) continue;
      const [, fullLag] = /into LAG (\S+): the LAG is full/.exec(resource.reason) ?? [];
      const wasThere = (id: string) =>
        Object.values(this.history.good).some(({ connectionId, lagId }) => connectionId === id && lagId === fullLag);
      const retained = [...this.history.attempted, this.history.target]
        .flatMap(template => Object.values(template))
        .filter(({ connectionId, lagId, retain }) => retain && lagId === fullLag && !wasThere(connectionId));
      if (fullLag !== undefined && (this.history.touched.size > 0 || retained.length > 0)) continue;
      fail(`${status} in calm weather, because of ${resource.logicalId}: ${resource.reason}`);
    }
  }

  /** An event takes what the links take, and an operation interrupts no link more often than there and back. */
  private expectPrompt(before: Snapshot, after: Snapshot): void {
    const seconds = Math.round(this.world.longestAnswer / 1000);
    if (seconds > LONGEST_ANSWER) fail(`an answer came after ${seconds} s in calm weather`);
    for (const id of CONNECTIONS) {
      const interruptions = (after.get(id)?.interruptions ?? 0) - (before.get(id)?.interruptions ?? 0);
      if (interruptions > THERE_AND_BACK && !this.history.touchedMeanwhile.has(id)) {
        fail(`${id} was interrupted ${interruptions} times`);
      }
    }
  }

  /** No connection outside the templates ever changes. */
  private expectForeignUntouched(before: Snapshot, after: Snapshot, templates: readonly Declared[]): void {
    const declared = new Set(
      templates.flatMap(template => Object.values(template).map(({ connectionId }) => connectionId)),
    );
    for (const id of CONNECTIONS) {
      if (!declared.has(id) && !this.history.touchedMeanwhile.has(id))
        expectSame(id, before, after, 'is in no template');
    }
    for (const [id] of before) if (!CONNECTIONS.includes(id)) expectSame(id, before, after, "is somebody else's");
  }

  private async expectDeployed(
    before: Snapshot,
    after: Snapshot,
    previous: readonly Declared[],
    target: Declared,
  ): Promise<void> {
    // CloudFormation sends no event for what has not changed: what somebody did to it by hand stays.
    const changed: { [logicalId: string]: Membership } = { ...target };
    for (const [logicalId, membership] of Object.entries(previous.at(-1) ?? {})) {
      if (JSON.stringify(target[logicalId]) === JSON.stringify(membership)) delete changed[logicalId];
    }
    this.expectInPlace(after, [], changed);
    this.expectInPlace(after, [before], target);
    this.expectTakenApart(before, after, previous, target);
    for (const { connectionId, lagId } of Object.values(target)) {
      if (this.history.touchedMeanwhile.has(connectionId)) continue;
      const [from, to] = [before.get(connectionId), after.get(connectionId)];
      const interruptions = (to?.interruptions ?? 0) - (from?.interruptions ?? 0);
      const passedOn = previous.some(template => isPassedOn(connectionId, template, target));
      const needed = from?.lagId === lagId && !passedOn ? 0 : from?.lagId === undefined ? 1 : 2;
      if (this.history.attempted.length === 0 && interruptions > needed) {
        fail(`${connectionId} was interrupted ${interruptions} times, and ${needed} would have done`);
      }
    }
    const listed = await this.world.resources();
    for (const [logicalId, { connectionId }] of Object.entries(target)) {
      const resource = listed.find(other => other.logicalId === logicalId);
      if (parsePhysicalId(resource?.physicalId ?? '')?.connectionId !== connectionId) {
        fail(`${logicalId} is ${resource?.physicalId} to CloudFormation, and ${connectionId} to the template`);
      }
    }
  }

  /** @param unless where a connection was elsewhere before, by somebody's hand, it may still be there */
  private expectInPlace(after: Snapshot, unless: readonly Snapshot[], declared: Declared): void {
    for (const [logicalId, { connectionId, lagId }] of Object.entries(declared)) {
      const place = after.get(connectionId)?.lagId;
      if (this.history.isOutOfHand(connectionId)) continue;
      // After several deployments in a row nobody knows which of them came before a person, and which after.
      if (this.history.attempted.length > 0 && this.history.touched.has(connectionId)) continue;
      if (place === lagId || (unless.length > 0 && this.leftInPlace(connectionId))) continue;
      if (unless.some(earlier => earlier.get(connectionId)?.lagId === place)) continue;
      fail(`${connectionId} of ${logicalId} is to be in ${lagId}, and is ${place ?? 'standalone'}`);
    }
  }

  /** What was declared and is no more is standalone, unless somebody had put it elsewhere. */
  private expectTakenApart(before: Snapshot, after: Snapshot, previous: readonly Declared[], target: Declared): void {
    const kept = new Set(Object.values(target).map(({ connectionId }) => connectionId));
    const removed = previous
      .flatMap(template => Object.values(template))
      .filter(({ connectionId }) => !kept.has(connectionId));
    for (const { connectionId } of removed) {
      if (this.history.isOutOfHand(connectionId)) continue;
      const places = removed.filter(other => other.connectionId === connectionId).map(({ lagId }) => lagId);
      const [from, to] = [before.get(connectionId)?.lagId, after.get(connectionId)?.lagId];
      if (from === undefined || !places.includes(from)) {
        // Where a rollback has left one to carry traffic, it is the stack's all the same.
        if (this.history.attempted.length === 0 && !this.leftInPlace(connectionId)) {
          expectSame(connectionId, before, after, 'was not where the stack had put it');
        }
      } else if (to !== undefined) {
        // A Create that failed before it adopted what it found has nothing to take apart.
        const wasGood = Object.values(this.history.good).some(other => other.connectionId === connectionId);
        // Without the record nobody knows where a deployment that did not come to its end has left a connection.
        if (!this.history.hasMemory && this.history.attempted.length > 0) continue;
        // Where a deployment that did not come to its end has found what a person has put there, it stays.
        if (this.history.attempted.length > 0 && this.history.touched.has(connectionId)) continue;
        if (wasGood && !this.leftInPlace(connectionId))
          fail(`${connectionId} is no longer declared, and is still in ${to}`);
      }
    }
  }

  /**
   * What the stack never completed with is where it was before the stack came: in its LAG, if it was in one, whatever the
   * stack's end is called.
   */
  private expectLeftAsFound(before: Snapshot, after: Snapshot): void {
    const [first] = [...this.history.beforeAttempts, before];
    if (this.history.attempted.length === 0 || first === undefined || !this.history.hasMemory) return;
    for (const { connectionId } of this.history.attempted.flatMap(template => Object.values(template))) {
      if (
        this.history.completed.has(connectionId) ||
        this.history.touched.has(connectionId) ||
        this.history.isOutOfHand(connectionId)
      )
        continue;
      const [found, left] = [first.get(connectionId)?.lagId, after.get(connectionId)?.lagId];
      if (found !== left && !this.leftInPlace(connectionId)) {
        fail(`${connectionId} was ${found ?? 'standalone'} before the stack came, and is ${left ?? 'standalone'}`);
      }
    }
  }

  /** AWS refused to let it go, and CloudFormation says so; or traffic runs there, and the log says so. */
  private leftInPlace(connectionId: string): boolean {
    return this.world.log.some(
      line =>
        line.includes(`Connection ${connectionId} could not be taken out of LAG`) ||
        (line.includes('"step":"leave"') && line.includes(connectionId) && line.includes('which carries')),
    );
  }

  /** A virtual interface that had an operational link before a rollback has one after it. */
  private expectCarried(before: ReadonlySet<string>): void {
    const templates = [this.history.good, ...this.history.attempted, this.history.target];
    if (templates.some(template => Object.values(template).some(({ allowOutage }) => allowOutage))) return;
    const after = carried(this.world.directConnect.network);
    for (const id of before)
      if (!after.has(id)) fail(`${id} had an operational link before the rollback, and has none`);
  }

  private expectRolledBack(before: Snapshot, after: Snapshot, attempted: Declared): void {
    const good = Object.values(this.history.good);
    this.expectInPlace(after, [before], this.history.good);
    for (const { connectionId, lagId } of [...good, ...Object.values(attempted)]) {
      if (this.history.isOutOfHand(connectionId)) continue;
      const [from, to] = [before.get(connectionId), after.get(connectionId)];
      const wanted = good.find(membership => membership.connectionId === connectionId);
      if (wanted === undefined && from?.lagId !== to?.lagId) {
        if (!this.leftInPlace(connectionId)) {
          fail(
            `${connectionId} was ${from?.lagId ?? 'standalone'} before the rollback, and is ${to?.lagId ?? 'standalone'}`,
          );
        }
      }
      const unchanged = wanted === undefined ? from?.lagId === lagId : wanted.lagId === lagId && from?.lagId === lagId;
      const everElsewhere = [...Object.values(attempted)].some(
        other => other.connectionId === connectionId && other.lagId !== from?.lagId,
      );
      const removedOnTheWay = !Object.values(attempted).some(other => other.connectionId === connectionId);
      const passedOn = isPassedOn(connectionId, this.history.good, attempted);
      if (unchanged && !everElsewhere && !removedOnTheWay && !passedOn && from?.interruptions !== to?.interruptions) {
        fail(`${connectionId} did not need to move, and was interrupted`);
      }
    }
  }

  /** A failure says which connection, and where it is. */
  private async expectExplained(): Promise<void> {
    for (const { status, reason, logicalId } of await this.world.resources()) {
      if (!status.endsWith('_FAILED') || /cancelled|did not receive a response/.test(reason)) continue;
      if (!/Connection dxcon-\d+ could not be (put into|taken out of) LAG/.test(reason)) {
        fail(`${logicalId} is ${status} for a reason that no network engineer understands: ${reason}`);
      }
    }
  }
}

/**
 * A resource that gives a connection up for another one, in a full LAG, may not know yet that a third wants it, where the
 * template does not say so.
 */
function isPassedOn(connectionId: string, before: Declared, after: Declared): boolean {
  const isRetained = [before, after].some(template => Object.values(template).some(({ retain }) => retain));
  return (
    isRetained &&
    Object.entries(before).some(
      ([id, membership]) =>
        membership.connectionId === connectionId && after[id] !== undefined && after[id].connectionId !== connectionId,
    )
  );
}

function expectSame(id: string, before: Snapshot, after: Snapshot, why: string): void {
  const [from, to] = [before.get(id), after.get(id)];
  if (from?.lagId !== to?.lagId || from?.interruptions !== to?.interruptions) {
    fail(`${id} ${why}, and was touched: ${JSON.stringify(from)} → ${JSON.stringify(to)}`);
  }
}

function fail(message: string): never {
  throw new Error(message);
}
