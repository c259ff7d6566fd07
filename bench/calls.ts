import { systemClock } from '../sandbox/clock';
import { seeded } from '../sandbox/test/seeded';
import { count } from './api-calls';
import type { Measurement } from './measurement';
import { connectionId, lagId, network } from './network';
import { awsCustomResource, lagMembership, type Subject, synthesize } from './subjects';
import { VirtualAws } from './virtual-aws';
import { underVirtualTime } from './virtual-time';

const EVENTS = ['create', 'no-op update', 'move', 'swap', 'delete'] as const;
type Event = (typeof EVENTS)[number];

/**
 * Of the swap, those of the clean-up are among them. The connection here is the only member of its LAG: before that is moved, what
 * the LAG carries is looked at.
 */
const GOALS: { readonly [event in Event]: number } = { create: 3, 'no-op update': 1, move: 8, swap: 6, delete: 3 };

interface Count {
  readonly calls: number;
  /** Of the stack at the end. */
  readonly status: string;
}

/** How many calls each event takes, each on a stack of its own. */
async function countsOf(subject: Subject): Promise<{ readonly [event in Event]: Count }> {
  const pair = { connectionId: connectionId(0), lagId: lagId(0) };
  const created = synthesize(subject, [pair]);
  const templates = {
    'no-op update': synthesize(subject, [pair], { touched: 1 }),
    move: synthesize(subject, [{ ...pair, lagId: lagId(1) }]),
    swap: synthesize(subject, [{ ...pair, connectionId: connectionId(1) }]),
  };
  const countOf = (event: Event): Promise<Count> =>
    underVirtualTime(1, async () => {
      const aws = new VirtualAws(network(2), 0, seeded(1));
      try {
        let status = await aws.deploy(created);
        if (event === 'create') return { calls: made(aws), status };
        await systemClock.sleep(600_000);
        const before = made(aws);
        status = await (event === 'delete' ? aws.destroy() : aws.deploy(templates[event]));
        return { calls: made(aws) - before, status };
      } finally {
        aws.stop();
      }
    });
  return {
    create: await countOf('create'),
    'no-op update': await countOf('no-op update'),
    move: await countOf('move'),
    swap: await countOf('swap'),
    delete: await countOf('delete'),
  };
}

const made = (aws: VirtualAws): number => count(aws.apiCalls.calls, 'directconnect').calls;

/** Direct Connect calls per event. */
export async function calls(): Promise<Measurement> {
  const [ours, theirs] = [await countsOf(lagMembership), await countsOf(awsCustomResource)];
  const shown = ({ calls, status }: { calls: number; status: string }) =>
    /^(CREATE|UPDATE|DELETE)_COMPLETE$/.test(status) ? String(calls) : `${calls}, and it fails: ${status}`;
  return {
    title: 'Calls',
    method:
      'Direct Connect calls of one deployment each, without faults and without a transition time, virtual time for both. ' +
      'The swap counts the clean-up of the old connection too, and no link is waited for. A link is looked at again, with its LAG, ' +
      'before it is interrupted, and before a last one is moved, what its LAG carries. AwsCustomResource does not look before it writes, ' +
      'so it takes fewer calls, and its no-op update asks for an association that is there already, which AWS refuses.',
    columns: ['event', 'goal', lagMembership.name, awsCustomResource.name],
    rows: EVENTS.map(event => [event, `${GOALS[event]} or fewer`, shown(ours[event]), shown(theirs[event])]),
    goals: [
      {
        goal: '3, 1, 8, 6, 3 calls or fewer',
        reached: EVENTS.every(event => ours[event].calls <= GOALS[event]),
        measured: EVENTS.map(event => ours[event].calls).join(', '),
      },
    ],
  };
}
