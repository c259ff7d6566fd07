import { type Measurement, median, pairwise, spread, times } from './measurement';
import { pairs } from './network';
import { awsCustomResource, lagMembership, type Subject, synthesize } from './subjects';

const SIZES = [1, 10, 100, 240, 490];
/** The small ones take no longer than what else the machine does. */
const repetitionsOf = (size: number): number => (size <= 10 ? 45 : 9);
/** Runs of each, not counted, after which V8 has compiled what both run. */
const WARM_UP = 10;

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
  for (let run = 0; run < WARM_UP; run++) for (const subject of subjects) attempt(subject, 10);
  for (const size of SIZES) {
    for (let repetition = 0; repetition < repetitionsOf(size); repetition++) {
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
  const ratio = ({ ours, theirs }: (typeof both)[number]) => median(pairwise(ours.milliseconds, theirs.milliseconds));
  const further = (which: 'ours' | 'theirs') => {
    const [least, most] = [both[0], both.at(-1)];
    if (least === undefined || most === undefined) throw new Error('There is nothing to compare');
    return (most[which].bytes - least[which].bytes) / (most.size - least.size);
  };
  return {
    title: 'Synth',
    method:
      `Wall time of an app with one stack, from its construction to its files, ${repetitionsOf(100)} times each (up to 10 memberships ${repetitionsOf(10)}), alternating, in ` +
      'one process with CDK loaded and warm. Ratios: the median of those of neighbours. Bytes of the template as it is uploaded.',
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
        reached: both.every(each => ratio(each) <= 1),
        measured: both.map(each => `${each.size}: ${times(ratio(each))}`).join(', '),
      },
    ],
    notes:
      'What the profile showed: of the synthesis of one membership, half is CDK validating the template. Ours has a log ' +
      'group, a table and rights of its own, so 44 % more bytes to resolve and validate; the membership itself is added sooner.',
  };
}
