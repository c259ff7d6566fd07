import { systemClock } from '../sandbox/clock';
import type { NetworkState } from '../sandbox/direct-connect/network';
import type { Traffic } from '../sandbox/direct-connect/traffic';
import { seeded } from '../sandbox/test/seeded';
import { type Measurement, seconds, times } from './measurement';
import { connectionId, lagId, network, VIRTUAL_INTERFACE } from './network';
import {
  awsCustomResource,
  lagMembership,
  lagMemberships,
  type Pair,
  reassociating,
  type Subject,
  synthesizeAll,
} from './subjects';
import { VirtualAws } from './virtual-aws';
import { underVirtualTime } from './virtual-time';

/** Milliseconds: how long a link is down after it joins or leaves a LAG. */
const TRANSITION = 5_000;
/** Milliseconds, after which nothing is in transition any more. */
const PAUSE = 900_000;

interface Case {
  readonly name: string;
  readonly links: number;
  /** Minimum links of the old LAG. @default 0 */
  readonly minimum?: number;
  /** Whether the connections stand alone at first. @default in the old LAG, by the stack */
  readonly joins?: boolean;
  /** What a virtual interface is on. @default there is none */
  readonly carrier?: string;
  /** A link that is cut, and does not come up again, when it has joined a LAG. @default none */
  readonly cut?: string;
  /** Further subjects. @default none */
  readonly others?: readonly Subject[];
  /** How many stacks share the links, and are deployed at the same time. @default 1 */
  readonly stacks?: number;
  /** What is deployed in the end; `undefined`: the stack is destroyed. */
  readonly target: { readonly pairs: readonly Pair[]; readonly fails?: boolean } | undefined;
}

const inLag = (links: number, lag: number): Pair[] =>
  Array.from({ length: links }, (_, index) => ({ connectionId: connectionId(index), lagId: lagId(lag) }));
const counted = (links: number) => `${links === 2 ? 'two' : 'four'} links`;

const CASES: readonly Case[] = [
  ...[2, 4].flatMap((links): Case[] => [
    {
      name: `${counted(links)} moved to another LAG`,
      links,
      others: [reassociating],
      target: { pairs: inLag(links, 1) },
    },
    { name: `${counted(links)} moved, something else fails`, links, target: { pairs: inLag(links, 1), fails: true } },
    { name: `${counted(links)} join`, links, joins: true, target: { pairs: inLag(links, 0) } },
    { name: `${counted(links)} destroyed`, links, target: undefined },
  ]),
  { name: 'two of four links leave', links: 4, target: { pairs: inLag(2, 0) } },
  { name: 'four links moved, the old LAG asks for 2', links: 4, minimum: 2, target: { pairs: inLag(4, 1) } },
  {
    name: 'four links moved, the second is cut on the way',
    links: 4,
    cut: connectionId(1),
    target: { pairs: inLag(4, 1) },
  },
  {
    name: 'four links of two stacks moved at the same time',
    links: 4,
    stacks: 2,
    target: { pairs: inLag(4, 1) },
  },
  {
    name: 'four links moved, the old LAG carries a virtual interface',
    links: 4,
    carrier: lagId(0),
    target: { pairs: inLag(4, 1) },
  },
  {
    name: 'a link with a virtual interface joins, something else fails',
    links: 1,
    joins: true,
    carrier: connectionId(0),
    target: { pairs: inLag(1, 0), fails: true },
  },
];

interface Outcome {
  readonly statuses: readonly string[];
  readonly fewest: number;
  /** For how long no link was up, in milliseconds. */
  readonly without: number;
  /** The same of the virtual interface; infinite where it is down in the end, and nothing where there is none. */
  readonly withoutCarrier: number | undefined;
  /** Of all links together. */
  readonly interruptions: number;
  /** Of the deployment, in milliseconds. */
  readonly time: number;
}

function stateOf({ minimum = 0, carrier }: Case): NetworkState {
  const state = network(4, [], carrier);
  return { ...state, lags: state.lags.map((lag, index) => (index === 0 ? { ...lag, minimumLinks: minimum } : lag)) };
}

/** So many connections to each stack. */
function shared(pairs: readonly Pair[], { links, stacks = 1 }: Case): Pair[][] {
  const size = links / stacks;
  return Array.from({ length: stacks }, (_, index) =>
    pairs.filter(pair =>
      inLag(links, 0)
        .slice(index * size, (index + 1) * size)
        .some(each => each.connectionId === pair.connectionId),
    ),
  );
}

async function run(subject: Subject, each: Case): Promise<Outcome> {
  const { links, joins = false, target, cut } = each;
  const before = inLag(links, 0);
  const created = joins ? [] : synthesizeAll(subject, shared(before, each));
  const after = target && synthesizeAll(subject, shared(target.pairs, each), { failsAtTheEnd: target.fails ?? false });
  return underVirtualTime(1, async () => {
    const aws = new VirtualAws(stateOf(each), TRANSITION, seeded(1));
    const { network: seen } = aws.services.directConnect;
    try {
      for (const stack of created) await aws.deploy(stack);
      await systemClock.sleep(PAUSE);
      if (cut !== undefined) {
        aws.weather = async ({ operation, input, apply }) => {
          const answer = await apply();
          const isCut = operation === 'AssociateConnectionWithLag' && Object(input).connectionId === cut;
          if (isCut) seen.setLink(cut, 'down');
          return answer;
        };
      }
      const from = Date.now();
      const statuses = await (after === undefined
        ? Promise.all([aws.destroy()])
        : Promise.all(after.map(stack => aws.deploy(stack))));
      const time = Date.now() - from;
      await systemClock.sleep(PAUSE);
      const ids = before.map(pair => pair.connectionId);
      const traffic = seen.traffic(from);
      const ofLinks = traffic.filter(({ id }) => ids.includes(id));
      const carried = traffic.filter(({ id }) => id === VIRTUAL_INTERFACE);
      const up = upOf(ofLinks);
      const interruptions = ids.flatMap(id =>
        seen.interruptions(id).filter(interruption => interruption.from >= from),
      ).length;
      return {
        statuses,
        fewest: Math.min(...up.map(({ links: count }) => count)),
        without: withoutOf(up),
        withoutCarrier: carried.length === 0 ? undefined : withoutOf(upOf(carried)),
        interruptions,
        time,
      };
    } finally {
      aws.stop();
    }
  });
}

/** How many are up from each moment on. */
function upOf(traffic: readonly Traffic[]): readonly { readonly at: number; readonly links: number }[] {
  const moments = new Set(traffic.flatMap(({ intervals }) => intervals.map(({ from }) => from)));
  return [...moments]
    .sort((one, other) => one - other)
    .map(at => ({
      at,
      links: traffic.filter(({ intervals }) =>
        intervals.some(({ from, to = Number.POSITIVE_INFINITY, up }) => up && from <= at && at < to),
      ).length,
    }));
}

/** For how long none was up: milliseconds. */
function withoutOf(up: ReturnType<typeof upOf>): number {
  return up.reduce(
    (sum, { at, links }, index) => sum + (links > 0 ? 0 : (up[index + 1]?.at ?? Number.POSITIVE_INFINITY) - at),
    0,
  );
}

const duration = (milliseconds: number): string =>
  milliseconds === Number.POSITIVE_INFINITY ? 'for good' : seconds(milliseconds);

/** What a deployment does to the links of a LAG. */
export async function traffic(): Promise<Measurement> {
  const rows: string[][] = [];
  const ours: Outcome[] = [];
  for (const each of CASES) {
    for (const subject of [lagMembership, lagMemberships, ...(each.others ?? []), awsCustomResource]) {
      const outcome = await run(subject, each);
      if (subject !== awsCustomResource && each.links > 1) ours.push(outcome);
      const least = outcome.interruptions * TRANSITION;
      rows.push([
        each.name,
        subject.name,
        `${outcome.fewest} of ${each.links}`,
        duration(outcome.without),
        outcome.withoutCarrier === undefined ? '–' : duration(outcome.withoutCarrier),
        String(outcome.interruptions),
        seconds(outcome.time),
        least === 0 ? '–' : times(outcome.time / least),
        [...new Set(outcome.statuses)].join(', '),
      ]);
    }
  }
  const worst = Math.max(...ours.flatMap(({ without, withoutCarrier = 0 }) => [without, withoutCarrier]));
  return {
    title: 'Traffic',
    method:
      `One deployment each, as the constructs come; a link is down for ${TRANSITION / 1000} s after it joins or leaves a LAG; virtual time for all. ` +
      '"Up": fewest links up at a time, in whichever LAG or standalone. "Without": for how long none was. "Interface": for how long the virtual ' +
      'interface had no link. "Interruptions": of all links together. "Against the least": the time of the deployment against that of its interruptions one after the other. ' +
      'The stacks of the case with two share a provider.',
    columns: ['case', 'subject', 'up', 'without', 'interface', 'interruptions', 'time', 'against the least', 'ends as'],
    rows,
    goals: [
      { goal: 'of two links or more, no moment without a link', reached: worst === 0, measured: duration(worst) },
    ],
  };
}
