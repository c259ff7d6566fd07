import type { Connections, Lags } from '@aws-sdk/client-direct-connect';
import { administrator, connection, given, lag, MINUTE, refusal, virtualInterface } from './support';

const CONNECTION = 'dxcon-aaaaaaaa';
const A = 'dxlag-aaaaaaaa';
const B = 'dxlag-bbbbbbbb';
const SECOND = 1000;
const DESCRIBE_LAG = 10 * SECOND;
const NEARLY_ONE = 1 - Number.EPSILON;
const pair = { connectionId: CONNECTION, lagId: A };

/** A sandbox whose Describe operations answer what is up to ten seconds old; `seconds` says how old. */
function lagging() {
  let draw = 0;
  const sandbox = given(
    {
      connections: [connection(CONNECTION), connection('dxcon-bbbbbbbb')],
      lags: [lag(A), lag(B)],
      virtualInterfaces: [virtualInterface('dxvif-aaaaaaaa', CONNECTION)],
    },
    undefined,
    { describeLagMilliseconds: DESCRIBE_LAG, random: () => draw },
  );
  const asOf = <T extends object>(seconds: number, operation: string, input: object): Promise<T> => {
    draw = Math.min(seconds / 10, NEARLY_ONE);
    return sandbox.call(operation, input) as Promise<T>;
  };
  return {
    ...sandbox,
    asOf,
    /** State and LAG of the connection, as it was so many seconds ago. */
    seen: async (seconds: number) => {
      const { connections } = await asOf<Connections>(seconds, 'DescribeConnections', { connectionId: CONNECTION });
      const { connectionState, lagId = 'standalone' } = connections?.[0] ?? {};
      return `${connectionState} ${lagId}`;
    },
    members: async (seconds: number) => {
      const { lags } = await asOf<Lags>(seconds, 'DescribeLags', { lagId: A });
      return lags?.[0]?.connections?.map(({ connectionId }) => connectionId);
    },
  };
}

describe('Describe operations that lag', () => {
  test('may miss a change for so long, and not longer', async () => {
    const sandbox = lagging();
    await sandbox.call('AssociateConnectionWithLag', pair);
    expect(await sandbox.seen(10)).toBe('available standalone');
    expect(await sandbox.members(10)).toEqual([]);
    await sandbox.clock.advance(DESCRIBE_LAG - 1);
    expect(await sandbox.seen(10)).toBe('available standalone');
    await sandbox.clock.advance(1);
    expect(await sandbox.seen(10)).toBe(`pending ${A}`);
    expect(await sandbox.members(10)).toEqual([CONNECTION]);
  });

  test('see each a time of their own: what one has seen, the next may not', async () => {
    const sandbox = lagging();
    await sandbox.call('AssociateConnectionWithLag', pair);
    await sandbox.clock.advance(SECOND);
    expect(await sandbox.seen(0)).toBe(`pending ${A}`);
    expect(await sandbox.seen(5)).toBe('available standalone');
    expect(await sandbox.members(1)).toEqual([CONNECTION]);
    expect(await sandbox.members(2)).toEqual([]);
  });

  test('see any of several changes, and nothing that never was', async () => {
    const sandbox = lagging();
    await sandbox.call('UpdateLag', { lagId: A, lagName: 'first' });
    await sandbox.clock.advance(2 * SECOND);
    await sandbox.call('AssociateConnectionWithLag', pair);
    await sandbox.clock.advance(2 * SECOND);
    await sandbox.call('UpdateLag', { lagId: A, lagName: 'second' });
    const seen = async (seconds: number) => {
      const { lags } = await sandbox.asOf<Lags>(seconds, 'DescribeLags', { lagId: A });
      return `${lags?.[0]?.lagName} ${lags?.[0]?.numberOfConnections}`;
    };
    expect(await seen(0)).toBe('second 1');
    expect(await seen(1)).toBe('first 1');
    expect(await seen(3)).toBe('first 0');
    expect(await seen(5)).toBe('undefined 0');
  });

  test('see a link as it was then, also where only time has gone by since', async () => {
    const sandbox = lagging();
    await sandbox.call('AssociateConnectionWithLag', pair);
    await sandbox.clock.advance(MINUTE);
    expect(await sandbox.seen(0)).toBe(`available ${A}`);
    expect(await sandbox.seen(1)).toBe(`pending ${A}`);
    await sandbox.call('DisassociateConnectionFromLag', pair);
    expect(await sandbox.seen(1)).toBe(`pending ${A}`);
    await sandbox.clock.advance(2 * SECOND);
    expect(await sandbox.seen(1)).toBe('pending standalone');
    expect(await sandbox.seen(2)).toBe('pending standalone');
    expect(await sandbox.seen(3)).toBe(`pending ${A}`);
  });

  test('do not find what was made since, and still find what was deleted', async () => {
    const sandbox = lagging();
    await sandbox.call('DeleteLag', { lagId: B });
    await expect(sandbox.asOf(1, 'DescribeLags', { lagId: B })).resolves.toMatchObject({
      lags: [{ lagState: 'available' }],
    });
    const order = { location: 'EqDC2', bandwidth: '10Gbps', connectionName: 'uplink' };
    const { connectionId } = Object(await sandbox.asOf(5, 'CreateConnection', order));
    await expect(sandbox.asOf(1, 'DescribeConnections', { connectionId })).rejects.toThrow('Could not find Connection');
    await expect(sandbox.asOf(0, 'DescribeConnections', { connectionId })).resolves.toHaveProperty('connections');
  });

  test('are those of virtual interfaces and tags too', async () => {
    const sandbox = lagging();
    const resourceArn = `arn:aws:directconnect:eu-central-1:111122223333:dxcon/${CONNECTION}`;
    await sandbox.call('AssociateConnectionWithLag', pair);
    await sandbox.call('TagResource', { resourceArn, tags: [{ key: 'team' }] });
    const both = async (seconds: number) => [
      await sandbox.asOf(seconds, 'DescribeVirtualInterfaces', {}),
      await sandbox.asOf(seconds, 'DescribeTags', { resourceArns: [resourceArn] }),
    ];
    expect(await both(1)).toMatchObject([
      { virtualInterfaces: [{ connectionId: CONNECTION }] },
      { resourceTags: [{ tags: [] }] },
    ]);
    expect(await both(0)).toMatchObject([
      { virtualInterfaces: [{ connectionId: A }] },
      { resourceTags: [{ tags: [{ key: 'team' }] }] },
    ]);
  });
});

describe('Beside Describe operations that lag', () => {
  test('a change, its answer and its refusals are of the present', async () => {
    const sandbox = lagging();
    await expect(sandbox.asOf(9, 'AssociateConnectionWithLag', pair)).resolves.toMatchObject({
      ...pair,
      connectionState: 'pending',
    });
    expect(await sandbox.seen(9)).toBe('available standalone');
    expect(await refusal(sandbox, 'AssociateConnectionWithLag', { ...pair, lagId: B })).toContain('transitioning');
  });

  test('the network itself is the present, and so is what a caller asks for as of now', async () => {
    const sandbox = lagging();
    await sandbox.call('AssociateConnectionWithLag', pair);
    expect(await sandbox.seen(9)).toBe('available standalone');
    expect(sandbox.connection(CONNECTION)?.lagId).toBe(A);
    await expect(
      sandbox.directConnect.call('DescribeConnections', { connectionId: CONNECTION }, administrator, 'now'),
    ).resolves.toMatchObject({ connections: [{ lagId: A }] });
  });

  test('a copy of the network knows of every transition, and stays as it is', async () => {
    const sandbox = lagging();
    const began = sandbox.clock.now();
    await sandbox.call('AssociateConnectionWithLag', pair);
    const copies = [began, began + MINUTE].map(time => sandbox.network.asOf(time));
    await sandbox.clock.advance(MINUTE);
    await sandbox.call('DisassociateConnectionFromLag', pair);
    const seen = copies.map(copy => {
      const member = copy.findConnection(CONNECTION, administrator);
      return [member.lagId, copy.connectionState(member), copy.isTransitioning(member)];
    });
    expect(seen).toEqual([
      [A, 'pending', true],
      [A, 'available', false],
    ]);
  });

  test('a refused change leaves nothing to see', async () => {
    const sandbox = lagging();
    await sandbox.call('AssociateConnectionWithLag', pair);
    await sandbox.clock.advance(SECOND);
    await refusal(sandbox, 'AssociateConnectionWithLag', pair);
    await sandbox.clock.advance(SECOND);
    for (const seconds of [0, 1, 2]) expect(await sandbox.members(seconds)).toEqual([CONNECTION]);
    expect(await sandbox.members(3)).toEqual([]);
  });
});

test('without a lag every read is of the present, and draws no random number', async () => {
  const random = jest.fn(() => 0.9);
  const sandbox = given({ connections: [connection(CONNECTION)], lags: [lag(A)] }, undefined, { random });
  await sandbox.call('AssociateConnectionWithLag', pair);
  await expect(sandbox.call('DescribeConnections', {})).resolves.toMatchObject({ connections: [{ lagId: A }] });
  expect(random).not.toHaveBeenCalled();
});
