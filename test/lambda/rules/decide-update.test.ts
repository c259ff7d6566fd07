import { readError } from '../../../lambda/aws/errors';
import { decide } from '../../../lambda/rules/decide';
import {
  A,
  B,
  C,
  CLEANING_UP,
  claim,
  claimOfRenamed,
  connection,
  create,
  DESTROYING,
  ID,
  joinA,
  joinB,
  joinOther,
  lag,
  leaveA,
  leaveOther,
  members,
  move,
  OTHER,
  options,
  refusal,
  sameUpdate,
  swap,
  UPDATING,
  view,
} from '../../support/view';

const inA = connection({ lagId: A });

describe('Update of the same pair', () => {
  test('in place: no write', () => {
    expect(decide(sameUpdate, view({ connections: [inA] }))).toMatchObject({ do: 'succeed', physicalId: ID });
  });

  test('keeps the physical id, whatever it says', () => {
    const physicalId = `${ID}/from/${C}`;
    expect(decide({ ...sameUpdate, physicalId }, view({ connections: [inA] }))).toMatchObject({ physicalId });
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

describe('Update in which only the other members of the stack differ', () => {
  const beside = { ...sameUpdate, onlyMembersDiffer: true as const };
  const unasked = { do: 'succeed', physicalId: ID };

  test.each([
    ['in place', inA],
    ['standalone, because somebody removed it', connection()],
    ['where somebody has put it', connection({ lagId: C })],
    ['deleted', connection({ connectionState: 'deleted' })],
  ])('%s: no write', (_, found) => {
    expect(decide(beside, view({ connections: [found], lags: [lag(A)] }))).toMatchObject(unasked);
    const joined = { connections: [found], lags: [lag(A)], wrote: { [ID]: { lagId: A } } };
    expect(decide(beside, view(joined))).toMatchObject(unasked);
  });

  test('standalone, because an event before left it there: associates again', () => {
    const left = { connections: [connection()], lags: [lag(A)], wrote: { [ID]: {} } };
    expect(decide(beside, view(left))).toEqual(joinA);
  });
});

describe('Update to another LAG', () => {
  test('the new LAG is looked at before the old one is left', () => {
    expect(decide(move, view({ connections: [inA] }))).toEqual({ do: 'describe LAG', lagId: B });
  });

  test('a new LAG that cannot take the connection: the old one is not left', () => {
    const full = lag(B, { connections: members(4) });
    const known = { connections: [inA], lags: [full] };
    expect(decide(move, view(known))).toEqual({ do: 'describe stack' });
    expect(decide(move, view({ ...known, stack: UPDATING }))).toMatchObject({ do: 'give up' });
    const unfit = lag(B, { awsDeviceV2: 'EqFA5-2xyz' });
    expect(decide(move, view({ connections: [inA], lags: [unfit] }))).toMatchObject({ do: 'give up' });
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

  test('in a third LAG, where somebody put it: is refused, or taken out of there where a move is allowed', () => {
    const known = { connections: [connection({ lagId: C })], lags: [lag(B)] };
    expect(decide(move, view(known))).toEqual({ do: 'describe stack' });
    expect(decide(move, view({ ...known, stack: UPDATING }))).toEqual({
      do: 'give up',
      failure: { problem: 'in another LAG', lagId: C },
    });
    const allowed = { ...move, options: { ...options, allowMove: true } };
    expect(decide(allowed, view(known))).toEqual({ ...joinB, movesFrom: C });
  });

  test('in a third LAG, where an event that CloudFormation did not wait for has put it: leaves that', () => {
    const claims = { [ID]: [claim({ physicalId: ID, places: [A, C] })] };
    const known = view({ connections: [connection({ lagId: C })], lags: [lag(B)], claims });
    expect(decide(move, known)).toEqual({ do: 'disassociate', pair: { connectionId: ID, lagId: C } });
  });

  test('a failure after leaving puts the connection back, then fails', () => {
    const failure = { problem: 'refused', call: joinB, error: readError(refusal) } as const;
    const known = { stack: UPDATING, failure };
    expect(decide(move, view({ connections: [connection()], failure }))).toEqual({ do: 'describe stack' });
    expect(decide(move, view({ ...known, connections: [connection()] }))).toEqual(joinA);
    const back = decide(move, view({ ...known, connections: [inA] }));
    expect(back).toMatchObject({ do: 'fail', physicalId: ID });
    expect(back).toHaveProperty('reason', expect.stringContaining(`${ID} is now in LAG ${A} and available.`));
  });

  test('where putting back is refused too, the answer says where the connection is now', () => {
    const failure = { problem: 'refused', call: joinB, error: readError(refusal) } as const;
    const known = { connections: [connection()], stack: UPDATING, failure, refused: [[joinA, refusal]] } as const;
    const step = decide(move, view(known));
    expect(step).toMatchObject({ do: 'fail' });
    expect(step).toHaveProperty('reason', expect.stringContaining(`${ID} is now standalone and available.`));
  });
});

describe('Update to another connection', () => {
  const joined = connection({ connectionId: OTHER, lagId: A });
  const standalone = connection({ connectionId: OTHER });
  const full = lag(A, { connections: [inA, ...members(3)] });
  /** As the Update itself has begun it: the old connection is given up for the new one. */
  const given = { [ID]: [claim({ physicalId: ID, places: [A], replacement: OTHER })] };
  const put = { [OTHER]: [claim({ found: {}, places: [A] })] };

  test('is a Create of the new connection, with its id as the new physical id', () => {
    expect(decide(swap, view())).toEqual({ do: 'describe connection', connectionId: OTHER });
    expect(decide(swap, view({ connections: [joined], claims: put, others: [ID] }))).toEqual({
      do: 'succeed',
      physicalId: OTHER,
      connection: joined,
    });
    expect(decide(swap, view({ connections: [joined], others: [ID] }))).toMatchObject({
      physicalId: `${OTHER}/adopted`,
    });
  });

  test('back to a connection that the resource had before: its id is the one it had', () => {
    const back = { ...swap, pair: create.pair, connectionId: ID, oldPair: swap.pair, physicalId: OTHER };
    expect(decide(back, view({ connections: [inA], claims: given, others: [OTHER] }))).toMatchObject({
      do: 'succeed',
      physicalId: ID,
    });
  });

  test('the new one goes in first where there is a free slot', () => {
    const known = view({ connections: [standalone], lags: [lag(A, { connections: [inA] })] });
    expect(decide(swap, known)).toEqual(joinOther);
  });

  test('in a full LAG the old one goes out first, and no other', () => {
    expect(decide(swap, view({ connections: [standalone], lags: [full] }))).toEqual(leaveA);
    const fullOfOthers = lag(A, { connections: members(4) });
    const known = { connections: [standalone], lags: [fullOfOthers], stack: UPDATING };
    expect(decide(swap, view(known))).toMatchObject({ do: 'give up' });
  });

  test('the old one stays where it has passed on to another resource of the stack', () => {
    const renamed = claimOfRenamed(A);
    const known = { connections: [standalone], lags: [full], claims: { [ID]: [renamed] } };
    expect(decide(swap, view(known))).toEqual({ do: 'describe stack' });
    const told = { ...known, stack: CLEANING_UP };
    expect(decide(swap, view(told))).toMatchObject({ do: 'describe resource', owner: renamed });
    expect(decide(swap, view({ ...told, resources: [[renamed, true]] }))).toMatchObject({ do: 'give up' });
    expect(decide(swap, view({ ...told, resources: [[renamed, false]] }))).toEqual(leaveA);
    expect(decide(swap, view({ ...known, stack: DESTROYING }))).toEqual(leaveA);
  });

  test('the old one stays where somebody has put it into the full LAG, of which CloudFormation does not know', () => {
    const fromB = { ...swap, oldPair: { connectionId: ID, lagId: B } };
    const known = { connections: [standalone], lags: [full], stack: UPDATING };
    expect(decide(fromB, view(known))).toMatchObject({ do: 'give up' });
  });

  test('the old one stays where more than the slot is missing', () => {
    const elsewhere = connection({ connectionId: OTHER, awsDeviceV2: 'EqFA5-2xyz' });
    expect(decide(swap, view({ connections: [elsewhere], lags: [full] }))).toMatchObject({ do: 'give up' });
  });

  test('a failure after the old one went out puts it in again', () => {
    const failure = { problem: 'refused', call: joinOther, error: readError(refusal) } as const;
    const known = { connections: [standalone, connection()], stack: UPDATING, failure };
    expect(decide(swap, view(known))).toEqual(joinA);
  });

  describe('that fails after the new one went in', () => {
    const failure = { problem: 'not available', seconds: 1, state: 'pending' } as const;

    test('takes it out again, but not where it was found there', () => {
      const known = { connections: [joined, inA], stack: UPDATING, failure };
      expect(decide(swap, view({ ...known, claims: put }))).toEqual(leaveOther);
      const adopted = { [OTHER]: [claim({ found: { lagId: A }, places: [A] })] };
      expect(decide(swap, view({ ...known, claims: adopted }))).toMatchObject({ do: 'fail', physicalId: ID });
      expect(decide(swap, view(known))).toMatchObject({ do: 'fail', physicalId: ID });
    });

    test('moves it back where it was found', () => {
      const claims = { [OTHER]: [claim({ found: { lagId: C }, places: [A] })] };
      const known = { connections: [joined, inA], stack: UPDATING, failure, claims };
      expect(decide(swap, view(known))).toEqual({ do: 'describe LAG', lagId: C });
      expect(decide(swap, view({ ...known, lags: [lag(C)] }))).toEqual({
        do: 'associate',
        pair: { connectionId: OTHER, lagId: C },
        movesFrom: A,
      });
    });
  });

  describe('that CloudFormation did not wait for, and takes back', () => {
    // It knows of the first connection alone; the old properties are those of the update that it gave up.
    const back = { ...swap, connectionId: ID, pair: create.pair, oldPair: swap.pair };
    const left = { claims: { ...given, ...put }, others: [OTHER] };

    test('takes out what that update had put in', () => {
      expect(decide(back, view({ ...left, connections: [inA] }))).toEqual({
        do: 'describe connection',
        connectionId: OTHER,
      });
      expect(decide(back, view({ ...left, connections: [inA, joined] }))).toEqual(leaveOther);
      expect(decide(back, view({ ...left, connections: [inA, standalone] }))).toMatchObject({
        do: 'succeed',
        physicalId: ID,
      });
    });

    test('moves it back where that update had moved it from', () => {
      const claims = { ...given, [OTHER]: [claim({ found: { lagId: C }, places: [A] })] };
      expect(decide(back, view({ claims, others: [OTHER], connections: [inA, joined], lags: [lag(C)] }))).toEqual({
        do: 'associate',
        pair: { connectionId: OTHER, lagId: C },
        movesFrom: A,
      });
    });

    test('leaves what another membership declares by now', () => {
      const renamed = claimOfRenamed(A);
      const claims = { ...given, [OTHER]: [...put[OTHER], renamed] };
      const known = { claims, others: [OTHER], connections: [inA, joined], stack: CLEANING_UP };
      expect(decide(back, view(known))).toMatchObject({ do: 'describe resource', owner: renamed });
      expect(decide(back, view({ ...known, resources: [[renamed, false]] }))).toEqual(leaveOther);
      expect(decide(back, view({ ...known, resources: [[renamed, true]] }))).toMatchObject({ do: 'succeed' });
    });

    test.each([
      [
        'what that update had found there',
        { ...left, claims: { [OTHER]: [claim({ found: { lagId: A }, places: [A] })] }, connections: [inA, joined] },
      ],
      [
        'what somebody has put elsewhere since',
        { ...left, connections: [inA, connection({ connectionId: OTHER, lagId: C })] },
      ],
      ['what is no more', { ...left, connections: [inA, OTHER] }],
    ])('leaves %s', (_, known) => {
      expect(decide(back, view(known))).toMatchObject({ do: 'succeed', physicalId: ID });
    });

    test('and that fails: puts nothing into the place of a connection that CloudFormation does not know of', () => {
      const failure = { problem: 'refused', call: joinA, error: readError(refusal) } as const;
      const known = view({ ...left, connections: [connection(), standalone], failure });
      expect(decide(back, known)).toMatchObject({ do: 'fail', physicalId: ID });
    });
  });

  test('keeps the old physical id where it fails', () => {
    const failure = { problem: 'connection gone', connectionId: OTHER } as const;
    const known = { connections: [OTHER, inA], stack: UPDATING, failure };
    expect(decide(swap, view(known))).toMatchObject({ do: 'fail', physicalId: ID });
  });
});

test('a failed event that the time for putting back is over for too leaves things as they are', () => {
  const failure = { problem: 'out of time', tried: '' } as const;
  const known = view({ connections: [connection()], failure, outOfTime: true });
  expect(decide(move, known)).toMatchObject({ do: 'fail' });
});
