import { LONGEST_RETRY_TIMEOUT } from '../lib/provider';
import { RATES, type Rate } from '../sandbox/rates';
import { seeded } from '../sandbox/test/seeded';
import { count } from './api-calls';
import { type Measurement, percent, seconds, spread, times } from './measurement';
import { network, pairs } from './network';
import {
  awsCustomResource,
  awsCustomResourceOneRole,
  lagMembership,
  type Subject,
  type Synthesized,
  synthesize,
} from './subjects';
import { slowest, VirtualAws } from './virtual-aws';
import { underVirtualTime } from './virtual-time';

const SIZES = [1, 10, 100, 240, 490];
/** What takes long varies least. */
const repetitionsOf = (size: number): number => (size <= 100 ? 3 : 1);
const { perSecond: PER_SECOND, burst: BURST } = rateOfDirectConnect();

interface Outcome {
  /** Of the memberships that were asked for. */
  readonly right: number;
  /** Connections in a LAG after a stack that failed. */
  readonly left: number;
  readonly calls: number;
  readonly throttled: number;
  /** Seconds. */
  readonly took: number;
  /** From an event to its answer, in milliseconds. */
  readonly slowest: number;
}

async function deploy(synthesized: Synthesized, size: number, repetition: number): Promise<Outcome> {
  return underVirtualTime(repetition, async () => {
    const aws = new VirtualAws(network(size), 5_000, seeded(repetition));
    try {
      aws.apiCalls.isLimited = true;
      const began = Date.now();
      const status = await aws.deploy(synthesized);
      const there = pairs(size).filter(({ connectionId, lagId }) => aws.lagOf(connectionId) === lagId).length;
      return {
        right: status === 'CREATE_COMPLETE' ? there / size : 0,
        left: status === 'CREATE_COMPLETE' ? 0 : there,
        ...count(aws.apiCalls.calls, 'directconnect'),
        took: (Date.now() - began) / 1000,
        slowest: slowest(aws.events),
      };
    } finally {
      aws.stop();
    }
  });
}

/** How many calls a membership takes that is alone in its LAG, where nothing is throttled and no link is waited for. */
const CALLS = new Map([
  [lagMembership, 3],
  [awsCustomResource, 1],
  [awsCustomResourceOneRole, 1],
]);

function rateOfDirectConnect(): Rate {
  const rate = RATES.find(({ service }) => service === 'directconnect');
  if (rate === undefined) throw new Error('The sandbox has no rate of Direct Connect');
  return rate;
}

/** The least time, in seconds, in which so many calls get through. */
const least = (calls: number): number => Math.max(0, (calls - BURST) / PER_SECOND);

function attempt(subject: Subject, size: number): Synthesized | string {
  try {
    return synthesize(subject, pairs(size));
  } catch (error) {
    // What CDK says where a stack is full; everything else is a fault of this program.
    if (error instanceof Error && error.message.startsWith('Number of resources')) return error.message;
    throw error;
  }
}

/** One stack of many memberships against a limited rate of calls. */
export async function scale(): Promise<Measurement> {
  const rows: string[][] = [];
  const ours: { size: number; outcomes: Outcome[] }[] = [];
  for (const size of SIZES) {
    const runs = [...CALLS.keys()].map(subject => ({
      subject,
      synthesized: attempt(subject, size),
      outcomes: [] as Outcome[],
    }));
    for (let repetition = 1; repetition <= repetitionsOf(size); repetition++) {
      for (const { synthesized, outcomes } of runs) {
        if (typeof synthesized !== 'string') outcomes.push(await deploy(synthesized, size, repetition));
      }
    }
    for (const { subject, synthesized, outcomes } of runs) {
      if (subject === lagMembership) ours.push({ size, outcomes });
      rows.push([String(size), subject.name, ...cells(subject, size, synthesized, outcomes)]);
    }
  }
  const slowestOf = (size: number): number =>
    Math.max(...(ours.find(each => each.size === size)?.outcomes ?? []).map(({ took }) => took / least(3 * size)));
  const all = ours.every(({ outcomes }) => outcomes.every(({ right }) => right === 1));
  return {
    title: 'Scale: create',
    method:
      `One stack is created, ${repetitionsOf(1)} times each (${repetitionsOf(490)} of more than 100 memberships), alternating, virtual time for both, with all functions at once and the ` +
      `rates of \`sandbox/rates.ts\` in force: Direct Connect takes ${PER_SECOND} calls a second (burst ${BURST}). "Right": memberships of a stack that is ` +
      'CREATE_COMPLETE. "Left": connections in a LAG after a stack that failed. "Time": against the least in which the calls of that subject without throttling fit into the rate ' +
      '(3 a membership here, as for one alone, though those of one LAG go one after the other, wait for their links, and the first looks ' +
      'after all; 1 there, since it does not look). "Slowest": from an event to its answer; ours tries for ' +
      `${LONGEST_RETRY_TIMEOUT} s.`,
    columns: ['memberships', 'subject', 'right', 'left', 'calls', 'throttled', 'slowest', 'time against the least'],
    rows,
    goals: [
      {
        goal: 'all memberships of every size end right',
        reached: all,
        measured: ours
          .map(
            ({ size, outcomes }) =>
              `${size}: ${spread(
                outcomes.map(({ right }) => right),
                percent,
              )}`,
          )
          .join(', '),
      },
      {
        goal: '490 memberships of 123 LAGs join within 2 × the least time',
        reached: slowestOf(490) <= 2,
        measured: times(slowestOf(490)),
      },
    ],
    notes:
      'What the profile showed: at first each call began its backoff anew, and 490 functions together asked far more than was ' +
      'let through: each look that got through was followed by a write that was throttled, and so by another look. Of 32258 ' +
      'calls 27914 were throttled, and the stack ran out of time. Now a function remembers, from one call for the next, how ' +
      'often it was throttled. From some fifty resources on, the policies of AwsCustomResource do not fit into one role ' +
      'any more, and the stack fails before any call.',
  };
}

function cells(
  subject: Subject,
  size: number,
  synthesized: Synthesized | string,
  outcomes: readonly Outcome[],
): string[] {
  if (typeof synthesized === 'string')
    return [`no template: ${synthesized.split(':').slice(0, 2).join(':')}`, '–', '–', '–', '–', '–'];
  const of = (value: (outcome: Outcome) => number) => outcomes.map(value);
  const shortest = least(size * (CALLS.get(subject) ?? 1));
  const failed = outcomes.some(({ right }) => right < 1);
  return [
    spread(
      of(({ right }) => right),
      percent,
    ),
    spread(
      of(({ left }) => left),
      value => value.toFixed(0),
    ),
    spread(
      of(({ calls }) => calls),
      value => value.toFixed(0),
    ),
    spread(
      of(({ throttled }) => throttled),
      value => value.toFixed(0),
    ),
    spread(
      // Where the stack failed before there was an event, there is none.
      of(each => each.slowest).filter(longest => longest > 0),
      seconds,
    ),
    failed || shortest === 0
      ? '–'
      : spread(
          of(({ took }) => took / shortest),
          times,
        ),
  ];
}
