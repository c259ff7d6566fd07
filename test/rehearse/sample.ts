import type { Lane, LinkState, Rehearsal, Run } from '../../sandbox/rehearse/rehearsal';

interface SampleOptions {
  /** @default 2 */
  readonly lags?: number;
  /** @default frankfurt-1 */
  readonly connectionName?: string;
  /** How long the interface has no link, in milliseconds. @default 0 */
  readonly withoutLink?: number;
  readonly failures?: readonly Run[];
}

const id = (kind: string, number: number) => `${kind}-${String(number).padStart(8, '0')}`;

/** A network of LAGs with two links and an interface each, of which the first link of each is moved out and back. */
export function sampleRun({ lags = 2, connectionName = 'frankfurt-1', withoutLink = 0 }: SampleOptions = {}): Run {
  const numbers = Array.from({ length: lags }, (_, index) => index + 1);
  const links = numbers.flatMap((number): Lane<LinkState>[] => {
    const lag = id('dxlag', number);
    const from = number * 1_000;
    return [
      {
        id: id('dxcon', number * 2),
        name: number === 1 ? connectionName : `link-${number * 2}`,
        steps: [
          { at: 0, state: 'up', lag },
          { at: from, state: 'pending', lag: '' },
          { at: from + 900, state: 'up', lag },
        ],
      },
      { id: id('dxcon', number * 2 + 1), name: `link-${number * 2 + 1}`, steps: [{ at: 0, state: 'up', lag }] },
    ];
  });
  const summary = {
    lags: numbers.map(number => ({
      id: id('dxlag', number),
      name: `lag-${number}`,
      members: [id('dxcon', number * 2), id('dxcon', number * 2 + 1)],
      up: 2,
      minimum: 1,
      gbps: 20,
      interfaces: [id('dxvif', number)],
    })),
    standalone: [],
  };
  const principal = 'arn:aws:sts::111122223333:assumed-role/Network-Role/Network-Function';
  return {
    name: 'the change',
    exitCode: 0,
    duration: (lags + 2) * 1_000,
    before: summary,
    after: summary,
    links,
    lags: numbers.map(number => ({
      id: id('dxlag', number),
      name: `lag-${number}`,
      steps: [
        { at: 0, up: 2, members: 2, minimum: 1 },
        { at: number * 1_000, up: 1, members: 1, minimum: 1 },
        { at: number * 1_000 + 900, up: 2, members: 2, minimum: 1 },
      ],
    })),
    interfaces: numbers.map(number => {
      const carrier = id('dxlag', number);
      const lost = number === 1 && withoutLink > 0;
      return {
        id: id('dxvif', number),
        name: `office-${number}`,
        steps: [
          { at: 0, carrier, up: true, share: 1 },
          { at: number * 1_000, carrier, up: !lost, share: lost ? 0 : 0.5 },
          { at: number * 1_000 + (lost ? withoutLink : 900), carrier, up: true, share: 1 },
        ],
      };
    }),
    events: numbers.map(number => ({
      at: number * 1_000 - 100,
      stack: 'Network',
      logicalId: `Membership${number}`,
      resourceType: 'Custom::DirectConnectLagMembership',
      status: 'UPDATE_IN_PROGRESS',
    })),
    calls: numbers.flatMap(number => {
      const input = { connectionId: id('dxcon', number * 2), lagId: id('dxlag', number) };
      return [
        { at: number * 1_000 - 50, operation: 'DescribeConnections', input, answer: 'answered', principal },
        { at: number * 1_000, operation: 'AssociateConnectionWithLag', input, answer: 'done', principal },
      ];
    }),
    stacks: [{ stack: 'Network', status: 'UPDATE_COMPLETE' }],
    printed: [],
  };
}

export function sample(options: SampleOptions = {}): Rehearsal {
  const run = sampleRun(options);
  const hash = 'a'.repeat(64);
  return {
    format: 'direct-connect-rehearsal',
    version: 1,
    origin: {
      time: '2026-01-02T03:04:05.000Z',
      stateTime: '2026-01-02T03:00:00.000Z',
      account: '111122223333',
      regions: ['eu-central-1'],
      redacted: false,
      hashes: { state: hash, template: hash, handler: hash },
      versions: { sandbox: '0.1.0', cdk: '2.0.0', node: 'v20.0.0' },
      app: 'npx tsx app.ts',
      deployedFrom: 'deployed.template.json',
      notes: [],
      notRead: [],
    },
    assumptions: { transitionSeconds: 0.9, convergenceSeconds: 90 },
    deployed: { ...run, name: 'what is deployed', calls: [] },
    change: run,
    failures: options.failures ?? [
      {
        ...run,
        name: 'AssociateConnectionWithLag fails: dxcon-00000002, dxlag-00000001',
        exitCode: 1,
        duration: 3_000,
      },
    ],
    notRehearsed: [{ stack: 'Network', logicalId: 'Topic', type: 'AWS::SNS::Topic' }],
    templateDiff:
      '--- Network (deployed)\n+++ Network (new)\n@@ -1,1 +1,1 @@\n-  "LagId": "dxlag-00000001"\n+  "LagId": "dxlag-00000002"\n',
  };
}
