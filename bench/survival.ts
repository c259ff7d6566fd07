import { systemClock } from '../sandbox/clock';
import { seeded } from '../sandbox/test/seeded';
import { type Measurement, percent, spread } from './measurement';
import { connectionId, lagId, network } from './network';
import { awsCustomResource, lagMembership, type Subject, type Synthesized, synthesize } from './subjects';
import { fairWeather, VirtualAws, type Weather } from './virtual-aws';
import { underVirtualTime } from './virtual-time';
import { denied, everyThirdAnswerLost, killedAfterWrite, outage, serverExceptions } from './weather';

const REPETITIONS = 9;
const SECOND = 1000;
const MINUTE = 60 * SECOND;

const STEPS = ['deploy', 'move', 'destroy'] as const;
type Step = (typeof STEPS)[number];

interface Case {
  readonly name: string;
  /** What is to come over a step; made anew for each. */
  readonly weather: (step: Step, repetition: number) => Weather;
  /** Milliseconds. @default 5 s */
  readonly transition?: number;
  /** Milliseconds between the steps. @default 10 minutes: everything has settled */
  readonly pause?: number;
}

const CASES: readonly Case[] = [
  { name: 'nothing', weather: () => fairWeather },
  ...[1, 2, 5].map(count => ({
    name: `${count} server exception${count === 1 ? '' : 's'} in a row per call`,
    weather: () => serverExceptions(count),
  })),
  { name: 'outage of 30 s', weather: () => outage(30 * SECOND) },
  { name: 'outage of 2 min', weather: () => outage(2 * MINUTE) },
  { name: 'outage of 8 min', weather: () => outage(8 * MINUTE) },
  { name: 'transition of 60 s', weather: () => fairWeather, transition: MINUTE, pause: SECOND },
  { name: 'every third answer lost after applying', weather: (_, repetition) => everyThirdAnswerLost(repetition) },
  { name: 'process killed after the write', weather: () => killedAfterWrite() },
  {
    name: 'AccessDenied for the first 10 s',
    weather: step => (step === 'deploy' ? outage(10 * SECOND, denied) : fairWeather),
  },
];

const home = { connectionId: connectionId(0), lagId: lagId(0) };
const elsewhere = { ...home, lagId: lagId(1) };

interface Contestant {
  readonly subject: Subject;
  readonly templates: { readonly deploy: Synthesized; readonly move: Synthesized };
}

interface Outcome {
  /** Every step ended as it was asked for. */
  readonly right: boolean;
  /** After some step the network was not as CloudFormation says. */
  readonly wrong: boolean;
  readonly writes: number;
}

/** Deploys a pair, moves the connection to another LAG and destroys the stack, in the same weather each. */
async function live({ templates }: Contestant, scene: Case, repetition: number): Promise<Outcome> {
  const wanted = { deploy: home.lagId, move: elsewhere.lagId, destroy: undefined };
  return underVirtualTime(repetition, async () => {
    const aws = new VirtualAws(network(1), scene.transition ?? 5 * SECOND, seeded(repetition));
    try {
      let [right, wrong] = [true, false];
      for (const step of STEPS) {
        // A stack whose first deployment failed cannot be updated.
        if (step === 'move' && !right) continue;
        const before = aws.lagOf(home.connectionId);
        aws.weather = scene.weather(step, repetition);
        const status = await (step === 'destroy' ? aws.destroy() : aws.deploy(templates[step]));
        const succeeded = /^(CREATE|UPDATE|DELETE)_COMPLETE$/.test(status);
        right &&= succeeded;
        // A step that did not succeed claims to have left things as they were.
        wrong ||= aws.lagOf(home.connectionId) !== (succeeded ? wanted[step] : before);
        aws.weather = fairWeather;
        await systemClock.sleep(scene.pause ?? 10 * MINUTE);
      }
      return { right, wrong, writes: aws.writes };
    } finally {
      aws.stop();
    }
  });
}

/** The share of runs that come to their end under faults. */
export async function survival(): Promise<Measurement> {
  const contestants = [lagMembership, awsCustomResource].map(subject => ({
    subject,
    templates: { deploy: synthesize(subject, [home]), move: synthesize(subject, [elsewhere]) },
  }));
  const results: { scene: Case; subject: Subject; outcomes: Outcome[] }[] = [];
  for (const scene of CASES) {
    const ofScene = contestants.map(contestant => ({ ...contestant, scene, outcomes: [] as Outcome[] }));
    for (let repetition = 1; repetition <= REPETITIONS; repetition++) {
      for (const each of ofScene) each.outcomes.push(await live(each, scene, repetition));
    }
    results.push(...ofScene);
  }
  const share = (outcomes: readonly Outcome[], is: (outcome: Outcome) => boolean) =>
    outcomes.filter(is).length / outcomes.length;
  const ours = results.filter(({ subject }) => subject === lagMembership);
  const wrong = ours.filter(({ outcomes }) => outcomes.some(outcome => outcome.wrong));
  const failing = ours.filter(({ outcomes }) => outcomes.some(outcome => !outcome.right));
  const named = (cells: typeof ours) => cells.map(({ scene }) => scene.name).join('; ');
  return {
    title: 'Survival',
    method:
      `Deploy, move to another LAG, destroy, ${REPETITIONS} times each, alternating; virtual time for both. "Right": all ` +
      'three ended as asked for. "Wrong": after one of them the network was not as CloudFormation says. Writes: changes ' +
      'that Direct Connect made in a run, those of rollbacks included; a move without faults takes 2 here (out, in) and 1 ' +
      'there (AWS moves the connection silently, and leaves virtual interfaces behind).',
    columns: ['fault', 'subject', 'right', 'wrong', 'writes'],
    rows: results.map(({ scene, subject, outcomes }) => [
      scene.name,
      subject.name,
      percent(share(outcomes, outcome => outcome.right)),
      percent(share(outcomes, outcome => outcome.wrong)),
      spread(
        outcomes.map(({ writes }) => writes),
        String,
      ),
    ]),
    goals: [
      {
        goal: 'no cell of LagMembership leaves the network wrong',
        reached: wrong.length === 0,
        measured: wrong.length === 0 ? `none of ${ours.length}` : named(wrong),
      },
      {
        goal: 'every run of LagMembership ends right',
        reached: failing.length === 0,
        measured: failing.length === 0 ? `all of ${ours.length * REPETITIONS}` : `not all: ${named(failing)}`,
      },
    ],
  };
}
