import { LONGEST_RETRY_TIMEOUT } from '../lib/provider';
import { systemClock } from '../sandbox/clock';
import { seeded } from '../sandbox/test/seeded';
import { type Count, count, SERVICES } from './api-calls';
import { type Measurement, percent, seconds } from './measurement';
import { network, pairs } from './network';
import { awsCustomResourceOneRole, lagMembership, type Subject, synthesize } from './subjects';
import { slowest, VirtualAws } from './virtual-aws';
import { underVirtualTime } from './virtual-time';

const ACTS = ['destroy', 'create with rollback', 'remove all but one'] as const;
type Act = (typeof ACTS)[number];

/** Where the connections are before there is a stack. */
const FOUND = ['standalone', 'in its LAG'] as const;
type Found = (typeof FOUND)[number];

/** Milliseconds, after which every bucket is full and nothing is in transition any more. */
const PAUSE = 600_000;

interface Case {
  readonly subject: Subject;
  readonly act: Act;
  readonly found: Found;
  readonly size: number;
}

const CASES: readonly Case[] = ACTS.flatMap(act =>
  FOUND.flatMap(found =>
    [1, 100, 240, 490].flatMap(size => {
      // A stack of one has no other to keep; and what the rates do to 240 adopted ones, they do to 490.
      if ((size === 1 && act === 'remove all but one') || (size === 240 && found === 'in its LAG')) return [];
      const ours = { subject: lagMembership, act, found, size };
      // It cannot adopt, and it removes as it destroys.
      const isTheirs = found === 'standalone' && act !== 'remove all but one';
      return isTheirs ? [ours, { ...ours, subject: awsCustomResourceOneRole }] : [ours];
    }),
  ),
);

interface Outcome {
  /** Share of the memberships. */
  readonly right: number;
  /** Connections that are not where they should be. */
  readonly wrong: number;
  /** Of the events under the rates, in milliseconds. */
  readonly slowest: number;
  /** In the order of {@link SERVICES}. */
  readonly counts: readonly Count[];
}

const STATUS: { readonly [act in Act]: string } = {
  destroy: 'DELETE_COMPLETE',
  'create with rollback': 'ROLLBACK_COMPLETE',
  'remove all but one': 'UPDATE_COMPLETE',
};

async function run({ subject, act, found, size }: Case): Promise<Outcome> {
  const all = pairs(size);
  const kept = all.slice(0, act === 'remove all but one' ? 1 : 0);
  const created = synthesize(subject, all, { failsAtTheEnd: act === 'create with rollback' });
  const updated = act === 'remove all but one' ? synthesize(subject, kept) : undefined;
  const isIn = (index: number) => (act === 'create with rollback' ? found === 'in its LAG' : index < kept.length);
  return underVirtualTime(1, async () => {
    const aws = new VirtualAws(network(size, found === 'in its LAG' ? all : []), 5_000, seeded(1));
    try {
      if (act !== 'create with rollback') {
        const before = await aws.deploy(created);
        if (before !== 'CREATE_COMPLETE') throw new Error(`There is no stack to take apart: it is ${before}`);
        await systemClock.sleep(PAUSE);
      }
      const [calls, events] = [aws.apiCalls.calls.length, aws.events.length];
      aws.apiCalls.isLimited = true;
      const status = await (act === 'destroy' ? aws.destroy() : aws.deploy(updated ?? created));
      const sent = aws.events.slice(events);
      const wrong = all.filter(
        ({ connectionId, lagId }, index) => aws.lagOf(connectionId) !== (isIn(index) ? lagId : undefined),
      ).length;
      // A rollback must be for the resource that was to fail, and not for a membership that did.
      const isAsAsked = status === STATUS[act] && sent.every(({ answer }) => answer?.status === 'SUCCESS');
      return {
        right: isAsAsked ? 1 - wrong / size : 0,
        wrong,
        slowest: slowest(sent),
        counts: SERVICES.map(({ signingName }) => count(aws.apiCalls.calls.slice(calls), signingName)),
      };
    } finally {
      aws.stop();
    }
  });
}

/** What is taken apart again at once, against limited rates of calls. */
export async function goingBack(): Promise<Measurement> {
  const results: (Case & Outcome)[] = [];
  for (const each of CASES) results.push({ ...each, ...(await run(each)) });
  const ours = results.filter(({ subject }) => subject === lagMembership);
  const failing = ours.filter(({ right }) => right < 1);
  const most = Math.max(...ours.map(each => each.slowest));
  const shown = ({ calls, throttled }: Count) => (throttled === 0 ? String(calls) : `${calls} (${throttled})`);
  return {
    title: 'Scale: destroy, roll back, remove',
    method:
      'One stack each, once, virtual time for both, with all functions at once and the rates of `sandbox/rates.ts` in force. A ' +
      'stack that is destroyed, or changed so that it has one membership left, was created without them. In a create with ' +
      'rollback, another resource fails after the last membership has joined. "Found": where the connections were before ' +
      'there was a stack; a rollback is to leave them there, and whoever destroys or removes means it. "Right": memberships of a stack that ' +
      'came to its end as it should, every event answered with success. "Wrong": connections that are not where they should be. ' +
      `"Slowest": from an event to its answer; ours tries for ${LONGEST_RETRY_TIMEOUT} s. Calls: all, and of them throttled.`,
    columns: ['', 'found', 'memberships', 'subject', 'right', 'wrong', 'slowest', ...SERVICES.map(({ name }) => name)],
    rows: results.map(({ act, found, size, subject, right, wrong, slowest: longest, counts }) => [
      act,
      found,
      String(size),
      subject.name,
      percent(right),
      String(wrong),
      seconds(longest),
      ...counts.map(shown),
    ]),
    goals: [
      {
        goal: 'every membership ends right',
        reached: failing.length === 0,
        measured:
          failing.length === 0
            ? `in all ${ours.length} cells`
            : `not in ${failing.map(({ act, found, size }) => `${act}, ${found}, ${size}`).join('; ')}`,
      },
      {
        goal: `every event is answered within ${LONGEST_RETRY_TIMEOUT} s`,
        reached: most <= LONGEST_RETRY_TIMEOUT * 1000,
        measured: `${seconds(most)} at most`,
      },
    ],
  };
}
