import type { Connection, Lag } from '@aws-sdk/client-direct-connect';
import { decide } from '../../lambda/decide';
import { readError } from '../../lambda/errors';
import type { Options, Request } from '../../lambda/event';
import type { Stack } from '../../lambda/stack';
import type { Standing } from '../../lambda/standing';
import { type Call, callKey, type View } from '../../lambda/step';

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

interface Known extends Partial<Pick<View, 'failure' | 'outOfTime' | 'waitedForLink' | 'stack' | 'claims'>> {
  connections?: readonly (Connection | string)[];
  lags?: readonly (Lag | string)[];
  accepted?: readonly Call[];
  refused?: readonly (readonly [Call, unknown])[];
  standing?: Partial<Standing>;
}

const entry = <T>(known: T | string, id: string | undefined): [string, T | 'not found'] => [
  id ?? '',
  typeof known === 'string' ? 'not found' : known,
];

/** A text stands for an id that was not found. */
function view({ connections = [], lags = [], accepted = [], refused = [], standing = {}, ...rest }: Known = {}): View {
  return {
    connections: new Map(connections.map(c => entry(c, typeof c === 'string' ? c : c.connectionId))),
    lags: new Map(lags.map(l => entry(l, typeof l === 'string' ? l : l.lagId))),
    accepted: new Set(accepted.map(callKey)),
    refused: new Map(refused.map(([call, error]) => [callKey(call), readError(error)])),
    standing: { waitsForEarlier: false, earlierAssociations: [], ownPairs: [], ...standing },
    ...rest,
  };
}

const options: Options = { allowMove: false, lowerMinimumLinks: false };
const create: Request = {
  type: 'Create',
  pair: { connectionId: ID, lagId: A },
  options,
  notCreatedId: 'M-not-created',
};
const sameUpdate: Request = { type: 'Update', pair: create.pair, oldPair: create.pair, physicalId: ID, options };
const move: Request = {
  type: 'Update',
  pair: { connectionId: ID, lagId: B },
  oldPair: create.pair,
  physicalId: ID,
  options,
};
const swap: Request = {
  type: 'Update',
  pair: { connectionId: OTHER, lagId: A },
  oldPair: create.pair,
  physicalId: ID,
  options,
};
const remove: Request = {
  type: 'Delete',
  connectionId: ID,
  pair: create.pair,
  physicalId: ID,
  logicalId: 'M',
  options,
};

const destroying: Stack = { status: 'DELETE_IN_PROGRESS', memberships: [] };

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

  test('already in this LAG: adopts it without a write, and without looking at the LAG', () => {
    const member = connection({ lagId: A });
    expect(decide(create, view({ connections: [member] }))).toEqual({
      do: 'succeed',
      physicalId: `${ID}/adopted`,
      connection: member,
    });
  });

  test('in this LAG because an earlier attempt of the same event put it there: is not adopted', () => {
    const known = view({
      connections: [connection({ lagId: A })],
      standing: { association: { connectionId: ID, lagId: A } },
    });
    expect(decide(create, known)).toMatchObject({ do: 'succeed', physicalId: ID });
  });

  test('success is being in the LAG, not being available', () => {
    const member = connection({ lagId: A, connectionState: 'requested' });
    expect(decide(create, view({ connections: [member] }))).toMatchObject({ do: 'succeed' });
  });

  test('in another LAG: is refused', () => {
    const step = decide(create, view({ connections: [connection({ lagId: C })], lags: [lag(A)] }));
    expect(step).toEqual({ do: 'give up', failure: { problem: 'in another LAG', lagId: C } });
  });

  test('in another LAG, where a move is allowed: is taken out of that one by the same call', () => {
    const allowed: Request = { ...create, options: { ...options, allowMove: true } };
    const known = view({ connections: [connection({ lagId: C })], lags: [lag(A)] });
    expect(decide(allowed, known)).toEqual({ ...joinA, movesFrom: C });
    const moved = view({
      connections: [connection({ lagId: A })],
      standing: { association: { connectionId: ID, lagId: A, movedFrom: C } },
    });
    expect(decide(allowed, moved)).toMatchObject({ do: 'succeed', physicalId: `${ID}/from/${C}` });
  });

  test('a failure before anything was put into the LAG leaves no id that a Delete would act on', () => {
    const failure = { problem: 'out of time', tried: '' } as const;
    const known = view({ connections: [connection({ lagId: A })], failure });
    expect(decide(create, known)).toMatchObject({ do: 'fail', physicalId: 'M-not-created' });
  });

  test('a failure after that leaves the id with which CloudFormation takes it away again', () => {
    const failure = { problem: 'out of time', tried: '' } as const;
    const known = view({
      connections: [connection()],
      failure,
      standing: { association: { connectionId: ID, lagId: A } },
    });
    expect(decide(create, known)).toMatchObject({ do: 'fail', physicalId: ID });
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
  const joined = connection({ connectionId: OTHER, lagId: A });
  const joinOther: Call = { do: 'associate', pair: { connectionId: OTHER, lagId: A } };
  const inA = connection({ lagId: A });

  test('is a Create of the new connection, with its id as the new physical id', () => {
    expect(decide(swap, view())).toEqual({ do: 'describe connection', connectionId: OTHER });
    expect(
      decide(swap, view({ connections: [joined], standing: { association: { connectionId: OTHER, lagId: A } } })),
    ).toEqual({
      do: 'succeed',
      physicalId: OTHER,
      connection: joined,
    });
  });

  test('the new one goes in first where there is a free slot', () => {
    const known = view({ connections: [connection({ connectionId: OTHER })], lags: [lag(A, { connections: [inA] })] });
    expect(decide(swap, known)).toEqual(joinOther);
  });

  test('in a full LAG the old one goes out first, and no other', () => {
    const standalone = connection({ connectionId: OTHER });
    const full = lag(A, { connections: [inA, ...members(3)] });
    const known = { connections: [standalone], lags: [full] };
    expect(decide(swap, view(known))).toEqual({ do: 'describe claims' });
    expect(decide(swap, view({ ...known, claims: new Set([OTHER]) }))).toEqual(leaveA);
    const fullOfOthers = lag(A, { connections: members(4) });
    expect(decide(swap, view({ connections: [standalone], lags: [fullOfOthers] }))).toMatchObject({ do: 'give up' });
  });

  test('the old one stays where it has passed on to another resource of the stack', () => {
    const full = lag(A, { connections: [inA, ...members(3)] });
    const known = { connections: [connection({ connectionId: OTHER })], lags: [full], claims: new Set([ID]) };
    expect(decide(swap, view(known))).toMatchObject({ do: 'give up' });
  });

  test('the old one stays where more than the slot is missing', () => {
    const standalone = connection({ connectionId: OTHER, awsDeviceV2: 'EqFA5-2xyz' });
    const full = lag(A, { connections: [inA, ...members(3)] });
    expect(decide(swap, view({ connections: [standalone], lags: [full] }))).toMatchObject({ do: 'give up' });
  });

  test('a failure after the old one went out puts it in again', () => {
    const failure = { problem: 'refused', call: joinOther, error: readError(refusal) } as const;
    const known = view({ connections: [connection({ connectionId: OTHER }), connection()], failure });
    expect(decide(swap, known)).toEqual(joinA);
  });

  test('a failure after the new one went in takes it out again, but not one that was found there', () => {
    const failure = { problem: 'not available', seconds: 1, state: 'pending' } as const;
    const put = view({
      connections: [joined, inA],
      failure,
      standing: { association: { connectionId: OTHER, lagId: A } },
    });
    expect(decide(swap, put)).toEqual({ do: 'disassociate', pair: { connectionId: OTHER, lagId: A } });
    expect(decide(swap, view({ connections: [joined, inA], failure }))).toMatchObject({ do: 'fail', physicalId: ID });
  });

  describe('that CloudFormation did not wait for, and takes back', () => {
    // It knows of the first connection alone; the old properties are those of the update that it gave up.
    const back: Request = { ...swap, pair: create.pair, oldPair: { connectionId: OTHER, lagId: A } };
    const standing = { earlierAssociations: [{ connectionId: OTHER, lagId: A }] };

    test('takes out what that update had put in', () => {
      expect(decide(back, view({ connections: [inA], standing }))).toEqual({
        do: 'describe connection',
        connectionId: OTHER,
      });
      expect(decide(back, view({ connections: [inA, joined], standing }))).toEqual({
        do: 'disassociate',
        pair: { connectionId: OTHER, lagId: A },
      });
      const standalone = connection({ connectionId: OTHER });
      expect(decide(back, view({ connections: [inA, standalone], standing }))).toMatchObject({
        do: 'succeed',
        physicalId: ID,
      });
    });

    test('leaves what that update had found there', () => {
      expect(decide(back, view({ connections: [inA, joined] }))).toMatchObject({ do: 'succeed', physicalId: ID });
    });
  });

  test('keeps the old physical id where it fails', () => {
    const failure = { problem: 'connection gone', connectionId: OTHER } as const;
    const known = view({ connections: [OTHER, inA], failure });
    expect(decide(swap, known)).toMatchObject({ do: 'fail', physicalId: ID });
  });
});

describe('Delete', () => {
  const inA = connection({ lagId: A });
  const stack = (status: string, ...memberships: Stack['memberships']): Stack => ({ status, memberships });
  const CLEANING_UP = 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS';
  const ROLLING_BACK = [
    'ROLLBACK_IN_PROGRESS',
    'UPDATE_ROLLBACK_IN_PROGRESS',
    'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
  ];

  test('in this LAG: asks what is happening to the stack, then disassociates', () => {
    expect(decide(remove, view({ connections: [inA] }))).toEqual({ do: 'describe stack' });
    expect(decide(remove, view({ connections: [inA], stack: destroying }))).toEqual(leaveA);
    expect(decide(remove, view({ connections: [inA], stack: stack(CLEANING_UP) }))).toEqual(leaveA);
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
    expect(decide(remove, view({ connections: [inA], lags: [A] }))).toMatchObject({ do: 'succeed' });
  });

  test.each([
    ['another resource: the construct was renamed', { logicalId: 'Renamed', physicalId: `${ID}/adopted` }],
    ['this resource under another physical id', { logicalId: 'M', physicalId: `${ID}/adopted` }],
  ])('still declared by %s: succeeds without a write', (_, membership) => {
    const known = view({ connections: [inA], stack: stack(CLEANING_UP, membership) });
    expect(decide(remove, known)).toEqual({ do: 'succeed', physicalId: ID });
  });

  test('what the stack declares beside it does not keep it', () => {
    const own = { logicalId: 'M', physicalId: ID };
    const other = { logicalId: 'Other', physicalId: OTHER };
    expect(decide(remove, view({ connections: [inA], stack: stack(CLEANING_UP, own, other) }))).toEqual(leaveA);
  });

  test.each(ROLLING_BACK)('in a rollback (%s) of an adoption: succeeds without a write', status => {
    const adopted: Request = { ...remove, physicalId: `${ID}/adopted` };
    expect(decide(adopted, view({ connections: [inA], stack: stack(status) }))).toMatchObject({ do: 'succeed' });
    expect(decide(remove, view({ connections: [inA], stack: stack(status) }))).toEqual(leaveA);
  });

  test('of an adopted membership that is no rollback: disassociates', () => {
    const adopted: Request = { ...remove, physicalId: `${ID}/adopted` };
    expect(decide(adopted, view({ connections: [inA], stack: destroying }))).toEqual(leaveA);
    expect(decide(adopted, view({ connections: [inA], stack: stack(CLEANING_UP) }))).toEqual(leaveA);
  });

  test('in a rollback of a Create that moved it out of another LAG: moves it back there', () => {
    const moved: Request = { ...remove, physicalId: `${ID}/from/${C}` };
    const back = { do: 'associate', pair: { connectionId: ID, lagId: C }, movesFrom: A };
    expect(decide(moved, view({ connections: [inA], stack: stack('ROLLBACK_IN_PROGRESS') }))).toEqual(back);
    expect(decide(moved, view({ connections: [inA], stack: destroying }))).toEqual(leaveA);
  });

  describe('of an id that CloudFormation invented', () => {
    const invented: Request = { ...remove, physicalId: 'Network-M-1ABC' };

    test('succeeds without a call', () => {
      expect(decide(invented, view())).toEqual({ do: 'succeed', physicalId: 'Network-M-1ABC' });
    });

    test('takes away what a Create left behind whose answer did not count', () => {
      const standing = { earlierAssociations: [{ connectionId: ID, lagId: A }] };
      expect(decide(invented, view({ standing }))).toEqual({ do: 'describe connection', connectionId: ID });
      const known = view({ connections: [inA], stack: stack('ROLLBACK_IN_PROGRESS'), standing });
      expect(decide(invented, known)).toEqual(leaveA);
    });
  });

  test('a refusal is answered with the numbers of the LAG', () => {
    const failure = { problem: 'refused', call: leaveA, error: readError(refusal) } as const;
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

  describe('where the LAG asks for more links than would be left', () => {
    const lowering: Request = { ...remove, options: { ...options, lowerMinimumLinks: true } };
    const both = lag(A, { connections: [inA, connection({ connectionId: OTHER })], minimumLinks: 2 });

    test('and the template allows it, lowers the minimum to what is left, then disassociates', () => {
      const known = { connections: [inA], stack: destroying };
      expect(decide(lowering, view(known))).toEqual({ do: 'describe LAG', lagId: A });
      expect(decide(lowering, view({ ...known, lags: [both] }))).toEqual({
        do: 'lower minimum links',
        lagId: A,
        minimumLinks: 1,
      });
      expect(decide(lowering, view({ ...known, lags: [{ ...both, minimumLinks: 1 }] }))).toEqual(leaveA);
    });

    test('and it is the last member, disassociates: AWS lets the last one go', () => {
      const last = lag(A, { connections: [inA], minimumLinks: 1 });
      expect(decide(lowering, view({ connections: [inA], stack: destroying, lags: [last] }))).toEqual(leaveA);
    });

    test('and the template does not allow it, changes nothing about the LAG', () => {
      expect(decide(remove, view({ connections: [inA], stack: destroying, lags: [both] }))).toEqual(leaveA);
    });
  });
});

describe('waiting for the link', () => {
  const waiting = { ...options, waitForAvailable: 60 };
  const pending = connection({ lagId: A, connectionState: 'pending' });
  const step = { do: 'wait until available', connectionId: ID };

  test('is done after a Create and after a move, where the template asks for it', () => {
    expect(decide({ ...create, options: waiting }, view({ connections: [pending] }))).toEqual(step);
    const back: Request = { ...move, pair: create.pair, oldPair: { connectionId: ID, lagId: B }, options: waiting };
    expect(decide(back, view({ connections: [pending] }))).toEqual(step);
    expect(decide(create, view({ connections: [pending] }))).toMatchObject({ do: 'succeed' });
  });

  test('is not done for a pair that is in place', () => {
    const update: Request = { ...sameUpdate, options: waiting };
    expect(decide(update, view({ connections: [pending] }))).toMatchObject({ do: 'succeed' });
  });

  test('ends when it is available, or when the time is over', () => {
    const request: Request = { ...create, options: waiting };
    expect(decide(request, view({ connections: [connection({ lagId: A })] }))).toMatchObject({ do: 'succeed' });
    expect(decide(request, view({ connections: [pending], waitedForLink: true }))).toEqual({
      do: 'give up',
      failure: { problem: 'not available', seconds: 60, state: 'pending' },
    });
  });

  test('a move whose link does not come up is undone', () => {
    const failure = { problem: 'not available', seconds: 60, state: 'pending' } as const;
    const inB = connection({ lagId: B, connectionState: 'pending' });
    expect(decide({ ...move, options: waiting }, view({ connections: [inB], failure }))).toEqual({
      do: 'disassociate',
      pair: { connectionId: ID, lagId: B },
    });
    expect(decide({ ...move, options: waiting }, view({ connections: [connection()], failure }))).toEqual(joinA);
  });
});

describe('an event that may write nothing any more', () => {
  const standing = { barred: 'this event was answered before' };

  test('succeeds where its goal is reached', () => {
    expect(decide(create, view({ connections: [connection({ lagId: A })], standing }))).toMatchObject({
      do: 'succeed',
    });
  });

  test.each<[string, Request, Known]>([
    ['Create', create, { connections: [connection()], lags: [lag(A)] }],
    ['move', move, { connections: [connection({ lagId: A })], lags: [lag(B)] }],
    ['Delete', remove, { connections: [connection({ lagId: A })], stack: destroying }],
  ])('is given up where a %s would write', (_, request, known) => {
    expect(decide(request, view({ ...known, standing }))).toEqual({
      do: 'give up',
      failure: { problem: 'barred', why: 'this event was answered before' },
    });
  });

  test('puts nothing back', () => {
    const failure = { problem: 'barred', why: 'CloudFormation has sent a later event for this resource' } as const;
    expect(decide(move, view({ connections: [connection()], standing, failure }))).toMatchObject({ do: 'fail' });
  });
});
