import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Measurement, median, pairwise, spread, times } from '../measurement';
import { awsCustomResource, lagMembership } from '../subjects';
import { type Contestant, contestant, type Sample } from './contestant';
import { sample } from './fresh-process';

const REPETITIONS = 41;

/** From the start of a fresh process to the first request to Direct Connect. */
export async function coldStart(): Promise<Measurement> {
  const floor = readFileSync(join(__dirname, 'floor.cjs'));
  const contestants: readonly Contestant[] = [
    { name: 'floor: Node.js alone', handler: floor, properties: {}, samples: [] },
    contestant(lagMembership),
    contestant(awsCustomResource),
  ];
  await sample(contestants, REPETITIONS);
  return measurement(contestants);
}

/** Of Node.js 20. */
const PROFILE =
  'What the profile showed: 42 % of the bundle are the chain of credential providers of the SDK (SSO, web identity, STS, ' +
  'metadata service), which Lambda does not need, and 6 % event streams, which Direct Connect does not have. A build without ' +
  'them was 1.47 times the floor where the SDK as it comes was 1.68, side by side: the goal holds without that, so the trick ' +
  'went. Of what a start takes over the floor, half is the loading of the bundle, a tenth the first request to the table ' +
  'with the first signature, a tenth the second one, which waits for the answer to the first, and a fifth the first use of ' +
  'the client with a second TLS handshake, since Direct Connect is another service.';

function measurement(contestants: readonly Contestant[]): Measurement {
  const [floor, ours] = contestants;
  if (floor === undefined || ours === undefined) throw new Error('There is nobody to compare');
  const of = (samples: readonly Sample[], value: keyof Sample) => samples.map(sample => sample[value]);
  const ratio = ({ samples }: Contestant, value: keyof Sample) =>
    median(pairwise(of(samples, value), of(floor.samples, value)));
  const milliseconds = (value: number) => `${value.toFixed(0)} ms`;
  const megabytes = (value: number) => `${value.toFixed(0)} MB`;
  const [wall, memory] = [ratio(ours, 'wall'), Math.max(...of(ours.samples, 'memory'))];
  return {
    title: 'Cold start',
    method:
      `Fresh processes, ${REPETITIONS} times each, alternating, in real time: from the start of the process until Direct ` +
      "Connect's first request has arrived, over TLS. LagMembership makes two requests before that, to its table. Memory " +
      "is what the process holds when the event is over. Times the floor: the median of the ratios of neighbours. AwsCustomResource's bundle has no AWS SDK: Lambda's runtime does.",
    columns: ['handler', 'wall', '× floor', 'CPU', '× floor', 'memory', 'bundle'],
    rows: contestants.map(each => [
      each.name,
      spread(of(each.samples, 'wall'), milliseconds),
      times(ratio(each, 'wall')),
      spread(of(each.samples, 'cpu'), milliseconds),
      times(ratio(each, 'cpu')),
      spread(of(each.samples, 'memory'), megabytes),
      each === floor ? '–' : `${(each.handler.length / 1000).toFixed(0)} KB`,
    ]),
    goals: [
      { goal: 'wall at most 1.75 × the floor', reached: wall <= 1.75, measured: times(wall) },
      { goal: 'under 128 MB', reached: memory < 128, measured: megabytes(memory) },
    ],
    notes: PROFILE,
  };
}
