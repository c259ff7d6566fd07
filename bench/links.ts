import { systemClock } from '../sandbox/clock';
import type { NetworkState } from '../sandbox/direct-connect/network';
import { seeded } from '../sandbox/test/seeded';
import { type Measurement, seconds } from './measurement';
import { connectionId, lagId, network } from './network';
import { awsCustomResource, lagMembership, type Pair, type Subject, type Synthesized, synthesize } from './subjects';
import { VirtualAws } from './virtual-aws';
import { underVirtualTime } from './virtual-time';

/** Milliseconds: how long a link is down after it joins or leaves a LAG. */
const TRANSITION = 5_000;
/** Milliseconds, after which nothing is in transition any more. */
const PAUSE = 600_000;

interface Case {
  readonly name: string;
  readonly links: number;
  /** Minimum links of the old LAG. @default 0 */
  readonly minimum?: number;
  /** Whether the connections stand alone at first. @default in the old LAG, by the stack */
  readonly joins?: boolean;
  /** What is deployed in the end; `undefined`: the stack is destroyed. */
  readonly target: { readonly pairs: readonly Pair[]; readonly fails?: boolean } | undefined;
}

const inLag = (links: number, lag: number): Pair[] =>
  Array.from({ length: links }, (_, index) => ({ connectionId: connectionId(index), lagId: lagId(lag) }));
const counted = (links: number) => `${links === 2 ? 'two' : 'four'} links`;

const CASES: readonly Case[] = [2, 4].flatMap(links => [
  { name: `${counted(links)} moved to another LAG`, links, target: { pairs: inLag(links, 1) } },
  { name: `${counted(links)} moved, something else fails`, links, target: { pairs: inLag(links, 1), fails: true } },
  { name: `${counted(links)} join`, links, joins: true, target: { pairs: inLag(links, 0) } },
  { name: `${counted(links)} destroyed`, links, target: undefined },
]);
const MINIMUM: Case = {
  name: 'four links moved, the old LAG asks for 2',
  links: 4,
  minimum: 2,
  target: { pairs: inLag(4, 1) },
};

interface Outcome {
  readonly status: string;
  readonly fewest: number;
  /** For how long no link was up, in milliseconds. */
  readonly without: number;
  /** Of all links together. */
  readonly interruptions: number;
  /** Of the deployment, in milliseconds. */
  readonly time: number;
}

async function run(subject: Subject, { links, minimum = 0, joins = false, target }: Case): Promise<Outcome> {
  const before = inLag(links, 0);
  const created = joins ? undefined : synthesize(subject, before);
  const after: Synthesized | undefined =
    target && synthesize(subject, target.pairs, { failsAtTheEnd: target.fails ?? false });
  const state: NetworkState = network(4);
  const lags = state.lags.map((lag, index) => (index === 0 ? { ...lag, minimumLinks: minimum } : lag));
  return underVirtualTime(1, async () => {
    const aws = new VirtualAws({ ...state, lags }, TRANSITION, seeded(1));
    try {
      if (created !== undefined) await aws.deploy(created);
      await systemClock.sleep(PAUSE);
      const from = Date.now();
      const status = await (after === undefined ? aws.destroy() : aws.deploy(after));
      const time = Date.now() - from;
      await systemClock.sleep(PAUSE);
      const { network: seen } = aws.services.directConnect;
      const ids = before.map(pair => pair.connectionId);
      const traffic = seen.traffic(from).flatMap(each => (ids.includes(each.id) ? [each.intervals] : []));
      const moments = [...new Set(traffic.flatMap(intervals => intervals.map(interval => interval.from)))].sort(
        (a, b) => a - b,
      );
      const isUpAt = (at: number) => (intervals: (typeof traffic)[number]) =>
        intervals.some(({ from: since, to = Number.POSITIVE_INFINITY, up }) => up && since <= at && at < to);
      const up = moments.map(at => traffic.filter(isUpAt(at)).length);
      const without = moments.reduce(
        (sum, at, index) => sum + (up[index] === 0 ? (moments[index + 1] ?? at) - at : 0),
        0,
      );
      const interruptions = ids.reduce(
        (sum, id) => sum + seen.interruptions(id).filter(interruption => interruption.from >= from).length,
        0,
      );
      return { status, fewest: Math.min(...up), without, interruptions, time };
    } finally {
      aws.stop();
    }
  });
}

/** What a deployment does to the links of a LAG. */
export async function links(): Promise<Measurement> {
  const subjects = [lagMembership, awsCustomResource];
  const rows: string[][] = [];
  const ours: Outcome[] = [];
  for (const each of [...CASES, MINIMUM]) {
    for (const subject of subjects) {
      const outcome = await run(subject, each);
      if (subject === lagMembership) ours.push(outcome);
      rows.push([
        each.name,
        subject.name,
        `${outcome.fewest} of ${each.links}`,
        seconds(outcome.without),
        String(outcome.interruptions),
        seconds(outcome.time),
        outcome.status,
      ]);
    }
  }
  const worst = Math.max(...ours.map(({ without }) => without));
  return {
    title: 'Links',
    method: `One deployment each, as the constructs come; a link is down for ${TRANSITION / 1000} s after it joins or leaves a LAG; virtual time for both. "Up": fewest links up at a time, in whichever LAG or standalone. "Without": for how long none was. "Interruptions": of all links together.`,
    columns: ['case', 'subject', 'up', 'without', 'interruptions', 'time', 'ends as'],
    rows,
    goals: [{ goal: 'no moment without a link', reached: worst === 0, measured: seconds(worst) }],
  };
}
