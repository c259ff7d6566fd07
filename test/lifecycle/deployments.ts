import type { Connection, Lag, VirtualInterface } from '@aws-sdk/client-direct-connect';
import { parsePhysicalId } from '../../lambda/cloudformation/physical-id';
import type { QueryInput } from '../../sandbox/cloudformation/input';
import { connection, lag, virtualInterface } from '../support/network';
import { edited } from './edits';
import { type Action, CONNECTIONS, type Hand, LAGS, type Scenario } from './scenarios';
import type { Declared, Membership } from './templates';
import type { Weather } from './weather';
import { World } from './world';

/** Seconds: for so long the handler tries, and waits for links; then it may have to put something back. */
const LONGEST_ANSWER = 840;
/** Out and in, and out and in again. */
const THERE_AND_BACK = 4;

/** The network as it matters: where each connection is, and how often its link was interrupted. */
type Snapshot = ReadonlyMap<string, { readonly lagId: string | undefined; readonly interruptions: number }>;

/** Runs a scenario and checks the network after each deployment. @throws an Error that says what is wrong */
export async function runScenario(scenario: Scenario, onWorld?: (world: World) => void): Promise<Statistics> {
  const connections: Connection[] = CONNECTIONS.map((id, index) => {
    const place = scenario.places[index];
    const lagId = place === undefined ? undefined : LAGS[place];
    return connection(id, lagId === undefined ? {} : { lagId });
  });
  for (const [index, crowd] of scenario.crowds.entries()) {
    const lagId = LAGS[index];
    for (let other = 0; other < crowd && lagId !== undefined; other++) {
      connections.push(connection(`dxcon-others${index}${other}`, { lagId }));
    }
  }
  const lags: Lag[] = LAGS.map((id, index) =>
    lag(id, {
      minimumLinks: scenario.minimums[index] ?? 0,
      ...(index === LAGS.length - 1 ? { awsDeviceV2: 'EqFA5-other' } : {}),
    }),
  );
  const virtualInterfaces = scenario.carriers.flatMap(index => {
    const carrier = [...CONNECTIONS, ...LAGS][index] ?? '';
    // Those of a member are its LAG's.
    const isMember = connections.some(({ connectionId, lagId }) => connectionId === carrier && lagId !== undefined);
    return isMember ? [] : [virtualInterface(`dxvif-0000000${index.toString(16)}`, carrier)];
  });
  const { waitForInFlight, nested, transition, describeLag, seed } = scenario;
  const network = { connections, lags, virtualInterfaces };
  const world = new World({ ...network, waitForInFlight, nested, transition, describeLag, seed });
  onWorld?.(world);
  const run = new Run(world);
  for (const action of scenario.actions) await run.perform(action);
  return run.statistics;
}

export interface Statistics {
  /** How often a deployment ended in which status. */
  readonly statuses: Map<string, number>;
  calls: number;
}

class Run {
  readonly statistics: Statistics = { statuses: new Map(), calls: 0 };
  /** What the last template that was deployed to its end declares. */
  private good: Declared = {};
  /** What templates since then have declared, where a deployment without rollback has left the stack in between. */
  private attempted: Declared[] = [];
  /** The network before each of these. */
  private beforeAttempts: readonly Snapshot[] = [];
  /** What people have changed by hand since then. */
  private readonly touched = new Set<string>();
  /** The connections that the stack has ever completed with. */
  private readonly completed = new Set<string>();
  /** What a person changes in the operation under way: nothing is known of it then. */
  private readonly touchedMeanwhile = new Set<string>();
  private hasMemory = true;
  private target: Declared = {};
  private version = 0;
  private renames = 0;

  constructor(private readonly world: World) {}

  async perform(action: Action): Promise<void> {
    switch (action.action) {
      case 'by hand':
        await this.world.byHand(...this.operationOf(action));
        return;
      case 'link dies':
        this.world.killLink(CONNECTIONS[action.connection % CONNECTIONS.length] ?? '');
        return;
      case 'delete by hand': {
        const connectionId = CONNECTIONS[action.connection % CONNECTIONS.length] ?? '';
        await this.world.byHand('DeleteConnection', { connectionId });
        this.touched.add(connectionId);
        return;
      }
      case 'delete the table':
        this.world.deleteTable();
        this.hasMemory = false;
        return;
      case 'destroy':
        if ((await this.world.status()) !== undefined) await this.operate('DeleteStack', {}, {}, action.weather);
        return;
      default:
        await this.deploy(action);
    }
  }

  private operationOf({ what, connection, lag }: Omit<Hand, 'after'>): [string, object] {
    const connectionId = CONNECTIONS[connection % CONNECTIONS.length] ?? '';
    this.touched.add(connectionId);
    const current = this.world.directConnect.network.connections.get(connectionId)?.lagId;
    return what === 'associate'
      ? ['AssociateConnectionWithLag', { connectionId, lagId: LAGS[lag % LAGS.length] }]
      : ['DisassociateConnectionFromLag', { connectionId, lagId: current }];
  }

  private async deploy(action: Extract<Action, { action: 'deploy' }>): Promise<void> {
    const { edits, sibling, onFailure, weather, cancelAfter, hand } = action;
    const status = await this.world.status();
    if (cancelAfter !== undefined) this.world.meanwhile(cancelAfter, () => this.world.cancelUpdate());
    if (hand !== undefined) {
      this.touchedMeanwhile.add(CONNECTIONS[hand.connection % CONNECTIONS.length] ?? '');
      this.world.meanwhile(hand.after, () => this.world.atOnce(...this.operationOf(hand)));
    }
    // What the CDK CLI does before it deploys to such a stack, or asks the user to do.
    if (status === 'ROLLBACK_COMPLETE' || status === 'ROLLBACK_FAILED' || status === 'DELETE_FAILED') {
      await this.operate('DeleteStack', {}, {}, weather);
      return;
    }
    if (status === 'UPDATE_ROLLBACK_FAILED') {
      await this.operate('ContinueUpdateRollback', {}, this.good, weather);
      return;
    }
    if ((status === 'CREATE_FAILED' || status === 'UPDATE_FAILED') && onFailure !== 'stay') {
      await this.operate('RollbackStack', {}, this.good, weather);
      return;
    }
    const declared = edits.reduce(
      (template, edit) => edited(template, edit, () => `M${++this.renames}`),
      this.attempted.at(-1) ?? this.good,
    );
    this.version += 1;
    const [operation, failure] =
      status === undefined && onFailure === 'delete'
        ? ['CreateStack', { OnFailure: 'DELETE' }]
        : [status === undefined ? 'CreateStack' : 'UpdateStack', { DisableRollback: String(onFailure === 'stay') }];
    const input = { ...this.world.templateInput(declared, this.version, sibling), ...failure };
    await this.operate(operation, input, declared, weather);
  }

  /** @param target what the stack declares if the operation succeeds */
  private async operate(action: string, input: QueryInput, target: Declared, weather: Weather): Promise<void> {
    const before = this.snapshot();
    const previous = [this.good, ...this.attempted];
    this.target = target;
    const carried = this.carried();
    const status = await this.world.operate(action, input, weather);
    const after = this.snapshot();
    const { statuses } = this.statistics;
    statuses.set(status ?? 'gone', (statuses.get(status ?? 'gone') ?? 0) + 1);
    this.statistics.calls = this.world.directConnect.calls.length;

    // Without the table nobody knows of the others.
    if (this.hasMemory && this.world.interruptions.tooMany.length > 0)
      fail(this.world.interruptions.tooMany.join('; '));
    if (this.hasMemory && this.touchedMeanwhile.size === 0 && this.world.interruptions.lastOnes.length > 0)
      fail(this.world.interruptions.lastOnes.join('; '));
    this.expectForeignUntouched(before, after, [...previous, target]);
    if (weather.faults.length === 0 && weather.deliveries.length === 0) {
      this.expectPrompt(before, after);
      if (this.touchedMeanwhile.size === 0 && this.hasMemory) await this.expectNoFailureToGoBack(status);
    }
    switch (status) {
      case 'CREATE_COMPLETE':
      case 'UPDATE_COMPLETE':
        await this.expectDeployed(before, after, previous, target);
        this.good = target;
        for (const { connectionId } of Object.values(target)) this.completed.add(connectionId);
        this.attempted = [];
        this.touched.clear();
        break;
      case undefined:
        if (action === 'CreateStack') this.expectRolledBack(before, after, target);
        else this.expectTakenApart(before, after, previous, {});
        this.expectLeftAsFound(before, after);
        this.good = {};
        this.completed.clear();
        this.attempted = [];
        this.touched.clear();
        break;
      case 'ROLLBACK_COMPLETE':
      case 'UPDATE_ROLLBACK_COMPLETE':
        // A rollback of several deployments in a row goes back to before the first: the snapshot is not of then.
        if (this.touchedMeanwhile.size === 0 && this.attempted.length === 0) this.expectCarried(carried);
        if (this.attempted.length === 0) this.expectRolledBack(before, after, target);
        else this.expectInPlace(after, [...this.beforeAttempts, before], this.good);
        this.expectLeftAsFound(before, after);
        this.attempted = [];
        this.touched.clear();
        break;
      default:
        await this.expectExplained();
        if (action === 'DeleteStack') await this.forgetDeleted();
        else {
          this.beforeAttempts = [...(this.attempted.length === 0 ? [] : this.beforeAttempts), before];
          this.attempted = [...this.attempted, target];
        }
    }
    for (const id of this.touchedMeanwhile) this.touched.add(id);
    this.touchedMeanwhile.clear();
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
        Object.values(this.good).some(({ connectionId, lagId }) => connectionId === id && lagId === fullLag);
      const retained = [...this.attempted, this.target]
        .flatMap(template => Object.values(template))
        .filter(({ connectionId, lagId, retain }) => retain && lagId === fullLag && !wasThere(connectionId));
      if (fullLag !== undefined && (this.touched.size > 0 || retained.length > 0)) continue;
      fail(`${status} in calm weather, because of ${resource.logicalId}: ${resource.reason}`);
    }
  }

  /** An event takes what the links take, and an operation interrupts no link more often than there and back. */
  private expectPrompt(before: Snapshot, after: Snapshot): void {
    const seconds = Math.round(this.world.longestAnswer / 1000);
    if (seconds > LONGEST_ANSWER) fail(`an answer came after ${seconds} s in calm weather`);
    for (const id of CONNECTIONS) {
      const interruptions = (after.get(id)?.interruptions ?? 0) - (before.get(id)?.interruptions ?? 0);
      if (interruptions > THERE_AND_BACK && !this.touchedMeanwhile.has(id)) {
        fail(`${id} was interrupted ${interruptions} times`);
      }
    }
  }

  /** Whether what becomes of a connection is somebody else's: a person's, or nobody's because its membership is retained. */
  private isOutOfHand(connectionId: string): boolean {
    const memberships = [this.good, ...this.attempted, this.target].flatMap(template => Object.entries(template));
    // CloudFormation sends no Delete for it, also not for what an update that did not complete has put in its place.
    const retained = new Set(memberships.filter(([, { retain }]) => retain).map(([logicalId]) => logicalId));
    return (
      this.touchedMeanwhile.has(connectionId) ||
      memberships.some(([logicalId, membership]) => retained.has(logicalId) && membership.connectionId === connectionId)
    );
  }

  /** After a deletion that did not come to its end: what is deleted is no longer the stack's. */
  private async forgetDeleted(): Promise<void> {
    const left = new Set(
      (await this.world.resources()).filter(each => each.status !== 'DELETE_COMPLETE').map(each => each.logicalId),
    );
    // A resource may have been replaced: what it was before is the stack's as long as it is in place.
    const { connections } = this.world.directConnect.network;
    const stillThere = (declared: Declared) =>
      Object.fromEntries(
        Object.entries(declared).filter(
          ([id, { connectionId, lagId }]) => left.has(id) || connections.get(connectionId)?.lagId === lagId,
        ),
      );
    this.good = stillThere(this.good);
    this.attempted = this.attempted.map(stillThere);
  }

  private snapshot(): Snapshot {
    const { network } = this.world.directConnect;
    return new Map(
      [...network.connections.keys()].map(id => [
        id,
        { lagId: network.connections.get(id)?.lagId, interruptions: network.interruptions(id).length },
      ]),
    );
  }

  /** No connection outside the templates ever changes. */
  private expectForeignUntouched(before: Snapshot, after: Snapshot, templates: readonly Declared[]): void {
    const declared = new Set(
      templates.flatMap(template => Object.values(template).map(({ connectionId }) => connectionId)),
    );
    for (const id of CONNECTIONS) {
      if (!declared.has(id) && !this.touchedMeanwhile.has(id)) expectSame(id, before, after, 'is in no template');
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
      if (this.touchedMeanwhile.has(connectionId)) continue;
      const [from, to] = [before.get(connectionId), after.get(connectionId)];
      const interruptions = (to?.interruptions ?? 0) - (from?.interruptions ?? 0);
      const passedOn = previous.some(template => isPassedOn(connectionId, template, target));
      const needed = from?.lagId === lagId && !passedOn ? 0 : from?.lagId === undefined ? 1 : 2;
      if (this.attempted.length === 0 && interruptions > needed) {
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
      if (this.isOutOfHand(connectionId)) continue;
      // After several deployments in a row nobody knows which of them came before a person, and which after.
      if (this.attempted.length > 0 && this.touched.has(connectionId)) continue;
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
      if (this.isOutOfHand(connectionId)) continue;
      const places = removed.filter(other => other.connectionId === connectionId).map(({ lagId }) => lagId);
      const [from, to] = [before.get(connectionId)?.lagId, after.get(connectionId)?.lagId];
      if (from === undefined || !places.includes(from)) {
        // Where a rollback has left one to carry traffic, it is the stack's all the same.
        if (this.attempted.length === 0 && !this.leftInPlace(connectionId)) {
          expectSame(connectionId, before, after, 'was not where the stack had put it');
        }
      } else if (to !== undefined) {
        // A Create that failed before it adopted what it found has nothing to take apart.
        const wasGood = Object.values(this.good).some(other => other.connectionId === connectionId);
        // Without the record nobody knows where a deployment that did not come to its end has left a connection.
        if (!this.hasMemory && this.attempted.length > 0) continue;
        // Where a deployment that did not come to its end has found what a person has put there, it stays.
        if (this.attempted.length > 0 && this.touched.has(connectionId)) continue;
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
    const [first] = [...this.beforeAttempts, before];
    if (this.attempted.length === 0 || first === undefined || !this.hasMemory) return;
    for (const { connectionId } of this.attempted.flatMap(template => Object.values(template))) {
      if (this.completed.has(connectionId) || this.touched.has(connectionId) || this.isOutOfHand(connectionId))
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
    const templates = [this.good, ...this.attempted, this.target];
    if (templates.some(template => Object.values(template).some(({ allowOutage }) => allowOutage))) return;
    const after = this.carried();
    for (const id of before)
      if (!after.has(id)) fail(`${id} had an operational link before the rollback, and has none`);
  }

  /** The virtual interfaces whose connection or LAG has an operational link. */
  private carried(): ReadonlySet<string> {
    const { network } = this.world.directConnect;
    const isUp = (connection: Connection) => connection.connectionState === 'available';
    const carries = ({ connectionId }: VirtualInterface) => {
      const alone = network.connections.get(connectionId ?? '');
      return alone === undefined ? network.members(connectionId ?? '').some(isUp) : isUp(alone);
    };
    return new Set([...network.virtualInterfaces].flatMap(([id, each]) => (carries(each) ? [id] : [])));
  }

  private expectRolledBack(before: Snapshot, after: Snapshot, attempted: Declared): void {
    const good = Object.values(this.good);
    this.expectInPlace(after, [before], this.good);
    for (const { connectionId, lagId } of [...good, ...Object.values(attempted)]) {
      if (this.isOutOfHand(connectionId)) continue;
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
      const passedOn = isPassedOn(connectionId, this.good, attempted);
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
