import type { Connection } from '@aws-sdk/client-direct-connect';
import { readState, writeState } from '../state-file';
import { administrator, connection, given, lag, MINUTE, refusal, virtualInterface } from './support';

const INTERCONNECT = 'dxcon-iiiiiiii';
const LAG = 'dxlag-aaaaaaaa';
const CUSTOMER = '999999999999';
const pair = { connectionId: INTERCONNECT, lagId: LAG };
const partner = { partnerName: 'A Partner' };
const interconnect = (rest = {}) => connection(INTERCONNECT, { ...partner, ...rest });
const hosted = (connectionId: string, rest: object = {}) => ({
  ...connection(connectionId, { ownerAccount: CUSTOMER, vlan: 100, bandwidth: '500Mbps' }),
  ...rest,
});
const onInterconnect = (connectionId: string, rest = {}) =>
  hosted(connectionId, { interconnectId: INTERCONNECT, ...rest });
const hostedOn = async (sandbox: ReturnType<typeof given>, connectionId: string) => {
  const { connections } = Object(await sandbox.call('DescribeHostedConnections', { connectionId }));
  return Array.from<Connection>(connections).map(each => each.connectionId);
};

describe('An interconnect that joins a LAG', () => {
  test('takes its hosted connections along, which are interrupted, and leaves them there when it leaves', async () => {
    const sandbox = given({
      connections: [
        interconnect(),
        onInterconnect('dxcon-hhhhhhhh'),
        hosted('dxcon-kkkkkkkk', { lagId: LAG, vlan: 200 }),
        hosted('dxcon-uuuuuuuu', { vlan: 300 }),
      ],
      lags: [lag(LAG)],
    });
    expect(await hostedOn(sandbox, INTERCONNECT)).toEqual(['dxcon-hhhhhhhh']);
    await sandbox.call('AssociateConnectionWithLag', pair);
    expect(await hostedOn(sandbox, INTERCONNECT)).toEqual([]);
    expect(await hostedOn(sandbox, LAG)).toEqual(['dxcon-hhhhhhhh', 'dxcon-kkkkkkkk']);
    expect(sandbox.connection('dxcon-hhhhhhhh')).toMatchObject({ lagId: LAG, connectionState: 'pending' });
    expect(sandbox.connection('dxcon-uuuuuuuu')).not.toHaveProperty('lagId');
    expect(sandbox.membersOf(LAG)).toEqual([INTERCONNECT]);
    await sandbox.clock.advance(MINUTE);
    await sandbox.call('DisassociateConnectionFromLag', pair);
    expect(await hostedOn(sandbox, LAG)).toEqual(['dxcon-hhhhhhhh', 'dxcon-kkkkkkkk']);
    expect(sandbox.connection('dxcon-hhhhhhhh')?.connectionState).toBe('available');
  });

  test('from another LAG leaves the hosted connections with that one', async () => {
    const sandbox = given({
      connections: [interconnect({ lagId: 'dxlag-bbbbbbbb' }), hosted('dxcon-hhhhhhhh', { lagId: 'dxlag-bbbbbbbb' })],
      lags: [lag(LAG), lag('dxlag-bbbbbbbb')],
    });
    await sandbox.call('AssociateConnectionWithLag', pair);
    expect(await hostedOn(sandbox, 'dxlag-bbbbbbbb')).toEqual(['dxcon-hhhhhhhh']);
    expect(await hostedOn(sandbox, LAG)).toEqual([]);
  });

  test('to be made around it takes its hosted connections along too', async () => {
    const sandbox = given({ connections: [interconnect(), onInterconnect('dxcon-hhhhhhhh')] });
    const order = { numberOfConnections: 1, location: 'EqDC2', connectionsBandwidth: '10Gbps', lagName: 'core' };
    const { lagId } = Object(await sandbox.call('CreateLag', { ...order, connectionId: INTERCONNECT }));
    expect(await hostedOn(sandbox, lagId)).toEqual(['dxcon-hhhhhhhh']);
  });
});

describe('DescribeInterconnects', () => {
  test("answers a partner's connections in the interconnects' own shape, and neither members nor hosted ones", async () => {
    const sandbox = given({
      connections: [
        interconnect({ connectionName: 'exchange' }),
        onInterconnect('dxcon-hhhhhhhh', partner),
        connection('dxcon-mmmmmmmm', { ...partner, lagId: LAG }),
        connection('dxcon-aaaaaaaa'),
      ],
      lags: [lag(LAG)],
    });
    await expect(sandbox.call('DescribeInterconnects', {})).resolves.toEqual({
      interconnects: [
        {
          interconnectId: INTERCONNECT,
          interconnectName: 'exchange',
          interconnectState: 'available',
          region: 'eu-central-1',
          location: 'EqDC2',
          bandwidth: '10Gbps',
          awsDevice: 'EqDC2-device1',
          awsDeviceV2: 'EqDC2-device1',
        },
      ],
    });
  });

  test("answers a partner's connection once it has left its LAG", async () => {
    const sandbox = given({ connections: [interconnect({ lagId: LAG })], lags: [lag(LAG)] });
    const input = { interconnectId: INTERCONNECT };
    expect(await refusal(sandbox, 'DescribeInterconnects', input)).toContain('is not an interconnect');
    await sandbox.call('DisassociateConnectionFromLag', pair);
    await expect(sandbox.call('DescribeInterconnects', input)).resolves.toMatchObject({
      interconnects: [{ ...input, interconnectState: 'pending' }],
    });
  });

  test('fails for what does not exist', async () => {
    expect(await refusal(given(), 'DescribeInterconnects', { interconnectId: INTERCONNECT })).toContain(
      'Could not find Connection with ID dxcon-iiiiiiii',
    );
  });
});

describe('AllocateHostedConnection', () => {
  const order = {
    connectionId: INTERCONNECT,
    ownerAccount: CUSTOMER,
    bandwidth: '500Mbps',
    connectionName: 'branch',
    vlan: 7,
  };
  const state = () => ({
    connections: [
      interconnect(),
      onInterconnect('dxcon-hhhhhhhh'),
      connection('dxcon-mmmmmmmm', { ...partner, lagId: LAG }),
      connection('dxcon-aaaaaaaa'),
    ],
    lags: [lag(LAG, { allowsHostedConnections: true }), lag('dxlag-bbbbbbbb')],
  });

  test.each([
    [INTERCONNECT, {}],
    [LAG, { lagId: LAG }],
  ])('makes one on %s, ordering, which its customer sees and its partner finds there', async (carrier, onLag) => {
    const sandbox = given(state());
    const input = { ...order, connectionId: carrier, tags: [{ key: 'branch', value: '1' }] };
    const answer: Connection = await sandbox.call('AllocateHostedConnection', input);
    expect(answer).toEqual({
      ...input,
      ...partner,
      ...onLag,
      connectionId: expect.stringMatching(/^dxcon-[a-z0-9]{8}$/),
      connectionState: 'ordering',
      region: 'eu-central-1',
      location: 'EqDC2',
      awsDeviceV2: 'EqDC2-device1',
    });
    expect(await hostedOn(sandbox, carrier)).toContain(answer.connectionId);
    const customer = { ...administrator, accountId: CUSTOMER };
    await expect(sandbox.call('DescribeConnections', { connectionId: answer.connectionId }, customer)).resolves.toEqual(
      { connections: [answer] },
    );
  });

  test.each([
    ['an account that is none', { ownerAccount: 'me' }, 'ownerAccount is "me"; allowed: twelve digits'],
    ['a bandwidth that is none', { bandwidth: '100Gbps' }, 'bandwidth is "100Gbps"; allowed: 50Mbps, 100Mbps'],
    ['a VLAN that is none', { vlan: 4095 }, 'vlan is 4095; allowed: 1 to 4094'],
    ['a VLAN that is taken', { vlan: 100 }, 'VLAN 100 is that of hosted connection dxcon-hhhhhhhh on dxcon-iiiiiiii'],
    ['a connection that is no interconnect', { connectionId: 'dxcon-aaaaaaaa' }, 'is not an interconnect'],
    ['a member of a LAG', { connectionId: 'dxcon-mmmmmmmm' }, 'is not an interconnect'],
    ['a LAG that allows none', { connectionId: 'dxlag-bbbbbbbb' }, 'does not allow hosted connections'],
    ['no such LAG', { connectionId: 'dxlag-zzzzzzzz' }, 'Could not find Lag with ID dxlag-zzzzzzzz'],
  ])('refuses %s', async (_what, wrong, text) => {
    expect(await refusal(given(state()), 'AllocateHostedConnection', { ...order, ...wrong })).toContain(text);
  });
});

test.each([
  [{ connectionId: 'dxcon-zzzzzzzz' }, 'Could not find Connection with ID dxcon-zzzzzzzz'],
  [{ connectionId: 'dxlag-zzzzzzzz' }, 'Could not find Lag with ID dxlag-zzzzzzzz'],
])('DescribeHostedConnections fails for %j, which does not exist', async (input, text) => {
  expect(await refusal(given(), 'DescribeHostedConnections', input)).toContain(text);
});

test('An interconnect with hosted connections cannot be deleted, until they are', async () => {
  const sandbox = given({
    connections: [interconnect(), onInterconnect('dxcon-hhhhhhhh', { ownerAccount: administrator.accountId })],
  });
  expect(await refusal(sandbox, 'DeleteConnection', { connectionId: INTERCONNECT })).toContain(
    'has hosted connections',
  );
  await sandbox.call('DeleteConnection', { connectionId: 'dxcon-hhhhhhhh' });
  expect(await hostedOn(sandbox, INTERCONNECT)).toEqual([]);
  await expect(sandbox.call('DeleteConnection', { connectionId: INTERCONNECT })).resolves.toBeDefined();
});

test.each([
  ['an interconnect', [interconnect(), onInterconnect('dxcon-hhhhhhhh')], INTERCONNECT],
  ['a LAG', [connection('dxcon-mmmmmmmm', { lagId: LAG }), hosted('dxcon-hhhhhhhh', { lagId: LAG })], 'dxcon-mmmmmmmm'],
])('A virtual interface of a hosted connection is down while the link of %s is', async (_what, connections, link) => {
  const sandbox = given({
    connections,
    lags: [lag(LAG)],
    virtualInterfaces: [virtualInterface('dxvif-aaaaaaaa', 'dxcon-hhhhhhhh')],
  });
  const state = () => sandbox.virtualInterface('dxvif-aaaaaaaa')?.virtualInterfaceState;
  expect(state()).toBe('available');
  sandbox.network.setLink(link, 'down');
  expect(state()).toBe('down');
  expect(sandbox.connection('dxcon-hhhhhhhh')?.connectionState).toBe('available');
  sandbox.network.setLink(link, 'available');
  expect(state()).toBe('available');
});

describe('A state file', () => {
  test('says which interconnect carries a hosted connection, and no answer does', async () => {
    const sandbox = given({ connections: [interconnect(), onInterconnect('dxcon-hhhhhhhh')] });
    const { connections } = readState(JSON.parse(writeState(sandbox.network)));
    expect(connections).toMatchObject([{ connectionId: INTERCONNECT }, { interconnectId: INTERCONNECT }]);
    expect(sandbox.connection('dxcon-hhhhhhhh')).toEqual(hosted('dxcon-hhhhhhhh'));
  });

  test.each([
    ['nothing', [onInterconnect('dxcon-hhhhhhhh')], 'an interconnect in this file'],
    ['a connection that is none', [connection(INTERCONNECT), onInterconnect('dxcon-hhhhhhhh')], 'with a partnerName'],
    [
      'the carrier of a dedicated connection',
      [interconnect(), { ...connection('dxcon-hhhhhhhh'), interconnectId: INTERCONNECT }],
      'absent: only a hosted connection',
    ],
    [
      'a second carrier',
      [interconnect(), onInterconnect('dxcon-hhhhhhhh', { lagId: LAG })],
      'absent: the connection is on dxlag-aaaaaaaa',
    ],
  ])('is refused where an interconnectId names %s', (_what, connections, text) => {
    expect(() => readState({ connections, lags: [lag(LAG)] })).toThrow(
      new RegExp(`^- connections\\[\\d\\]\\.interconnectId is "dxcon-iiiiiiii"; allowed: .*${text}`, 'm'),
    );
  });
});
