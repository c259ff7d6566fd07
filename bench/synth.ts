import { type Measurement, median, spread, sum, times } from './measurement';
import { pairs } from './network';
import { awsCustomResource, lagMembership, type Subject, synthesize } from './subjects';

const SIZES = [1, 10, 100, 240, 490];
const REPETITIONS = 7;

interface Synthesis {
  readonly milliseconds: number[];
  readonly resources: number;
  readonly bytes: number;
}

/** @returns nothing where a stack cannot hold so many */
function attempt(
  subject: Subject,
  size: number,
): { milliseconds: number; resources: number; bytes: number } | undefined {
  const began = performance.now();
  try {
    const { template, resources } = synthesize(subject, pairs(size));
    return { milliseconds: performance.now() - began, resources, bytes: Buffer.byteLength(template) };
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('Number of resources')) return undefined;
    throw error;
  }
}

/** Time and size of synthesis. */
export async function synth(): Promise<Measurement> {
  const subjects = [lagMembership, awsCustomResource];
  const results = new Map<string, Synthesis>();
  const keyOf = (subject: Subject, size: number) => `${subject.name} ${size}`;
  // The first of each loads what all others find loaded.
  for (const subject of subjects) attempt(subject, 1);
  for (const size of SIZES) {
    for (let repetition = 0; repetition < REPETITIONS; repetition++) {
      for (const subject of subjects) {
        const one = attempt(subject, size);
        if (one === undefined) continue;
        const known = results.get(keyOf(subject, size))?.milliseconds ?? [];
        results.set(keyOf(subject, size), { ...one, milliseconds: [...known, one.milliseconds] });
      }
    }
  }
  const both = SIZES.flatMap(size => {
    const [ours, theirs] = subjects.map(subject => results.get(keyOf(subject, size)));
    return ours && theirs ? [{ size, ours, theirs }] : [];
  });
  const largest = results.get(keyOf(lagMembership, 490));
  const rows = SIZES.flatMap(size =>
    subjects.map(subject => {
      const result = results.get(keyOf(subject, size));
      if (result === undefined) return [String(size), subject.name, '–', 'more than 500', '–', '–'];
      return [
        String(size),
        subject.name,
        spread(result.milliseconds, value => `${value.toFixed(0)} ms`),
        String(result.resources),
        String(result.bytes),
        (result.bytes / size).toFixed(0),
      ];
    }),
  );
  const ratio = ({ ours, theirs }: (typeof both)[number]) => median(ours.milliseconds) / median(theirs.milliseconds);
  const further = (which: 'ours' | 'theirs') => {
    const [least, most] = [both[0], both.at(-1)];
    if (least === undefined || most === undefined) throw new Error('There is nothing to compare');
    return (most[which].bytes - least[which].bytes) / (most.size - least.size);
  };
  const total =
    sum(both.map(each => median(each.ours.milliseconds))) / sum(both.map(each => median(each.theirs.milliseconds)));
  return {
    title: 'Synth',
    method:
      `Wall time of an app with one stack, from its construction to its files, ${REPETITIONS} times each, alternating, in ` +
      'one process with CDK loaded. Bytes of the template as it is uploaded.',
    columns: ['memberships', 'subject', 'wall', 'resources', 'bytes', 'bytes a membership'],
    rows,
    goals: [
      {
        goal: 'a stack holds 490',
        reached: largest !== undefined,
        measured: `${largest?.resources ?? 'more than 500'} resources`,
      },
      {
        goal: 'fewer bytes for each further membership',
        reached: further('ours') < further('theirs'),
        measured: `${further('ours').toFixed(0)} to ${further('theirs').toFixed(0)}, ${times(further('ours') / further('theirs'))}`,
      },
      {
        goal: 'synth no slower',
        reached: total <= 1,
        measured: `${both.map(each => `${each.size}: ${times(ratio(each))}`).join(', ')}, together ${times(total)}`,
      },
    ],
  };
}
