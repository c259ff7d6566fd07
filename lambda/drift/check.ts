import type { Connection } from '@aws-sdk/client-direct-connect';
import type { AllConnections } from '../aws/direct-connect';
import type { ErrorFacts } from '../aws/errors';
import { persist } from '../aws/persist';
import type { Clock } from '../clock';
import { isThere, isUnderWay } from '../cloudformation/operation';
import { parsePhysicalId } from '../cloudformation/physical-id';
import type { CloudFormation, Stack } from '../cloudformation/stack';
import { field } from '../field';
import { jsonLog, type Log } from '../log';
import { driftLine } from '../metrics';
import { SHOWN_LATE } from '../observations';
import type { Item, Table, WholeTable } from '../record/table';
import { isWriting } from '../record/transitions';
import { isGone } from '../rules/capacity';
import { compare, type Elsewhere, type Finding, type Moment, parseLooks, storedLooks } from './looks';
import { type Membership, recorded } from './memberships';

/** What a check needs from outside. */
export interface CheckWorld {
  /** Of a Region. */
  readonly directConnect: (region: string) => AllConnections;
  readonly cloudFormation: CloudFormation;
  readonly table: Table & WholeTable;
  readonly clock: Clock;
  /** From 0 up to, but not including, 1. */
  readonly random: () => number;
  /** Takes one line of the log, line feed included. */
  readonly write: (line: string) => void;
}

/** Kept free to tell what was found, in milliseconds. */
const TIME_TO_TELL = 30_000;

/** Under which id the table keeps what the last look found. */
const LOOKS_ID = 'drift';

/** What CloudFormation calls a stack that there is not. Source: API reference, Common Errors, and DescribeStacks. */
const NO_STACK = 'ValidationError';

/** Not everything could be looked at. Lambda counts that as an error, and looks again. */
export class CheckIncomplete extends Error {
  override readonly name = 'CheckIncomplete';
}

/** Whether an event asks for a check: what the library's schedules and rules send. */
export function isDriftCheck(event: unknown): boolean {
  return field(event, 'check') === 'drift';
}

/**
 * Looks whether each connection is where its membership has put it, and tells: a metric for each membership, and a line of the
 * log for each that is found otherwise than at the look before. Writes nothing to Direct Connect.
 *
 * What there is to look at is what the records say; nothing is said of a stack while CloudFormation is at work on it.
 *
 * @param remainingMilliseconds how long this invocation may still take
 * @throws {CheckIncomplete} where something could not be looked at; all else was
 */
export async function checkDrift(remainingMilliseconds: number, world: CheckWorld): Promise<void> {
  const deadline = world.clock.now() + Math.max(0, remainingMilliseconds - TIME_TO_TELL);
  await new Check(world, deadline).run();
}

class Check {
  private readonly log: Log;
  private readonly problems: string[] = [];

  constructor(
    private readonly world: CheckWorld,
    private readonly deadline: number,
  ) {
    this.log = jsonLog(world.write, {});
  }

  async run(): Promise<void> {
    const items = await this.allItems();
    const { memberships, stackIds, unreadable } = recorded(items);
    for (const id of unreadable) this.problems.push(`the item ${id} of the table is no record`);
    const atRest = await this.stacksAtRest(memberships);
    const candidates = memberships.filter(({ stackId }) => atRest.has(stackId));
    const from = this.world.clock.now();
    const looked = await this.look(candidates);
    const moment = { from, to: this.world.clock.now() };
    const sure = await this.confirm(looked, from);
    for (const { membership, elsewhere } of sure.findings) {
      this.world.write(driftLine(membership, elsewhere !== undefined, moment.to));
    }
    const skipped = new Set(candidates.filter(each => !sure.settled.has(each)).map(({ stackId }) => stackId));
    await this.tell(sure.findings, moment, new Set([...atRest].filter(id => !skipped.has(id))), items, stackIds);
    this.log({
      step: 'checked',
      memberships: sure.findings.length,
      drifted: sure.findings.filter(({ elsewhere }) => elsewhere !== undefined).length,
      // Of a stack with an operation under way, or with an event that came meanwhile.
      passedOver: memberships.length - sure.settled.size,
    });
    if (this.problems.length > 0) {
      throw new CheckIncomplete(`Not everything could be looked at: ${this.problems.join('; ')}.`);
    }
  }

  private async allItems(): Promise<ReadonlyMap<string, Item>> {
    const items = new Map<string, Item>();
    let next: string | undefined;
    do {
      const after = next;
      const page = await this.tryTo('read records', () => this.world.table.page(after));
      if ('error' in page) throw new CheckIncomplete(`The provider's table could not be read: ${inWords(page.error)}.`);
      for (const [id, item] of page.value.items) items.set(id, item);
      next = page.value.next;
    } while (next !== undefined);
    return items;
  }

  /** Ids of the stacks that CloudFormation has, and is not at work on. */
  private async stacksAtRest(memberships: readonly Membership[]): Promise<ReadonlySet<string>> {
    const atRest = new Set<string>();
    for (const stackId of new Set(memberships.map(membership => membership.stackId))) {
      const stack = await this.tryTo('describe stack', () => this.stackOrNone(stackId));
      if ('error' in stack) this.problems.push(`stack ${stackId}: ${inWords(stack.error)}`);
      else if (stack.value !== undefined && !isUnderWay(stack.value)) atRest.add(stackId);
    }
    return atRest;
  }

  private async stackOrNone(stackId: string): Promise<Stack | undefined> {
    try {
      const stack = await this.world.cloudFormation.describeStack(stackId);
      return stack.status === 'DELETE_COMPLETE' ? undefined : stack;
    } catch (error) {
      if (field(error, 'name') === NO_STACK) return undefined;
      throw error;
    }
  }

  /** Where the connections of the memberships are, of the Regions that answer. */
  private async look(memberships: readonly Membership[]): Promise<readonly Finding[]> {
    const findings: Finding[] = [];
    for (const region of new Set(memberships.map(membership => membership.region))) {
      const connections = await this.connectionsIn(region);
      if (connections === undefined) continue;
      for (const membership of memberships) {
        if (membership.region !== region) continue;
        const elsewhere = elsewhereOf(connections.get(membership.connectionId), membership.lagId);
        findings.push({ membership, ...(elsewhere === undefined ? {} : { elsewhere }) });
      }
    }
    return findings;
  }

  private async connectionsIn(region: string): Promise<ReadonlyMap<string, Connection> | undefined> {
    const connections = new Map<string, Connection>();
    let next: string | undefined;
    do {
      const after = next;
      const page = await this.tryTo('describe connections', () =>
        this.world.directConnect(region).describeConnections(after),
      );
      if ('error' in page) {
        this.problems.push(`the connections of ${region}: ${inWords(page.error)}`);
        return undefined;
      }
      for (const each of page.value.connections) connections.set(each.connectionId ?? '', each);
      next = page.value.next;
    } while (next !== undefined);
    return connections;
  }

  /**
   * Of the memberships that seem to be elsewhere, or that may be none any more, those that really are: each event changes the
   * record before it changes the network, so where the record is as it was before the look, no event has done it.
   *
   * @returns `settled`: those of which it is known, whatever it is
   */
  private async confirm(
    findings: readonly Finding[],
    lookedFrom: number,
  ): Promise<{ readonly findings: readonly Finding[]; readonly settled: ReadonlySet<Membership> }> {
    const sure: Finding[] = [];
    const settled = new Set<Membership>();
    for (const finding of findings) {
      const { membership, elsewhere } = finding;
      const is =
        elsewhere === undefined && !membership.retained ? 'a membership' : await this.askAbout(membership, lookedFrom);
      if (is === 'not known') continue;
      settled.add(membership);
      if (is === 'a membership') sure.push(finding);
    }
    return { findings: sure, settled };
  }

  private async askAbout(membership: Membership, lookedFrom: number): Promise<'a membership' | 'none' | 'not known'> {
    const { stackId, logicalId, connectionId, read } = membership;
    const wroteAt = read.record.wrote?.at ?? 0;
    if (wroteAt + SHOWN_LATE > lookedFrom || isWriting(read.record, '', lookedFrom)) return 'not known';
    const item = await this.tryTo('read record', () => this.world.table.get(read.id));
    const resource = await this.tryTo('describe resource', () =>
      this.world.cloudFormation.describeResource(stackId, logicalId),
    );
    for (const answer of [item, resource]) {
      if (!('error' in answer)) continue;
      this.problems.push(`${connectionId}: ${inWords(answer.error)}`);
      return 'not known';
    }
    if (!('value' in item) || !('value' in resource) || item.value?.stamp !== read.stamp) return 'not known';
    const { value } = resource;
    if (value === 'not found' || !isThere(value)) return 'none';
    return parsePhysicalId(value.physicalId ?? '')?.connectionId === connectionId ? 'a membership' : 'none';
  }

  /** Logs what has changed since the look before, and remembers this one for the next. */
  private async tell(
    findings: readonly Finding[],
    moment: Moment,
    complete: ReadonlySet<string>,
    items: ReadonlyMap<string, Item>,
    stackIds: ReadonlySet<string>,
  ): Promise<void> {
    const { table, random } = this.world;
    const known = items.get(LOOKS_ID);
    const { changes, looks } = compare(parseLooks(known?.record), findings, moment, complete);
    const item = { record: storedLooks(looks, stackIds), stamp: `${moment.from}/${random().toString(36).slice(2)}` };
    // An answer that was lost makes the next try look as if another check had come first: whose the item is says its stamp.
    const put = await this.tryTo(
      'write looks',
      async () => (await table.put(LOOKS_ID, item, known?.stamp)) || (await table.get(LOOKS_ID))?.stamp === item.stamp,
    );
    if ('error' in put) this.problems.push(`what was found could not be remembered: ${inWords(put.error)}`);
    // A check beside this one has told it.
    else if (!put.value) return;
    for (const { membership, elsewhere, between } of changes) {
      const { stackId, logicalId, region, connectionId, lagId } = membership;
      const where = { connectionId, lagId, region, found: elsewhere ?? lagId };
      const step = elsewhere === undefined ? 'in place again' : 'drifted';
      this.log({ step, ...where, between: between.map(inTime), stackId, logicalId });
    }
  }

  private tryTo<T>(name: string, call: () => Promise<T>) {
    const { clock, random } = this.world;
    return persist(name, call, this.deadline, { clock, random, log: this.log });
  }
}

/** @returns `undefined` for a connection that is in the LAG */
function elsewhereOf(connection: Connection | undefined, lagId: string): Elsewhere | undefined {
  if (connection === undefined) return 'not found';
  if (isGone(connection)) return 'deleted';
  return connection.lagId === lagId ? undefined : (connection.lagId ?? 'standalone');
}

function inTime(milliseconds: number | undefined): string | undefined {
  return milliseconds === undefined ? undefined : new Date(milliseconds).toISOString();
}

function inWords({ name, message }: ErrorFacts): string {
  return `${name}: ${message}`;
}
