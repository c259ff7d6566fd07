import type { Connection, Lag } from '@aws-sdk/client-direct-connect';
import type { Fault } from '../../sandbox/direct-connect/faults';
import { A, B, connection, lag } from '../support/network';
import { type Deployment, NetworkStack } from './network-stack';

const ASSOCIATE = 'AssociateConnectionWithLag';
const DISASSOCIATE = 'DisassociateConnectionFromLag';
const [ONE, TWO, THREE, FOUR, FIVE] = [1, 2, 3, 4, 5].map(digit => `dxcon-${String(digit).repeat(8)}`) as [
  string,
  string,
  string,
  string,
  string,
];

jest.setTimeout(240_000);

let network: NetworkStack;

afterEach(() => network.stop());

async function start(connections: readonly Connection[], lags?: readonly Lag[]): Promise<void> {
  network = await NetworkStack.start(connections, lags);
}
const deploy = (deployment: Deployment) => network.deploy(deployment);
const destroy = () => network.destroy();
const fault = (...faults: Fault[]) => network.directConnect.faults.add(faults);
const lagOf = (connectionId: string) => network.directConnect.network.connections.get(connectionId)?.lagId;
const writes = () => network.writes();

test('a renamed construct: no Direct Connect write, and a later destroy takes the connection out', async () => {
  await start([connection(ONE)]);
  const pair = { connectionId: ONE, lagId: A };
  expect(await deploy({ memberships: { Before: pair } })).toMatchObject({ code: 0 });
  const before = writes();
  expect(await deploy({ memberships: { After: pair } })).toMatchObject({ code: 0 });
  expect(writes()).toEqual(before);
  expect(lagOf(ONE)).toBe(A);
  expect(await destroy()).toMatchObject({ code: 0 });
  expect(writes()).toEqual([
    [ASSOCIATE, ONE, A],
    [DISASSOCIATE, ONE, A],
  ]);
});

test('a rolled back adoption leaves the pair as it was found, and its logs; what the deployment made itself is taken away', async () => {
  await start([connection(ONE, { lagId: A }), connection(TWO)]);
  const memberships = { Found: { connectionId: ONE, lagId: A }, Made: { connectionId: TWO, lagId: A } };
  expect((await deploy({ memberships, fails: true })).code).not.toBe(0);
  expect(lagOf(ONE)).toBe(A);
  expect(lagOf(TWO)).toBeUndefined();
  expect(network.directConnect.network.interruptions(ONE)).toHaveLength(0);
  expect(await network.hasLogs()).toBe(true);

  expect(await deploy({ memberships })).toMatchObject({ code: 0 });
  expect(await destroy()).toMatchObject({ code: 0 });
  expect([lagOf(ONE), lagOf(TWO)]).toEqual([undefined, undefined]);
});

test('a move that fails after leaving ends in the old LAG, and the reason says so', async () => {
  await start([connection(ONE)]);
  expect(await deploy({ memberships: { Membership: { connectionId: ONE, lagId: A } } })).toMatchObject({ code: 0 });
  fault({ operation: ASSOCIATE, error: 'DirectConnectClientException', message: 'Not into this LAG.' });
  const { code, printed } = await deploy({ memberships: { Membership: { connectionId: ONE, lagId: B } } });
  expect(code).not.toBe(0);
  expect(printed.replace(/\s+/g, ' ')).toContain(
    `Connection ${ONE} could not be put into LAG ${B}: AWS said "Not into this LAG"`,
  );
  expect(lagOf(ONE)).toBe(A);
  expect(writes()).toEqual([
    [ASSOCIATE, ONE, A],
    [DISASSOCIATE, ONE, A],
    [ASSOCIATE, ONE, A],
  ]);
});

test('another connection in a full LAG: old out, new in; and back again where the deployment rolls back', async () => {
  await start([...[ONE, TWO, THREE, FOUR].map(id => connection(id, { lagId: A })), connection(FIVE)]);
  const membership = (connectionId: string) => ({ Membership: { connectionId, lagId: A } });
  expect(await deploy({ memberships: membership(ONE) })).toMatchObject({ code: 0 });
  expect((await deploy({ memberships: membership(FIVE), fails: true })).code).not.toBe(0);
  expect([lagOf(ONE), lagOf(FIVE)]).toEqual([A, undefined]);
  expect(await deploy({ memberships: membership(FIVE) })).toMatchObject({ code: 0 });
  expect([lagOf(ONE), lagOf(FIVE)]).toEqual([undefined, A]);
  for (const other of [TWO, THREE, FOUR]) {
    expect(network.directConnect.network.interruptions(other)).toHaveLength(0);
  }
});

describe('minimum links', () => {
  const members = () =>
    start(
      [ONE, TWO].map(id => connection(id, { lagId: A })),
      [lag(A, { minimumLinks: 2 })],
    );
  const memberships = (lowerMinimumLinks: boolean) => ({
    One: { connectionId: ONE, lagId: A, lowerMinimumLinks },
    Two: { connectionId: TWO, lagId: A, lowerMinimumLinks },
  });

  test('cdk destroy that they forbid fails with the numbers, and changes nothing', async () => {
    await members();
    expect(await deploy({ memberships: memberships(false) })).toMatchObject({ code: 0 });
    const { code, printed } = await destroy();
    expect(code).not.toBe(0);
    expect(printed.replace(/\s+/g, ' ')).toContain(
      '2 of its 2 members leave, 0 operational links would be left, and it asks for at least 2',
    );
    expect([lagOf(ONE), lagOf(TWO)]).toEqual([A, A]);
    expect(writes()).toEqual([]);
  });

  test('cdk destroy of all members comes to its end where the memberships may lower them', async () => {
    await members();
    expect(await deploy({ memberships: memberships(true) })).toMatchObject({ code: 0 });
    expect(await destroy()).toMatchObject({ code: 0 });
    expect([lagOf(ONE), lagOf(TWO)]).toEqual([undefined, undefined]);
  });
});
