import type { Lag } from '@aws-sdk/client-direct-connect';
import { AwsError } from '../../aws-error';
import { seeded } from '../../test/seeded';
import { readState } from '../state-file';
import { connection, given, lag, MINUTE, virtualInterface } from './support';

const A = 'dxlag-aaaaaaaa';
const B = 'dxlag-bbbbbbbb';
const ONE = 'dxcon-aaaaaaaa';
const TWO = 'dxcon-bbbbbbbb';
const VIF = 'dxvif-aaaaaaaa';
const member = (connectionId: string, rest = {}) => connection(connectionId, { lagId: A, ...rest });
const join = (connectionId: string, lagId: string) => ['AssociateConnectionWithLag', { connectionId, lagId }] as const;
const leave = (connectionId: string, lagId: string) =>
  ['DisassociateConnectionFromLag', { connectionId, lagId }] as const;

/** The traffic of one link, LAG or virtual interface, with times in minutes since the beginning: `up 0-1, down 1-`. */
function watched(state: Parameters<typeof given>[0], transitionMilliseconds = MINUTE) {
  const sandbox = given(state, undefined, { transitionMilliseconds });
  const beginning = sandbox.clock.now();
  const minutes = (time: number) => (time - beginning) / MINUTE;
  const found = (id: string, from?: number) => sandbox.network.traffic(from).find(each => each.id === id);
  return {
    ...sandbox,
    beginning,
    found,
    seen: (id: string, from?: number) =>
      found(id, from)
        ?.intervals.map(({ from, to, up }) => {
          const end = to === undefined ? '' : minutes(to);
          return `${up ? 'up' : 'down'} ${minutes(from)}-${end}`;
        })
        .join(', '),
  };
}

describe('The traffic of a link', () => {
  test('is up where nothing has happened, from the beginning on', async () => {
    const sandbox = watched({ connections: [connection(ONE), connection(TWO, { connectionState: 'requested' })] });
    await sandbox.clock.advance(MINUTE);
    expect(sandbox.network.traffic()).toEqual([
      { id: ONE, kind: 'link', intervals: [{ from: sandbox.beginning, up: true }] },
      { id: TWO, kind: 'link', intervals: [{ from: sandbox.beginning, up: false }] },
    ]);
  });

  test('shows an interruption as it goes on, and its end to the millisecond, though nobody looked', async () => {
    const sandbox = watched({ connections: [connection(ONE)], lags: [lag(A)] });
    await sandbox.clock.advance(2 * MINUTE);
    await sandbox.call(...join(ONE, A));
    expect(sandbox.seen(ONE)).toBe('up 0-2, down 2-');
    await sandbox.clock.advance(MINUTE - 1);
    expect(sandbox.seen(ONE)).toBe('up 0-2, down 2-');
    await sandbox.clock.advance(1);
    expect(sandbox.seen(ONE)).toBe('up 0-2, down 2-3, up 3-');
    await sandbox.clock.advance(MINUTE);
    await sandbox.call(...leave(ONE, A));
    await sandbox.clock.advance(5 * MINUTE);
    expect(sandbox.seen(ONE)).toBe('up 0-2, down 2-3, up 3-4, down 4-5, up 5-');
  });

  test('shows what was done by hand, also in the middle of a transition', async () => {
    const sandbox = watched({ connections: [connection(ONE)], lags: [lag(A)] });
    await sandbox.clock.advance(MINUTE);
    sandbox.network.setLink(ONE, 'down');
    await sandbox.clock.advance(MINUTE);
    sandbox.network.setLink(ONE, 'available');
    await sandbox.clock.advance(MINUTE);
    await sandbox.call(...join(ONE, A));
    await sandbox.clock.advance(MINUTE / 2);
    sandbox.network.setLink(ONE, 'down');
    await sandbox.clock.advance(MINUTE);
    sandbox.network.setLink(ONE, 'available');
    expect(sandbox.seen(ONE)).toBe('up 0-1, down 1-2, up 2-3, down 3-4.5, up 4.5-');
  });

  test('begins with an order, and is down after a deletion', async () => {
    const sandbox = watched({ connections: [connection(ONE)] });
    await sandbox.clock.advance(MINUTE);
    const order = { location: 'EqDC2', bandwidth: '10Gbps', connectionName: 'uplink' };
    const { connectionId } = Object(await sandbox.call('CreateConnection', order));
    await sandbox.clock.advance(MINUTE);
    sandbox.network.setLink(connectionId, 'available');
    await sandbox.clock.advance(MINUTE);
    await sandbox.call('DeleteConnection', { connectionId });
    expect(sandbox.seen(connectionId)).toBe('down 1-2, up 2-3, down 3-');
  });

  test('knows nothing of what took no time, but of what is so now', async () => {
    const sandbox = watched({ connections: [connection(ONE)], lags: [lag(A)] }, 0);
    await sandbox.clock.advance(MINUTE);
    await sandbox.call(...join(ONE, A));
    await sandbox.call(...leave(ONE, A));
    sandbox.network.setLink(ONE, 'down');
    sandbox.network.setLink(ONE, 'available');
    await sandbox.clock.advance(MINUTE);
    sandbox.network.setLink(ONE, 'down');
    expect(sandbox.seen(ONE)).toBe('up 0-2, down 2-');
  });

  test('is down while it must encrypt and has no key', async () => {
    const sandbox = watched({ connections: [connection(ONE, { macSecCapable: true })] });
    await sandbox.clock.advance(MINUTE);
    await sandbox.call('UpdateConnection', { connectionId: ONE, encryptionMode: 'must_encrypt' });
    await sandbox.clock.advance(MINUTE);
    const key = { ckn: 'a'.repeat(64), cak: 'b'.repeat(64) };
    await sandbox.call('AssociateMacSecKey', { connectionId: ONE, ...key });
    expect(sandbox.seen(ONE)).toBe('up 0-1, down 1-2, up 2-');
  });

  test('can be asked for from a time on', async () => {
    const sandbox = watched({ connections: [connection(ONE)], lags: [lag(A)] });
    await sandbox.call(...join(ONE, A));
    await sandbox.clock.advance(3 * MINUTE);
    const at = (minutes: number) => sandbox.seen(ONE, sandbox.beginning + minutes * MINUTE);
    expect(at(-1)).toBe('down 0-1, up 1-');
    expect(at(0.5)).toBe('down 0.5-1, up 1-');
    expect(at(1)).toBe('up 1-');
    expect(at(9)).toBe('up 3-');
  });
});

describe('The traffic of a LAG', () => {
  const two = () => watched({ connections: [member(ONE), member(TWO)], lags: [lag(A), lag(B)] });

  test('passes as long as one member is up, and tells how few there were', async () => {
    const sandbox = two();
    await sandbox.call(...join(ONE, B));
    await sandbox.clock.advance(2 * MINUTE);
    expect(sandbox.found(A)).toEqual({
      id: A,
      kind: 'lag',
      intervals: [{ from: sandbox.beginning, up: true }],
      fewestLinksUp: 1,
      secondsWithoutLink: 0,
    });
    expect(sandbox.seen(B)).toBe('down 0-1, up 1-');
    expect(sandbox.found(B)).toMatchObject({ fewestLinksUp: 0, secondsWithoutLink: 60 });
    expect(sandbox.found(A, sandbox.clock.now())).toMatchObject({ fewestLinksUp: 1, secondsWithoutLink: 0 });
    expect(sandbox.found(B, sandbox.clock.now())).toMatchObject({ fewestLinksUp: 1, secondsWithoutLink: 0 });
  });

  test('is down where interruptions of all its members overlap, and up again with the first', async () => {
    const sandbox = two();
    await sandbox.clock.advance(MINUTE);
    await sandbox.call(...leave(ONE, A));
    await sandbox.clock.advance(MINUTE);
    await sandbox.call(...join(ONE, A));
    await sandbox.clock.advance(MINUTE / 2);
    sandbox.network.setLink(TWO, 'down');
    await sandbox.clock.advance(5 * MINUTE);
    expect(sandbox.seen(A)).toBe('up 0-2.5, down 2.5-3, up 3-');
    expect(sandbox.found(A)).toMatchObject({ fewestLinksUp: 0, secondsWithoutLink: 30 });
  });

  test('is down from when it is empty, and counts the seconds up to now', async () => {
    const sandbox = two();
    await sandbox.call(...leave(ONE, A));
    await sandbox.clock.advance(MINUTE);
    await sandbox.call('DeleteConnection', { connectionId: TWO });
    await sandbox.clock.advance(1500);
    expect(sandbox.seen(A)).toBe('up 0-1, down 1-');
    expect(sandbox.found(A)).toMatchObject({ fewestLinksUp: 0, secondsWithoutLink: 1.5 });
  });

  test('can be told after a hundred thousand changes', async () => {
    let time = 0;
    const clock = { now: () => time, sleep: () => Promise.resolve() };
    const state = readState({
      connections: [member(ONE)],
      lags: [lag(A)],
      virtualInterfaces: [virtualInterface(VIF, A)],
    });
    const { network } = given({}, undefined, { clock, state });
    for (time = 1; time <= 100_000; time++) network.setLink(ONE, time % 2 === 0 ? 'available' : 'down');
    const traffic = network.traffic();
    expect(traffic.map(({ intervals }) => intervals.length)).toEqual([100_001, 100_001, 100_001]);
    expect(traffic[1]).toMatchObject({ id: A, fewestLinksUp: 0, secondsWithoutLink: 50 });
  });

  test('begins when it is made, and hosted connections are no links of it', async () => {
    const sandbox = watched({
      connections: [member('dxcon-hhhhhhhh', { vlan: 7, bandwidth: '50Mbps' })],
      lags: [lag(A)],
    });
    await sandbox.clock.advance(MINUTE);
    const order = { numberOfConnections: 0, location: 'EqDC2', connectionsBandwidth: '10Gbps', lagName: 'new' };
    const { lagId = '' }: Lag = await sandbox.call('CreateLag', order);
    await sandbox.clock.advance(MINUTE);
    expect(sandbox.seen(lagId)).toBe('down 1-');
    expect(sandbox.found(lagId)).toMatchObject({ secondsWithoutLink: 60 });
    expect(sandbox.seen(A)).toBe('down 0-');
  });
});

describe('The traffic of a virtual interface', () => {
  test('is that of its carrier, as long as it is on it', async () => {
    const sandbox = watched({
      connections: [connection(ONE), member(TWO)],
      lags: [lag(A)],
      virtualInterfaces: [virtualInterface(VIF, ONE)],
    });
    await sandbox.clock.advance(MINUTE);
    sandbox.network.setLink(ONE, 'down');
    await sandbox.clock.advance(MINUTE);
    const move = (connectionId: string) =>
      sandbox.call('AssociateVirtualInterface', { virtualInterfaceId: VIF, connectionId });
    await move(A);
    await sandbox.clock.advance(2 * MINUTE);
    sandbox.network.setLink(ONE, 'available');
    sandbox.network.setLink(TWO, 'down');
    await sandbox.clock.advance(MINUTE);
    await move(ONE);
    await sandbox.clock.advance(2 * MINUTE);
    await sandbox.call('DeleteVirtualInterface', { virtualInterfaceId: VIF });
    await sandbox.clock.advance(MINUTE);
    expect(sandbox.seen(VIF)).toBe('up 0-1, down 1-3, up 3-4, down 4-6, up 6-7, down 7-');
  });

  test('is down where it was not available to begin with', async () => {
    const sandbox = watched({
      connections: [connection(ONE)],
      virtualInterfaces: [virtualInterface(VIF, ONE, { virtualInterfaceState: 'pending' })],
    });
    expect(sandbox.seen(VIF)).toBe('down 0-');
  });

  test('on a hosted connection, and that of the hosted connection, is down while the LAG that carries it is', async () => {
    const hosted = member('dxcon-hhhhhhhh', { vlan: 7, bandwidth: '50Mbps' });
    const sandbox = watched({
      connections: [hosted, member(ONE)],
      lags: [lag(A)],
      virtualInterfaces: [virtualInterface(VIF, 'dxcon-hhhhhhhh')],
    });
    await sandbox.clock.advance(MINUTE);
    sandbox.network.setLink(ONE, 'down');
    await sandbox.clock.advance(MINUTE);
    sandbox.network.setLink(ONE, 'available');
    for (const id of ['dxcon-hhhhhhhh', VIF]) expect(sandbox.seen(id)).toBe('up 0-1, down 1-2, up 2-');
  });
});

test.each([1, 2, 3, 4, 5])(
  'Traffic is what Describe answered at every moment of a random life (seed %i)',
  async seed => {
    const random = seeded(seed);
    const among = <T>(items: readonly T[]): T => {
      const item = items[Math.floor(random() * items.length)];
      if (item === undefined) throw new Error('There is nothing to choose from.');
      return item;
    };
    const connectionIds = ['a', 'b', 'c', 'd', 'e'].map(letter => `dxcon-${letter.repeat(8)}`);
    const carriers = [...connectionIds, A, B];
    const virtualInterfaceIds = ['a', 'b', 'c'].map(letter => `dxvif-${letter.repeat(8)}`);
    const sandbox = watched({
      connections: connectionIds.map((id, index) => connection(id, index < 2 ? { lagId: A } : {})),
      lags: [lag(A), lag(B)],
      virtualInterfaces: virtualInterfaceIds.map((id, index) =>
        virtualInterface(id, among([A, B, among(connectionIds)]), { vlan: index }),
      ),
    });
    const acts: (() => unknown)[] = [
      () => sandbox.call(...join(among(connectionIds), among([A, B]))),
      () => sandbox.call(...leave(among(connectionIds), among([A, B]))),
      () => sandbox.network.setLink(among(connectionIds.slice(0, 4)), among(['down', 'available', 'available'])),
      () =>
        sandbox.call('AssociateVirtualInterface', {
          virtualInterfaceId: among(virtualInterfaceIds),
          connectionId: among(carriers),
        }),
      () => random() < 0.05 && sandbox.call('DeleteVirtualInterface', { virtualInterfaceId: VIF }),
      () => random() < 0.05 && sandbox.call('DeleteConnection', { connectionId: 'dxcon-eeeeeeee' }),
    ];
    const answered: { readonly time: number; readonly up: readonly (readonly [string, boolean])[] }[] = [];
    for (let step = 0; step < 300; step++) {
      await Promise.resolve(among(acts)()).catch((error: unknown) => {
        if (!(error instanceof AwsError)) throw error;
      });
      // Time goes by before and after a look, because traffic knows nothing of what took no time.
      await sandbox.clock.advance(1 + Math.floor(random() * MINUTE));
      const { connections, lags, virtualInterfaces } = sandbox.network.describe();
      answered.push({
        time: sandbox.clock.now(),
        up: [
          ...connections.map(each => [each.connectionId, each.connectionState === 'available'] as const),
          ...lags.map(
            each =>
              [
                each.lagId ?? '',
                each.connections?.some(link => link.connectionState === 'available') ?? false,
              ] as const,
          ),
          ...virtualInterfaces.map(
            each => [each.virtualInterfaceId ?? '', each.virtualInterfaceState === 'available'] as const,
          ),
        ],
      });
      await sandbox.clock.advance(1);
    }
    const traffic = new Map(sandbox.network.traffic().map(each => [each.id, each.intervals]));
    for (const { time, up } of answered) {
      const told = up.map(([id]) => {
        const interval = traffic.get(id)?.find(({ from, to = Number.POSITIVE_INFINITY }) => from <= time && time < to);
        return [id, interval?.up];
      });
      expect(told).toEqual(up);
    }
  },
);
