import { Network } from '../network';
import { InvalidDocument } from '../shape';
import { homeOf, parseState, parseStateFile, readState, writeState } from '../state-file';
import { connection, given, lag, MINUTE, virtualInterface } from './support';

const problemsOf = (value: unknown) => {
  try {
    readState(value);
  } catch (error) {
    if (error instanceof InvalidDocument) return error.problems.map(({ path }) => path);
    throw error;
  }
  return [];
};

/** As the AWS CLI prints it, but for the ids. */
const printed = {
  connections: [
    {
      ownerAccount: '111122223333',
      connectionId: 'dxcon-fgase048',
      connectionName: 'uplink',
      connectionState: 'available',
      region: 'eu-central-1',
      location: 'EqDC2',
      bandwidth: '10Gbps',
      loaIssueTime: '2017-04-07T12:42:44+00:00',
      lagId: 'dxlag-ffrhowd9',
      awsDevice: 'EqDC2-4h6ce2r1bes6',
      jumboFrameCapable: true,
      awsDeviceV2: 'EqDC2-4h6ce2r1bes6',
      awsLogicalDeviceId: 'EqDC2-4h6ce2r1bes6',
      hasLogicalRedundancy: 'unknown',
      tags: [{ key: 'team', value: 'net' }],
      providerName: 'A Provider',
      macSecCapable: true,
      portEncryptionStatus: 'Encryption Down',
      encryptionMode: 'should_encrypt',
      macSecKeys: [{ secretARN: 'arn:aws:secretsmanager:a', ckn: '00', state: 'associated', startOn: '2017' }],
      partnerInterconnectMacSecCapable: false,
    },
  ],
  lags: [
    {
      connectionsBandwidth: '10Gbps',
      numberOfConnections: 1,
      lagId: 'dxlag-ffrhowd9',
      ownerAccount: '111122223333',
      lagName: 'core',
      lagState: 'available',
      location: 'EqDC2',
      region: 'eu-central-1',
      minimumLinks: 0,
      awsDevice: 'EqDC2-4h6ce2r1bes6',
      awsDeviceV2: 'EqDC2-4h6ce2r1bes6',
      awsLogicalDeviceId: 'EqDC2-4h6ce2r1bes6',
      allowsHostedConnections: false,
      jumboFrameCapable: true,
      hasLogicalRedundancy: 'unknown',
      tags: [],
      providerName: 'A Provider',
      macSecCapable: true,
      encryptionMode: 'should_encrypt',
      macSecKeys: [],
    },
  ],
  virtualInterfaces: [
    {
      ownerAccount: '111122223333',
      virtualInterfaceId: 'dxvif-ffhhk74f',
      location: 'EqDC2',
      connectionId: 'dxlag-ffrhowd9',
      virtualInterfaceType: 'private',
      virtualInterfaceName: 'vpc',
      vlan: 101,
      asn: 65000,
      asnLong: 65000,
      amazonSideAsn: 64512,
      authKey: '0xzxgA9YoW9h58u8SEp55Z',
      amazonAddress: '169.254.255.1/30',
      customerAddress: '169.254.255.2/30',
      addressFamily: 'ipv4',
      virtualInterfaceState: 'available',
      customerRouterConfig: '<?xml version="1.0" encoding="UTF-8"?>',
      mtu: 8500,
      jumboFrameCapable: true,
      virtualGatewayId: 'vgw-ba0de6d4',
      directConnectGatewayId: '',
      routeFilterPrefixes: [{ cidr: '203.0.113.0/24' }],
      bgpPeers: [{ bgpPeerId: 'dxpeer-a', asn: 65000, bgpPeerState: 'available', bgpStatus: 'up' }],
      region: 'eu-central-1',
      awsDeviceV2: 'EqDC2-4h6ce2r1bes6',
      awsLogicalDeviceId: 'EqDC2-4h6ce2r1bes6',
      tags: [],
      siteLinkEnabled: false,
    },
  ],
};

const network = (json: string) =>
  new Network({
    clock: { now: () => 0 },
    random: () => 0,
    transitionMilliseconds: MINUTE,
    state: parseState(json),
  });

describe('A state file', () => {
  test('is what the describe commands print, and comes back as it was', () => {
    const written = JSON.parse(writeState(network(JSON.stringify(printed))));
    const [member] = printed.connections;
    const loaIssueTime = '2017-04-07T12:42:44.000Z';
    expect(written).toEqual({
      ...printed,
      connections: [{ ...member, loaIssueTime }],
      lags: [{ ...printed.lags[0], connections: [{ ...member, loaIssueTime }] }],
    });
  });

  test('that was written can be read again, and gives the same', () => {
    const once = writeState(network(JSON.stringify(printed)));
    expect(writeState(network(once))).toBe(once);
  });

  test('shows what has changed since', async () => {
    const sandbox = given({ connections: [connection('dxcon-aaaaaaaa')], lags: [lag('dxlag-aaaaaaaa')] });
    await sandbox.call('AssociateConnectionWithLag', { connectionId: 'dxcon-aaaaaaaa', lagId: 'dxlag-aaaaaaaa' });
    await sandbox.clock.advance(MINUTE);
    expect(readState(JSON.parse(writeState(sandbox.network))).connections).toEqual([
      connection('dxcon-aaaaaaaa', { lagId: 'dxlag-aaaaaaaa' }),
    ]);
  });

  test.each([1491568964, '2017-04-07T12:42:44Z'])('may give a time as %j', loaIssueTime => {
    const state = readState({ connections: [{ ...connection('dxcon-aaaaaaaa'), loaIssueTime }] });
    expect(state.connections[0]?.loaIssueTime).toEqual(new Date('2017-04-07T12:42:44Z'));
  });

  test('may leave out every list', () => {
    expect(readState({})).toEqual({ connections: [], lags: [], virtualInterfaces: [] });
  });

  test.each([
    [
      'from lagId',
      { connections: [connection('dxcon-aaaaaaaa', { lagId: 'dxlag-aaaaaaaa' })], lags: [lag('dxlag-aaaaaaaa')] },
    ],
    [
      "from the LAG's list of ids",
      {
        connections: [connection('dxcon-aaaaaaaa')],
        lags: [lag('dxlag-aaaaaaaa', { connections: [{ connectionId: 'dxcon-aaaaaaaa' }] })],
      },
    ],
    ["from the LAG's list alone", { lags: [lag('dxlag-aaaaaaaa', { connections: [connection('dxcon-aaaaaaaa')] })] }],
  ])('gives memberships %s', (_from, state) => {
    expect(readState(state).connections).toEqual([connection('dxcon-aaaaaaaa', { lagId: 'dxlag-aaaaaaaa' })]);
  });

  test('gives a LAG without minimum links the 0 that AWS begins with', () => {
    const { minimumLinks, ...rest } = lag('dxlag-aaaaaaaa');
    expect(readState({ lags: [rest] }).lags[0]?.minimumLinks).toBe(0);
  });
});

describe('A bad state file', () => {
  test.each([
    ['an id that is none', { connections: [connection('dxcon-1')] }, 'connections[0].connectionId'],
    ['a state that is none', { lags: [{ ...lag('dxlag-aaaaaaaa'), lagState: 'up' }] }, 'lags[0].lagState'],
    ['an ordering LAG', { lags: [{ ...lag('dxlag-aaaaaaaa'), lagState: 'ordering' }] }, 'lags[0].lagState'],
    [
      'a bandwidth that is none',
      { connections: [connection('dxcon-aaaaaaaa', { bandwidth: '10G' })] },
      'connections[0].bandwidth',
    ],
    [
      'a LAG of hosted bandwidth',
      { lags: [lag('dxlag-aaaaaaaa', { connectionsBandwidth: '50Mbps' })] },
      'lags[0].connectionsBandwidth',
    ],
    [
      'a wrong type',
      { connections: [{ ...connection('dxcon-aaaaaaaa'), jumboFrameCapable: 'yes' }] },
      'connections[0].jumboFrameCapable',
    ],
    [
      'a time that is none',
      { connections: [{ ...connection('dxcon-aaaaaaaa'), loaIssueTime: 'May' }] },
      'connections[0].loaIssueTime',
    ],
    ['a misspelt list', { connection: [] }, 'connection'],
    [
      'a missing member',
      {
        connections: [
          {
            connectionId: 'dxcon-aaaaaaaa',
            connectionState: 'down',
            ownerAccount: '111122223333',
            location: 'a',
            bandwidth: '1Gbps',
          },
        ],
      },
      'connections[0].region',
    ],
    ['something that is no list', { lags: {} }, 'lags'],
    ['something that is no object', [], '$'],
    [
      'an id twice',
      { connections: [connection('dxcon-aaaaaaaa'), connection('dxcon-aaaaaaaa')] },
      'connections[1].connectionId',
    ],
    ['a LAG twice', { lags: [lag('dxlag-aaaaaaaa'), lag('dxlag-aaaaaaaa')] }, 'lags[1].lagId'],
    [
      'a lagId that names no LAG',
      { connections: [connection('dxcon-aaaaaaaa', { lagId: 'dxlag-aaaaaaaa' })] },
      'connections[0].lagId',
    ],
    [
      'a connection in two LAGs',
      { lags: ['a', 'b'].map(n => lag(`dxlag-${n.repeat(8)}`, { connections: [connection('dxcon-aaaaaaaa')] })) },
      'lags[0].connections[0].lagId',
    ],
    [
      'a member that names another LAG',
      {
        lags: [
          lag('dxlag-aaaaaaaa', { connections: [connection('dxcon-aaaaaaaa', { lagId: 'dxlag-bbbbbbbb' })] }),
          lag('dxlag-bbbbbbbb'),
        ],
      },
      'lags[0].connections[0].lagId',
    ],
    [
      'a LAG that lists a member of another',
      {
        connections: [connection('dxcon-aaaaaaaa', { lagId: 'dxlag-bbbbbbbb' })],
        lags: [lag('dxlag-aaaaaaaa', { connections: [{ connectionId: 'dxcon-aaaaaaaa' }] }), lag('dxlag-bbbbbbbb')],
      },
      'connections[0].lagId',
    ],
    [
      'a member that is nowhere described',
      { lags: [lag('dxlag-aaaaaaaa', { connections: [{ ...connection('dxcon-aaaaaaaa'), region: 'Ashburn' }] })] },
      'lags[0].connections[0].region',
    ],
    [
      'a member of another bandwidth',
      {
        connections: [connection('dxcon-aaaaaaaa', { bandwidth: '1Gbps', lagId: 'dxlag-aaaaaaaa' })],
        lags: [lag('dxlag-aaaaaaaa')],
      },
      'connections[0].bandwidth',
    ],
    [
      'too many members',
      {
        connections: ['1', '2', '3'].map(n =>
          connection(`dxcon-member0${n}`, { bandwidth: '100Gbps', lagId: 'dxlag-aaaaaaaa' }),
        ),
        lags: [lag('dxlag-aaaaaaaa', { connectionsBandwidth: '100Gbps' })],
      },
      'lags[0].connections',
    ],
  ])('is refused for %s, and named is where', (_what, state, path) => {
    expect(problemsOf(state)).toEqual([path]);
  });

  test('is refused with every problem, each with path, value and what is allowed', () => {
    const state = {
      connections: [connection('dxcon-1'), connection('dxcon-aaaaaaaa', { bandwidth: '10G' })],
      lags: [lag('dxlag-aaaaaaaa', { minimumLinks: 9, connections: [{ connectionId: 'dxcon-aaaaaaaa' }] })],
    };
    expect(() => readState(state)).toThrow(
      [
        'The state file has 3 problems, and nothing of it was applied:',
        '- connections[0].connectionId is "dxcon-1"; allowed: dxcon- and 8 to 21 lower-case letters and digits',
        '- connections[1].bandwidth is "10G"; allowed: one of 50Mbps, 100Mbps, 200Mbps, 300Mbps, 400Mbps, 500Mbps, 1Gbps, 2Gbps, 5Gbps, 10Gbps, 25Gbps, 100Gbps, 400Gbps',
        '- lags[0].minimumLinks is 9; allowed: a whole number from 0 to 4',
      ].join('\n'),
    );
  });

  test('is refused where it is not JSON, and the cause is kept', () => {
    expect(() => parseState('{ "connections": [')).toThrow(InvalidDocument);
    expect(() => parseState('{ "connections": [')).toThrow(/\$ is .*allowed: JSON \(SyntaxError/);
  });

  test('names a hundred problems, and counts the rest', () => {
    const { message } = thrownBy(() => parseState(JSON.stringify({ connections: Array(300_000).fill('x'.repeat(9)) })));
    expect(message).toContain('has 300000 problems');
    expect(message).toContain('- connections[99] is');
    expect(message.split('\n').at(-1)).toBe('- and 299900 more');
  });

  test.each([
    ['deeper than 200 lists and objects', '['.repeat(50_000), 'at most 200 lists and objects'],
    ['longer than 16 MiB', ' '.repeat(16 * 1024 * 1024 + 1), 'at most 16777216 bytes'],
  ])('is refused where it is %s, and not shown as a whole', (_what, text, allowed) => {
    const { message } = thrownBy(() => parseState(text));
    expect(message).toContain(allowed);
    expect(message.length).toBeLessThan(500);
  });
});

describe("What today's CLI prints", () => {
  const json = (state: object) => JSON.stringify(state);

  test('and is newer than this program is kept, and named once', () => {
    const newer = ['a', 'b'].map(n => ({
      ...connection(`dxcon-${n.repeat(8)}`),
      colour: 'red',
      rateLimiterStatus: {},
    }));
    const { state, notes } = parseStateFile(json({ connections: newer }));
    expect(state.connections).toMatchObject([{ colour: 'red' }, { colour: 'red' }]);
    expect(notes).toEqual(['connections[].colour is not known here: it is kept, and has no effect']);
  });

  test("may have an interface on another account's connection, which is up", () => {
    const there = { ...virtualInterface('dxvif-aaaaaaaa', 'dxcon-zzzzzzzz'), virtualInterfaceState: 'available' };
    const state = parseState(json({ virtualInterfaces: [there] }));
    const network = new Network({ clock: { now: () => 0 }, random: () => 0, transitionMilliseconds: 0, state });
    expect(network.describe().virtualInterfaces).toMatchObject([{ virtualInterfaceState: 'available' }]);
    expect(network.traffic()).toMatchObject([{ id: 'dxvif-aaaaaaaa', intervals: [{ up: true }] }]);
  });

  test('is of the account and the Region that most connections and LAGs are in', () => {
    const elsewhere = { ownerAccount: '999988887777', region: 'us-east-1' };
    const connections = [
      connection('dxcon-aaaaaaaa'),
      ...['b', 'c'].map(n => ({ ...connection(`dxcon-${n.repeat(8)}`), ...elsewhere })),
    ];
    expect(homeOf(parseState(json({ connections })))).toEqual({ account: '999988887777', region: 'us-east-1' });
    expect(homeOf(parseState('{}'))).toBeUndefined();
  });
});

function thrownBy(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('Nothing was thrown.');
}
