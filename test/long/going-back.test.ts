import type { Connection } from '@aws-sdk/client-direct-connect';
import { Duration } from 'aws-cdk-lib';
import { NetworkStack } from '../end-to-end/network-stack';
import { A, B, connection, lag } from '../support/network';

const ONE = 'dxcon-11111111';
const TWO = 'dxcon-22222222';

jest.setTimeout(240_000);

let network: NetworkStack;

afterEach(() => network.stop());

const start = async (connections: readonly Connection[], transition?: number) => {
  network = await NetworkStack.start(connections, [lag(A), lag(B)], transition);
};
const places = () => [ONE, TWO].map(id => network.lagOf(id));

test('a move whose link is slower than the wait is undone, and its rollback has nothing to do', async () => {
  await start([connection(ONE, { lagId: A })], 4_000);
  const waiting = { connectionId: ONE, waitForAvailable: Duration.seconds(1) };
  expect(await network.deploy({ memberships: { One: { ...waiting, lagId: A } } })).toMatchObject({ code: 0 });
  const { code, printed } = await network.deploy({ memberships: { One: { ...waiting, lagId: B } } });
  expect(code).not.toBe(0);
  expect(printed.replace(/\s+/g, ' ')).toContain('it joined, but its link was still pending after 1 s');
  expect(await network.status()).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(network.lagOf(ONE)).toBe(A);
  expect(network.writes()).toHaveLength(4);
});

test('a retained membership that is declared again for another LAG is refused, and nothing is taken apart', async () => {
  await start([connection(ONE), connection(TWO)]);
  const two = { Two: { connectionId: TWO, lagId: B } };
  const one = { One: { connectionId: ONE, lagId: A } };
  expect(await network.deploy({ memberships: { ...one, ...two }, retained: ['One'] })).toMatchObject({ code: 0 });
  expect(await network.deploy({ memberships: two })).toMatchObject({ code: 0 });
  const again = { One: { connectionId: ONE, lagId: B } };
  expect((await network.deploy({ memberships: { ...again, ...two } })).code).not.toBe(0);
  expect(await network.status()).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(places()).toEqual([A, B]);
  expect(network.writes()).toHaveLength(2);
});

test('two memberships that exchange their connections go back to them', async () => {
  await start([connection(ONE), connection(TWO)]);
  const memberships = { One: { connectionId: ONE, lagId: A }, Two: { connectionId: TWO, lagId: B } };
  expect(await network.deploy({ memberships })).toMatchObject({ code: 0 });
  const exchanged = {
    One: { connectionId: TWO, lagId: A, allowMove: true },
    Two: { connectionId: ONE, lagId: B, allowMove: true },
  };
  expect((await network.deploy({ memberships: exchanged, fails: true })).code).not.toBe(0);
  expect(await network.status()).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(places()).toEqual([A, B]);
});

test('a nested stack that its parent rolls back leaves what it found', async () => {
  await start([connection(ONE, { lagId: A }), connection(TWO)]);
  const memberships = { Found: { connectionId: ONE, lagId: A }, Made: { connectionId: TWO, lagId: A } };
  expect((await network.deploy({ memberships, nested: true, fails: true })).code).not.toBe(0);
  expect(places()).toEqual([A, undefined]);
  expect(network.directConnect.network.interruptions(ONE)).toHaveLength(0);
});
