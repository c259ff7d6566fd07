import { type Rehearsal, type Run, readRehearsal } from '../../sandbox/rehearse/rehearsal';
import { exitCodeOf, judge, seconds, withConvergence, withTransition } from '../../sandbox/rehearse/verdict';
import { sample, sampleRun } from './sample';

const texts = (rehearsal: Rehearsal, level: string) =>
  judge(rehearsal)
    .findings.filter(finding => finding.level === level)
    .map(({ text }) => text);

const change = (part: Partial<Run>): Rehearsal => ({ ...sample(), change: { ...sampleRun(), ...part } });

describe('the verdict', () => {
  test('is go where each interface keeps a link and each failure ends as it began', () => {
    const { decision, sentence, windowSeconds } = judge(sample());
    expect([decision, exitCodeOf[decision]]).toEqual(['go', 0]);
    expect(sentence).toBe(
      'Go: the change takes 4 s and makes 2 writes, interrupts 2 links, and leaves each of 2 virtual interfaces a link all the time; of 1 way to fail, each ends as it began. With 0.9 s a transition.',
    );
    // The change's 4 s and the failure's 3 s.
    expect(windowSeconds).toBe(7);
  });

  test('is no-go where an interface has no link for a while, with the time and its moment', () => {
    const { decision, findings } = judge(sample({ withoutLink: 700 }));
    expect([decision, exitCodeOf[decision]]).toEqual(['no-go', 2]);
    expect(findings[0]).toEqual({
      level: 'blocker',
      text: 'The virtual interface office-1 (dxvif-00000001) has no link for 0.7 s.',
      at: 1_000,
    });
  });

  test('is no-go where a LAG goes below its minimum', () => {
    const [first, ...rest] = sampleRun().lags;
    const lags = [
      {
        ...first,
        id: 'dxlag-00000001',
        name: 'lag-1',
        steps: (first?.steps ?? []).map(step => ({ ...step, minimum: 2 })),
      },
      ...rest,
    ];
    expect(judge(change({ lags })).decision).toBe('no-go');
    expect(texts(change({ lags }), 'blocker')).toEqual([
      'The LAG lag-1 (dxlag-00000001) is below its minimum of 2 operational links for 0.9 s, and goes down with it.',
    ]);
  });

  test('is no-go where the change fails, with the first reason', () => {
    const events = [
      {
        at: 500,
        stack: 'Network',
        logicalId: 'Membership',
        resourceType: 'Custom::X',
        status: 'UPDATE_FAILED',
        reason: 'the LAG is full',
      },
    ];
    expect(texts(change({ exitCode: 1, events }), 'blocker')).toEqual([
      'The change fails: Membership: the LAG is full',
    ]);
    expect(judge(change({ exitCode: 1, events })).sentence).toMatch(/^No-go: the change fails after 4 s and makes /);
  });

  test('is no-go where what is deployed writes, and where a link stays down', () => {
    const deployed = sampleRun();
    expect(judge({ ...sample(), deployed }).findings[0]?.text).toMatch(
      /^What is deployed does not describe what is there: .* makes 2 writes/,
    );
    const links = sampleRun().links.map(lane => ({ ...lane, steps: lane.steps.slice(0, 2) }));
    expect(texts(change({ links }), 'blocker')).toContain(
      'The link frankfurt-1 (dxcon-00000002) was up, and is pending at the end.',
    );
  });

  test('is no-go where a rollback leaves a stack failed; one that ends elsewhere is a warning', () => {
    const failed = { ...sampleRun(), name: 'a write fails', exitCode: 1 };
    const stuck = sample({
      failures: [{ ...failed, stacks: [{ stack: 'Network', status: 'UPDATE_ROLLBACK_FAILED' }] }],
    });
    expect(texts(stuck, 'blocker')).toEqual([
      'If it fails (a write fails), the stack Network is left UPDATE_ROLLBACK_FAILED.',
    ]);
    const [lag, ...lags] = failed.after.lags;
    const after = {
      ...failed.after,
      lags: lag === undefined ? lags : [{ ...lag, members: ['dxcon-00000003'] }, ...lags],
    };
    const elsewhere = sample({ failures: [{ ...failed, after }] });
    expect(judge(elsewhere).decision).toBe('go');
    expect(texts(elsewhere, 'warning')).toContain(
      'If it fails (a write fails), the end is not the start: dxcon-00000002 is gone and was dxlag-00000001.',
    );
  });

  test('has a warning where the templates differ and nothing was deployed', () => {
    const warning = 'The templates differ, and the deployment changed nothing all the same.';
    expect(texts(change({ events: [] }), 'warning')).toContain(warning);
    expect(texts({ ...change({ events: [] }), templateDiff: '' }, 'warning')).not.toContain(warning);
  });

  test('is that it could not tell where something was not read, or what is deployed does not deploy', () => {
    const unread = { ...sample(), origin: { ...sample().origin, notRead: ['the LAGs in eu-central-1: AccessDenied'] } };
    expect([judge(unread).decision, exitCodeOf['could not tell']]).toEqual(['could not tell', 3]);
    expect(judge({ ...sample(), deployed: { ...sampleRun(), calls: [], exitCode: 1 } }).decision).toBe(
      'could not tell',
    );
  });
});

test('another transition time stretches the time in which a link is in transition, and no other', () => {
  // Two transitions of 0.9 s within 4 s.
  const time = withTransition(sampleRun(), 0.9, 90);
  expect(time(1_000)).toBe(1_000);
  expect(time(4_000)).toBeCloseTo(4_000 - 1_800 + 180_000);
});

test.each([
  [700, '0.7 s'],
  [9_000, '9 s'],
  [119_400, '119 s'],
  [120_000, '2 min'],
  [1_215_000, '20 min 15 s'],
])('%i ms are %s in words', (milliseconds, words) => {
  expect(seconds(milliseconds)).toBe(words);
});

test('a rehearsal.json of another version is refused', () => {
  expect(readRehearsal(JSON.stringify(sample()))).toEqual(sample());
  expect(() => readRehearsal(JSON.stringify({ ...sample(), version: 2 }))).toThrow('no rehearsal.json of version 1');
});

test('BGP converges anew each time that a link is back', () => {
  const steps = [true, false, true, false, true].map((up, index) => ({
    at: index * 1_000,
    up,
    share: 1,
    carrier: 'dxlag-1',
  }));
  expect(withConvergence({ id: 'dxvif-1', name: '', steps }, 5_000, 90)).toBe(2_000 + 2 * 90_000);
});
