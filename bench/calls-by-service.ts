import { systemClock } from '../sandbox/clock';
import { seeded } from '../sandbox/test/seeded';
import { type Call, count, SERVICES } from './api-calls';
import type { Measurement } from './measurement';
import { connectionId, lagId, network, pairs } from './network';
import { lagMembership, type Pair, synthesize, type Variation } from './subjects';
import { type SentEvent, VirtualAws } from './virtual-aws';
import { underVirtualTime } from './virtual-time';

const SIZES = [1, 490];
/** Milliseconds between the steps: everything has settled. */
const PAUSE = 600_000;
/** So that a LAG has room for two others. */
const PER_LAG = 2;

const WITH_ALL_OTHERS = 'delete of an adopted one, with all others';

interface Step {
  readonly take: (aws: VirtualAws) => Promise<unknown>;
  /** What an event of it is called in the table; nothing where it is not counted. */
  readonly nameOf: (event: SentEvent) => string | undefined;
}

/** What happens to one stack, one step after the other. */
interface Life {
  /** Which connections are in which LAG before. */
  readonly members: readonly Pair[];
  readonly steps: readonly Step[];
}

const always = (name: string) => () => name;

/** Of a swapped connection and of a renamed construct. */
const byType = (names: { readonly [type: string]: string }) => (event: SentEvent) => names[event.type];

/** In a rollback, by what the membership's physical id says of how it came to be. */
const inRollback = ({ type, physicalId }: SentEvent) =>
  type === 'Delete' ? `delete in a rollback, ${HOW[physicalId?.split('/')[1] ?? 'put']}` : undefined;

const HOW: { readonly [mark: string]: string } = { put: 'put there', adopted: 'adopted', from: 'moved' };

const destroy = (aws: VirtualAws): Promise<string> => aws.destroy();

/** Has the last event delivered once more. */
async function repeat(aws: VirtualAws): Promise<void> {
  aws.events.at(-1)?.deliverAgain();
  await systemClock.sleep(PAUSE);
}

function livesOf(size: number): readonly Life[] {
  const all = pairs(size, PER_LAG);
  const lags = Math.ceil(size / PER_LAG);
  const elsewhere = all.map((pair, index) => ({ ...pair, lagId: lagId(lags + Math.floor(index / PER_LAG)) }));
  const stack = (of: readonly Pair[], variation?: Variation) => {
    const synthesized = synthesize(lagMembership, of, variation);
    return (aws: VirtualAws) => aws.deploy(synthesized);
  };
  // All but the last one stay as they are.
  const but = (last: Partial<Pair>) => all.map((pair, index) => (index < size - 1 ? pair : { ...pair, ...last }));
  const touched = { touched: 1 };
  const moved = but({ lagId: lagId(lags) });
  const swapped = but({ lagId: lagId(lags), connectionId: connectionId(size) });
  // A stack has to have one.
  const kept = { connectionId: connectionId(size), lagId: lagId(lags) };
  const rolledBack = (members: readonly Pair[]): Life => ({
    members,
    steps: [{ take: stack(all, { touched: size, failsAtTheEnd: true }), nameOf: inRollback }],
  });
  const thirds = all.flatMap((pair, index) => [[], [pair], elsewhere.slice(index, index + 1)][index % 3] ?? []);
  return [
    {
      members: [],
      steps: [
        { take: stack(all), nameOf: always('create') },
        { take: repeat, nameOf: always('create, delivered again') },
        { take: stack(all, touched), nameOf: always('no-op update') },
        { take: stack(moved, touched), nameOf: always('move') },
        { take: stack(swapped, touched), nameOf: byType({ Update: 'swap: update', Delete: 'swap: clean-up' }) },
        { take: destroy, nameOf: always('delete') },
      ],
    },
    {
      members: all,
      steps: [
        { take: stack(all), nameOf: always('create that adopts') },
        {
          take: stack(all, { renamed: 1 }),
          nameOf: byType({ Create: 'renamed construct: create', Delete: 'renamed construct: delete' }),
        },
        { take: destroy, nameOf: always(WITH_ALL_OTHERS) },
      ],
    },
    {
      members: all,
      steps: [
        { take: stack([kept, ...all]), nameOf: () => undefined },
        { take: stack([kept, ...all.slice(0, -1)]), nameOf: always('delete of an adopted one, it alone') },
      ],
    },
    ...(size === 1 ? [[], all, elsewhere] : [thirds]).map(rolledBack),
  ];
}

/** Calls of each event, one list a service, by the event's name. */
type Counts = Map<string, number[][]>;

async function live({ members, steps }: Life, size: number, counts: Counts): Promise<void> {
  await underVirtualTime(1, async () => {
    const aws = new VirtualAws(network(2 * size, members), 0, seeded(1));
    try {
      for (const { take, nameOf } of steps) {
        const [callsBefore, eventsBefore] = [aws.apiCalls.calls.length, aws.events.length];
        await take(aws);
        const calls = byEvent(aws.apiCalls.calls.slice(callsBefore));
        for (const event of aws.events.slice(eventsBefore)) {
          const name = nameOf(event);
          if (name !== undefined) note(counts, name, calls.get(event.requestId) ?? []);
        }
        await systemClock.sleep(PAUSE);
      }
    } finally {
      aws.stop();
    }
  });
}

function note(counts: Counts, name: string, calls: readonly Call[]): void {
  const known = counts.get(name) ?? SERVICES.map(() => []);
  for (const [index, { signingName }] of SERVICES.entries()) known[index]?.push(count(calls, signingName).calls);
  counts.set(name, known);
}

function byEvent(calls: readonly Call[]): ReadonlyMap<string | undefined, readonly Call[]> {
  const grouped = new Map<string | undefined, Call[]>();
  for (const call of calls) grouped.set(call.requestId, [...(grouped.get(call.requestId) ?? []), call]);
  return grouped;
}

/** Calls of each kind of event, in a small stack and in a large one. */
export async function callsByService(): Promise<Measurement> {
  const ofSizes: Counts[] = [];
  for (const size of SIZES) {
    const counts: Counts = new Map();
    for (const life of livesOf(size)) await live(life, size, counts);
    ofSizes.push(counts);
  }
  const names = [...(ofSizes[0]?.keys() ?? [])];
  const shown = (name: string, service: number): string[] =>
    ofSizes.map(counts => range(counts.get(name)?.[service] ?? []));
  const rows = names.map(name => SERVICES.map((_, service) => shown(name, service)));
  const differing = names.filter((_, index) => rows[index]?.[0]?.some((cell, _size, [first]) => cell !== first));
  const ofDeletes = ofSizes.map(counts => counts.get(WITH_ALL_OTHERS)?.[2] ?? []);
  const together = ofDeletes.map(made => made.reduce((sum, calls) => sum + calls, 0));
  return {
    title: 'Calls by service',
    method:
      `Calls that LagMembership makes for one event, in a stack of ${SIZES.join(' and in one of ')} memberships; without faults, rates ` +
      'and a transition time, virtual time. All memberships of the stack have a create, a delete and a rollback at the same time ' +
      '(of the rollback, a third each), and one of them has the others. "a to b": the event with the fewest calls, and the one with the most.',
    columns: ['event', ...SERVICES.flatMap(({ name }) => SIZES.map(size => `${name}, of ${size}`))],
    rows: names.map((name, index) => [name, ...(rows[index] ?? []).flat()]),
    goals: [
      {
        goal: 'as many calls of Direct Connect in a large stack as in a small one',
        reached: differing.length === 0,
        measured: differing.length === 0 ? `in all ${names.length} rows` : `not in: ${differing.join('; ')}`,
      },
    ],
    notes:
      'What is not the same for each event: where a connection was found in a LAG, its Delete has to know whether the stack goes ' +
      'back, and if it does not, whether the stack has ever completed with it. That is in the events of the stack, 100 a page, ' +
      `behind those of the other memberships. One event asks, and the others read in the table what it found: all Deletes of ` +
      `a stack of ${SIZES.join(' and of one of ')} ask CloudFormation ${together.join(' and ')} times together.`,
  };
}

function range(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least === most ? String(least) : `${least} to ${most}`;
}
