import { systemClock } from '../sandbox/clock';
import { seeded } from '../sandbox/test/seeded';
import { type Call, count, SERVICES } from './api-calls';
import type { Measurement } from './measurement';
import { network, pairs } from './network';
import { checking, synthesize } from './subjects';
import { VirtualAws } from './virtual-aws';
import { underVirtualTime } from './virtual-time';

const SIZES = [1, 100, 490];
/** Milliseconds between the steps: everything has settled. */
const PAUSE = 600_000;
/** Of the function, in seconds. */
const TIMEOUT = 900;

const ADMINISTRATOR = {
  accountId: '111122223333',
  region: 'eu-central-1',
  principalArn: 'arn:aws:iam::111122223333:user/administrator',
};

interface Look {
  readonly calls: readonly Call[];
  /** Changes of Direct Connect. */
  readonly writes: number;
  readonly seconds: number;
  /** Whether the function came to its end without an error. */
  readonly isComplete: boolean;
}

/** What one check takes of a stack of so many: where all are in place, and where a person has taken out all. */
async function looksOf(size: number): Promise<{ readonly inPlace: Look; readonly out: Look }> {
  const all = pairs(size);
  const synthesized = synthesize(checking, all);
  return underVirtualTime(1, async () => {
    const aws = new VirtualAws(network(size), 0, seeded(1));
    try {
      await aws.deploy(synthesized);
      await systemClock.sleep(PAUSE);
      aws.apiCalls.isLimited = true;
      const inPlace = await look(aws);
      await systemClock.sleep(PAUSE);
      for (const pair of all) {
        await aws.services.directConnect.call('DisassociateConnectionFromLag', pair, ADMINISTRATOR);
      }
      await systemClock.sleep(PAUSE);
      return { inPlace, out: await look(aws) };
    } finally {
      aws.stop();
    }
  });
}

async function look(aws: VirtualAws): Promise<Look> {
  const [before, writes, began] = [aws.apiCalls.calls.length, aws.writes, Date.now()];
  const functionArn = aws.events[0]?.functionArn ?? '';
  const { outcome } = await aws.services.lambda.invoke(functionArn, { check: 'drift' });
  return {
    calls: aws.apiCalls.calls.slice(before),
    writes: aws.writes - writes,
    seconds: (Date.now() - began) / 1000,
    isComplete: outcome.kind === 'answer',
  };
}

/** The calls of one check, by service. */
export async function check(): Promise<Measurement> {
  const rows: string[][] = [];
  const looks: Look[] = [];
  const ofDirectConnect: number[] = [];
  for (const size of SIZES) {
    const { inPlace, out } = await looksOf(size);
    for (const [where, each] of [
      ['in place', inPlace],
      ['all taken out by hand', out],
    ] as const) {
      looks.push(each);
      ofDirectConnect.push(count(each.calls, 'directconnect').calls);
      const calls = SERVICES.map(({ signingName }) => String(count(each.calls, signingName).calls));
      const throttled = each.calls.filter(call => call.throttled).length;
      rows.push([String(size), where, ...calls, String(throttled), each.seconds.toFixed(1)]);
    }
  }
  return {
    title: 'A check',
    method:
      'Calls of one check of a stack, whether its connections are in their LAGs, virtual time, with the rates of all services in ' +
      'force; throttled calls are among the calls. A membership that is elsewhere is asked about: its record, and its resource.',
    columns: ['memberships', 'they are', ...SERVICES.map(({ name }) => name), 'throttled', 'seconds'],
    rows,
    goals: [
      {
        goal: `one call of Direct Connect however many, no write, and an end within the function's ${TIMEOUT} s`,
        reached:
          ofDirectConnect.every(calls => calls === 1) &&
          looks.every(({ writes, seconds, isComplete }) => isComplete && writes === 0 && seconds < TIMEOUT),
        measured: `${Math.max(...ofDirectConnect)} at most, ${looks.reduce((sum, { writes }) => sum + writes, 0)} writes, ${Math.max(...looks.map(({ seconds }) => seconds)).toFixed(1)} s at most`,
      },
    ],
  };
}
