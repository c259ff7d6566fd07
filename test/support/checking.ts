import type { CloudFormation, Resource } from '../../lambda/cloudformation/stack';
import { checkDrift } from '../../lambda/drift/check';
import type { Item, Table, WholeTable } from '../../lambda/record/table';
import type { DirectConnect } from '../../sandbox/direct-connect/direct-connect';
import { ADMINISTRATOR, CONNECTION, connection, handlerSide, network } from './network';
import { clock, create, type Event, MINUTE, run, sent } from './settling';
import { memoryTable } from './table';

export const DISASSOCIATE = 'DisassociateConnectionFromLag';

/** What CloudFormation says: of stacks by their ids, of resources by their logical ids. */
export interface Told {
  readonly stacks?: { readonly [stackId: string]: string | Error };
  readonly resources?: { readonly [logicalId: string]: Resource | 'not found' };
  /** What Direct Connect has by then. @default what the handler has left */
  readonly network?: DirectConnect;
}

export const denied = Object.assign(new Error('Not you.'), { name: 'AccessDenied' });
export const noStack = Object.assign(new Error('Stack does not exist'), { name: 'ValidationError' });

export function told({ stacks = {}, resources = {} }: Told, asked: string[]): CloudFormation {
  return {
    async describeStack(stackId) {
      asked.push(`DescribeStacks ${stackId.split('/')[1]}`);
      const status = stacks[stackId] ?? 'UPDATE_COMPLETE';
      if (typeof status !== 'string') throw status;
      return { status, root: { stackId, status } };
    },
    describeEvents: () => Promise.reject(new Error('A check has no need of events.')),
    async describeResource(_stackId, logicalId) {
      asked.push(`DescribeStackResource ${logicalId}`);
      return resources[logicalId] ?? { status: 'UPDATE_COMPLETE', physicalId: CONNECTION };
    },
  };
}

/** A membership of {@link CONNECTION} in A that was deployed, and the checks that come after. */
export async function deployed(service: DirectConnect, event: Event = create) {
  const items = new Map<string, Item>();
  const table = memoryTable(items);
  await run(service, sent(event, 0), { table });
  await pass(MINUTE);
  const asked: string[] = [];

  /** One check, and what it wrote: metrics by logical id, and the other lines. */
  const check = async (says: Told = {}, over: Partial<Table & WholeTable> = {}, minutes = 15) => {
    const lines: { readonly [field: string]: unknown }[] = [];
    asked.length = 0;
    const looked = says.network ?? service;
    const callsBefore = looked.calls.length;
    const began = clock.now();
    const failure = await clock.run(
      checkDrift(minutes * MINUTE, {
        directConnect: region => handlerSide(looked, { ...ADMINISTRATOR, region }),
        cloudFormation: told(says, asked),
        table: { ...table, ...over },
        clock,
        random: () => 0.5,
        write: line => lines.push(JSON.parse(line)),
      }).then(
        () => undefined,
        error => error,
      ),
    );
    const metrics = lines.filter(line => '_aws' in line);
    return {
      failure,
      began,
      drifted: Object.fromEntries(metrics.map(({ LogicalId, Drifted }) => [LogicalId, Drifted])),
      metrics,
      lines: lines.filter(line => line.step === 'drifted' || line.step === 'in place again'),
      summary: lines.find(({ step }) => step === 'checked'),
      calls: looked.calls.slice(callsBefore).map(({ operation }) => operation),
    };
  };
  const byHand = async (operation: string, lagId: string) => {
    await clock.run(service.call(operation, { connectionId: CONNECTION, lagId }, ADMINISTRATOR));
    await pass(MINUTE);
  };
  return { items, table, check, asked, byHand };
}

/** Lets so many milliseconds go by. */
export const pass = (milliseconds: number) => clock.run(clock.sleep(milliseconds));
export const service = () => network(clock, [connection(CONNECTION)]);
export const time = (milliseconds: number) => new Date(milliseconds).toISOString();
