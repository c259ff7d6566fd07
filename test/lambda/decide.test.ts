import type { Connection, Lag } from '@aws-sdk/client-direct-connect';
import { type Call, callKey, decide, type View } from '../../lambda/decide';
import { readError } from '../../lambda/errors';
import type { Request } from '../../lambda/event';

const A = 'dxlag-aaaaaaaa';
const B = 'dxlag-bbbbbbbb';
const C = 'dxlag-cccccccc';
const ID = 'dxcon-11111111';
const OTHER = 'dxcon-22222222';

const connection = (fields: Partial<Connection> = {}): Connection => ({
  connectionId: ID,
  connectionState: 'available',
  bandwidth: '10Gbps',
  location: 'EqFA5',
  awsDeviceV2: 'EqFA5-1abc',
  macSecCapable: false,
  ...fields,
});
const lag = (lagId: string, fields: Partial<Lag> = {}): Lag => ({
  lagId,
  lagState: 'available',
  connectionsBandwidth: '10Gbps',
  location: 'EqFA5',
  awsDeviceV2: 'EqFA5-1abc',
  macSecCapable: false,
  connections: [],
  ...fields,
});
const members = (count: number, fields: Partial<Connection> = {}): Connection[] =>
  Array.from({ length: count }, (_, index) => connection({ connectionId: `dxcon-9999999${index}`, ...fields }));

interface Known {
  connections?: readonly (Connection | string)[];
  lags?: readonly (Lag | string)[];
  accepted?: readonly Call[];
  refused?: readonly (readonly [Call, unknown])[];
  failure?: View['failure'];
  outOfTime?: boolean;
}

const entry = <T>(known: T | string, id: string | undefined): [string, T | 'not found'] => [
  id ?? '',
  typeof known === 'string' ? 'not found' : known,
];

/** A text stands for an id that was not found. */
function view({ connections = [], lags = [], accepted = [], refused = [], failure, outOfTime }: Known = {}): View {
  return {
    connections: new Map(connections.map(c => entry(c, typeof c === 'string' ? c : c.connectionId))),
    lags: new Map(lags.map(l => entry(l, typeof l === 'string' ? l : l.lagId))),
    accepted: new Set(accepted.map(callKey)),
    refused: new Map(refused.map(([call, error]) => [callKey(call), readError(error)])),
    ...(failure === undefined ? {} : { failure }),
    ...(outOfTime === undefined ? {} : { outOfTime }),
  };
}

const create: Request = { type: 'Create', pair: { connectionId: ID, lagId: A } };
const sameUpdate: Request = { type: 'Update', pair: create.pair, oldPair: create.pair, physicalId: ID };
const move: Request = { type: 'Update', pair: { connectionId: ID, lagId: B }, oldPair: create.pair, physicalId: ID };
const swap: Request = {
  type: 'Update',
  pair: { connectionId: OTHER, lagId: A },
  oldPair: create.pair,
  physicalId: ID,
};
const remove: Request = { type: 'Delete', pair: create.pair, physicalId: ID };

const joinA: Call = { do: 'associate', pair: { connectionId: ID, lagId: A } };
const joinB: Call = { do: 'associate', pair: { connectionId: ID, lagId: B } };
const leaveA: Call = { do: 'disassociate', pair: { connectionId: ID, lagId: A } };
const refusal = Object.assign(new Error('No.'), { name: 'DirectConnectClientException' });

describe('Create', () => {
  test('looks at the connection first', () => {
    expect(decide(create, view())).toEqual({ do: 'describe connection', connectionId: ID });
  });

  test('a standalone connection: looks at the LAG, then associates', () => {
    expect(decide(create, view({ connections: [connection()] }))).toEqual({ do: 'describe LAG', lagId: A });
    expect(decide(create, view({ connections: [connection()], lags: [lag(A)] }))).toEqual(joinA);
  });

  test('already in this LAG: succeeds without a write, and without looking at the LAG', () => {
    const member = connection({ lagId: A });
    expect(decide(create, view({ connections: [member] }))).toEqual({
      do: 'succeed',
      physicalId: ID,
      connection: member,
    });
  });

  test('success is being in the LAG, not being available', () => {
    const member = connection({ lagId: A, connectionState: 'requested' });
    expect(decide(create, view({ connections: [member] }))).toMatchObject({ do: 'succeed' });
  });

  test('in another LAG: is refused', () => {
    const step = decide(create, view({ connections: [connection({ lagId: C })], lags: [lag(A)] }));
    expect(step).toEqual({ do: 'give up', failure: { problem: 'in another LAG', lagId: C } });
  });

  test.each([
    ['no such connection', ID],
    ['a deleted connection', connection({ connectionState: 'deleted' })],
    ['a connection that is being deleted', connection({ connectionState: 'deleting', lagId: A })],
    ['a rejected connection', connection({ connectionState: 'rejected' })],
  ])('%s: is given up without a write', (_, known) => {
    expect(decide(create, view({ connections: [known], lags: [lag(A)] }))).toEqual({
      do: 'give up',
      failure: { problem: 'connection gone', connectionId: ID },
    });
  });

  test.each([
    ['no such LAG', A, 'there is no such LAG'],
    ['a deleted LAG', lag(A, { lagState: 'deleted' }), 'the LAG is deleted'],
    [
      'a LAG at another location',
      lag(A, { location: 'EqDC2' }),
      'the connection is at location EqFA5, the LAG at EqDC2',
    ],
    ['a LAG on another device', lag(A, { awsDeviceV2: 'EqFA5-2xyz' }), 'on device EqFA5-1abc, the LAG on EqFA5-2xyz'],
    ['a LAG of another bandwidth', lag(A, { connectionsBandwidth: '1Gbps' }), 'the connection has 10Gbps'],
    ['a LAG with MACsec', lag(A, { macSecCapable: true }), 'the LAG was requested with MACsec, the connection was not'],
    ['a full LAG', lag(A, { connections: members(4) }), 'the LAG is full: it has 4 of at most 4 members'],
  ])('%s: is given up without a write', (_, known, why) => {
    const step = decide(create, view({ connections: [connection()], lags: [known] }));
    expect(step).toMatchObject({ do: 'give up', failure: { problem: 'LAG cannot take it' } });
    expect(JSON.stringify(step)).toContain(why);
  });

  test('a LAG of 100 Gbps is full with two members', () => {
    const fast = { bandwidth: '100Gbps' };
    const full = lag(A, { connectionsBandwidth: '100Gbps', connections: members(2, fast) });
    expect(decide(create, view({ connections: [connection(fast)], lags: [full] }))).toMatchObject({ do: 'give up' });
  });

  test('deleted members take no slot', () => {
    const connections = [...members(3), connection({ connectionId: OTHER, connectionState: 'deleted' })];
    expect(decide(create, view({ connections: [connection()], lags: [lag(A, { connections })] }))).toEqual(joinA);
  });

  test('what Describe leaves out stops nothing', () => {
    const ordered: Connection = { connectionId: ID, connectionState: 'requested', bandwidth: '10Gbps' };
    expect(decide(create, view({ connections: [ordered], lags: [lag(A)] }))).toEqual(joinA);
  });

  test('an accepted association that Describe does not show yet is waited for, not repeated', () => {
    const known = view({ connections: [connection()], lags: [lag(A)], accepted: [joinA] });
    expect(decide(create, known)).toEqual({ do: 'wait', for: joinA });
  });

  test('a refused association is given up', () => {
    const known = view({ connections: [connection()], lags: [lag(A)], refused: [[joinA, refusal]] });
    expect(decide(create, known)).toMatchObject({ do: 'give up', failure: { problem: 'refused', call: joinA } });
  });

  test('a refusal does not matter where the connection is in the LAG all the same', () => {
    const known = view({ connections: [connection({ lagId: A })], refused: [[joinA, refusal]] });
    expect(decide(create, known)).toMatchObject({ do: 'succeed' });
  });
});

describe('Update of the same pair', () => {
  test('in place: no write', () => {
    expect(decide(sameUpdate, view({ connections: [connection({ lagId: A })] }))).toMatchObject({
      do: 'succeed',
      physicalId: ID,
    });
  });

  test('standalone, because somebody removed it: associates again', () => {
    expect(decide(sameUpdate, view({ connections: [connection()], lags: [lag(A)] }))).toEqual(joinA);
  });

  test('what could not be put in place is not tried a second time', () => {
    const failure = { problem: 'refused', call: joinA, error: readError(refusal) } as const;
    expect(decide(sameUpdate, view({ connections: [connection()], lags: [lag(A)], failure }))).toMatchObject({
      do: 'fail',
    });
  });
});

describe('Update to another LAG', () => {
  const inA = connection({ lagId: A });

  test('the new LAG is looked at before the old one is left', () => {
    expect(decide(move, view({ connections: [inA] }))).toEqual({ do: 'describe LAG', lagId: B });
  });

  test('a new LAG that cannot take the connection: the old one is not left', () => {
    const full = lag(B, { connections: members(4) });
    expect(decide(move, view({ connections: [inA], lags: [full] }))).toMatchObject({ do: 'give up' });
  });

  test('leaves the old LAG, then joins the new one', () => {
    expect(decide(move, view({ connections: [inA], lags: [lag(B)] }))).toEqual(leaveA);
    expect(decide(move, view({ connections: [connection()], lags: [lag(B)], accepted: [leaveA] }))).toEqual(joinB);
  });

  test('already in the new LAG: no write', () => {
    expect(decide(move, view({ connections: [connection({ lagId: B })] }))).toMatchObject({
      do: 'succeed',
      physicalId: ID,
    });
  });

  test('in a third LAG, where somebody put it: is refused', () => {
    const step = decide(move, view({ connections: [connection({ lagId: C })], lags: [lag(B)] }));
    expect(step).toEqual({ do: 'give up', failure: { problem: 'in another LAG', lagId: C } });
  });

  test('a failure after leaving puts the connection back, then fails', () => {
    const failure = { problem: 'refused', call: joinB, error: readError(refusal) } as const;
    expect(decide(move, view({ connections: [connection()], failure }))).toEqual(joinA);
    const back = decide(move, view({ connections: [inA], failure }));
    expect(back).toMatchObject({ do: 'fail', physicalId: ID });
    expect(back).toHaveProperty('reason', expect.stringContaining(`${ID} is now in LAG ${A} and available.`));
  });

  test('where putting back is refused too, the answer says where the connection is now', () => {
    const failure = { problem: 'refused', call: joinB, error: readError(refusal) } as const;
    const step = decide(move, view({ connections: [connection()], failure, refused: [[joinA, refusal]] }));
    expect(step).toMatchObject({ do: 'fail' });
    expect(step).toHaveProperty('reason', expect.stringContaining(`${ID} is now standalone and available.`));
  });
});

describe('Update to another connection', () => {
  test('is a Create of the new connection, with its id as the new physical id', () => {
    const joined = connection({ connectionId: OTHER, lagId: A });
    expect(decide(swap, view())).toEqual({ do: 'describe connection', connectionId: OTHER });
    expect(decide(swap, view({ connections: [joined] }))).toEqual({
      do: 'succeed',
      physicalId: OTHER,
      connection: joined,
    });
  });

  test('keeps the old physical id where it fails', () => {
    const failure = { problem: 'connection gone', connectionId: OTHER } as const;
    const known = view({ connections: [OTHER, connection({ lagId: A })], failure });
    expect(decide(swap, known)).toMatchObject({ do: 'fail', physicalId: ID });
  });
});

describe('Delete', () => {
  test('in this LAG: disassociates', () => {
    expect(decide(remove, view({ connections: [connection({ lagId: A })] }))).toEqual(leaveA);
  });

  test.each([
    ['standalone', connection()],
    ['in another LAG', connection({ lagId: B })],
    ['deleted', connection({ connectionState: 'deleted', lagId: A })],
    ['no such connection', ID],
  ])('%s: succeeds without a write', (_, known) => {
    expect(decide(remove, view({ connections: [known] }))).toMatchObject({ do: 'succeed', physicalId: ID });
  });

  test('no such LAG: succeeds', () => {
    expect(decide(remove, view({ connections: [connection({ lagId: A })], lags: [A] }))).toMatchObject({
      do: 'succeed',
    });
  });

  test("an id that is not a connection's: succeeds without a call", () => {
    const invented: Request = { type: 'Delete', physicalId: 'Network-Membership-1ABC' };
    expect(decide(invented, view())).toEqual({ do: 'succeed', physicalId: 'Network-Membership-1ABC' });
  });

  test('a refusal is answered with the numbers of the LAG', () => {
    const failure = { problem: 'refused', call: leaveA, error: readError(refusal) } as const;
    const inA = connection({ lagId: A });
    expect(decide(remove, view({ connections: [inA], failure }))).toEqual({ do: 'describe LAG', lagId: A });
    const connections = [inA, connection({ connectionId: OTHER, connectionState: 'down' })];
    const known = view({ connections: [inA], lags: [lag(A, { connections, minimumLinks: 1 })], failure });
    const step = decide(remove, known);
    expect(step).toMatchObject({ do: 'fail', physicalId: ID });
    expect(step).toHaveProperty(
      'reason',
      expect.stringContaining('2 members, 1 of them operational, and asks for at least 1'),
    );
  });
});
