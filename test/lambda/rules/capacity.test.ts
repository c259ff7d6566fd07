import type { Connection, Lag } from '@aws-sdk/client-direct-connect';
import { whyLagCannotTake } from '../../../lambda/rules/capacity';
import { A, connection, lag, members, OTHER } from '../../support/view';

describe('a LAG can take a connection', () => {
  test('of its own kind, where a slot is free', () => {
    expect(whyLagCannotTake(lag(A, { connections: members(3) }), connection())).toBeUndefined();
  });

  test('whatever Describe leaves out', () => {
    const ordered = { connectionId: OTHER, connectionState: 'requested' } as const;
    expect(whyLagCannotTake(lag(A), ordered)).toBeUndefined();
    expect(whyLagCannotTake({ lagId: A }, connection())).toBeUndefined();
  });

  test('that is one of its members by now, through another delivery of the same event', () => {
    const full = lag(A, { connections: [connection({ lagId: A }), ...members(3)] });
    expect(whyLagCannotTake(full, connection())).toBeUndefined();
  });

  test('with a MACsec key, where it has one too', () => {
    const key = [{ secretARN: 'arn', state: 'associated' }];
    expect(whyLagCannotTake(lag(A, { macSecKeys: key }), connection({ macSecKeys: key }))).toBeUndefined();
    const former = connection({ macSecKeys: [{ state: 'disassociated' }] });
    expect(whyLagCannotTake(lag(A), former)).toBeUndefined();
    expect(whyLagCannotTake(lag(A), connection({ macSecKeys: key }))).toEqual({
      why: expect.stringContaining(
        'the connection has a MACsec key, which AWS drops when it joins, and the LAG has none',
      ),
      remedy: expect.stringContaining(`aws directconnect associate-mac-sec-key --connection-id ${A}`),
    });
  });

  test('beside deleted and rejected members, which take no slot', () => {
    const gone = (['deleted', 'deleting', 'rejected'] as const).map(connectionState =>
      connection({ connectionId: OTHER, connectionState }),
    );
    expect(whyLagCannotTake(lag(A, { connections: [...members(3), ...gone] }), connection())).toBeUndefined();
  });

  test.each([
    [
      'V2 names that are the same, though the older ones differ',
      'EqFA5-1abc',
      'EqFA5-old1',
      'EqFA5-1abc',
      'EqFA5-old2',
    ],
    ['a V2 name on one side alone, and no older one on both', 'EqFA5-1abc', undefined, undefined, 'EqFA5-old1'],
    [
      'older names that are the same, where one side has no V2 name',
      'EqFA5-1abc',
      'EqFA5-old1',
      undefined,
      'EqFA5-old1',
    ],
    ['an empty V2 name, which is none', '', 'EqFA5-old1', 'EqFA5-2xyz', 'EqFA5-old1'],
  ])('on a device by %s', (_, ofConnectionV2, ofConnection, ofLagV2, ofLag) => {
    expect(
      whyLagCannotTake(onDevice(lag(A), ofLagV2, ofLag), onDevice(connection(), ofConnectionV2, ofConnection)),
    ).toBe(undefined);
  });
});

describe('a LAG cannot take a connection', () => {
  test('where there is no such LAG', () => {
    expect(whyLagCannotTake('not found', connection())).toMatchObject({ why: expect.stringContaining('no such LAG') });
  });

  test.each([
    ['that is deleted', lag(A, { lagState: 'deleted' }), 'the LAG is deleted'],
    ['that is being deleted', lag(A, { lagState: 'deleting' }), 'the LAG is deleting'],
    ['at another location', lag(A, { location: 'EqDC2' }), 'the connection is at location EqFA5, the LAG at EqDC2'],
    ['of another bandwidth', lag(A, { connectionsBandwidth: '1Gbps' }), 'the connection has 10Gbps'],
    ['with four members', lag(A, { connections: members(4) }), 'the LAG is full: it has 4 of at most 4 members'],
  ])('%s', (_, known, why) => {
    expect(whyLagCannotTake(known, connection())).toMatchObject({ why: expect.stringContaining(why) });
  });

  test.each(['100Gbps', '400Gbps'])('of %s, with two members', bandwidth => {
    const full = lag(A, { connectionsBandwidth: bandwidth, connections: members(2, { bandwidth }) });
    const why = 'the LAG is full: it has 2 of at most 2 members';
    expect(whyLagCannotTake(full, connection({ bandwidth }))).toMatchObject({ why });
  });

  test.each([
    ['LAG', 'connection', true, false],
    ['connection', 'LAG', false, true],
  ])('where the %s was requested with MACsec and the %s was not', (capable, incapable, ofLag, ofConnection) => {
    expect(
      whyLagCannotTake(lag(A, { macSecCapable: ofLag }), connection({ macSecCapable: ofConnection })),
    ).toMatchObject({ why: `the ${capable} was requested with MACsec, the ${incapable} was not` });
  });

  test('that is hosted: it says so, and names its VLAN', () => {
    const obstacle = whyLagCannotTake(lag(A), connection({ vlan: 101 }));
    expect(obstacle).toMatchObject({
      why: expect.stringMatching(/^it is a hosted connection, a VLAN \(101\) of an AWS Direct Connect Partner's/),
      remedy: expect.stringContaining('dedicated connection'),
    });
    expect(whyLagCannotTake(lag(A), connection({ vlan: 0 }))).toBeUndefined();
  });

  test.each([
    [
      'V2 names, though the older ones are the same',
      'EqFA5-1abc',
      'EqFA5-old1',
      'EqFA5-2xyz',
      'EqFA5-old1',
      'EqFA5-2xyz',
    ],
    [
      'the older names, where the LAG has no V2 name',
      'EqFA5-1abc',
      'EqFA5-old1',
      undefined,
      'EqFA5-old2',
      'EqFA5-old2',
    ],
    ['the older names, where the connection has no V2 name', undefined, 'EqFA5-old1', 'x', 'EqFA5-old2', 'EqFA5-old2'],
  ])('on another device by %s', (_, ofConnectionV2, ofConnection, ofLagV2, ofLag, shown) => {
    const obstacle = whyLagCannotTake(
      onDevice(lag(A), ofLagV2, ofLag),
      onDevice(connection(), ofConnectionV2, ofConnection),
    );
    expect(obstacle).toMatchObject({ why: expect.stringContaining(`, the LAG on ${shown}`) });
  });
});

/** A connection or a LAG on a device by its newer and its older name. */
function onDevice<T extends Connection | Lag>(
  kind: T,
  awsDeviceV2: string | undefined,
  awsDevice: string | undefined,
): T {
  return { ...kind, awsDeviceV2, awsDevice };
}
