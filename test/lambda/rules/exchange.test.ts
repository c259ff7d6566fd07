import { decide } from '../../../lambda/rules/decide';
import { connection as connectionOf } from '../../support/network';
import {
  A,
  B,
  claim,
  claimOfRenamed,
  connection,
  ID,
  lag,
  leaveA,
  leaveOther,
  members,
  OTHER,
  options,
  ROLLING_BACK,
  sameUpdate,
  swap,
  UPDATING,
  view,
} from '../../support/view';

/** A sibling's. */
const LEAVES = 'dxcon-33333333';
const SIBLING = 'dxcon-44444444';

/** The membership gives ID up for OTHER; a sibling gives LEAVES up for ID. */
const passOn = { ...swap, options: { ...options, members: [OTHER, ID] }, oldMembers: [ID, LEAVES] };
const inA = (connectionId: string) => connectionOf(connectionId, { lagId: A });
const full = lag(A, { connections: [...members(2), inA(ID), inA(LEAVES)] });
const standalone = connectionOf(OTHER);
const known = { connections: [standalone], lags: [full], stack: UPDATING };
const ofSibling = claimOfRenamed(A, { event: { requestId: 'before', requestType: 'Create', sentAt: 1 } });
const takeOut = { do: 'disassociate', pair: { connectionId: LEAVES, lagId: A } };

describe('an Update to another connection, in a full LAG, whose old one passes on to a sibling', () => {
  test('takes out the one that the sibling gives up, once its record is read', () => {
    expect(decide(passOn, view(known))).toEqual({ do: 'read record', connectionId: LEAVES });
    expect(decide(passOn, view({ ...known, claims: { [LEAVES]: [ofSibling] } }))).toEqual(takeOut);
  });

  test('takes out none that another stack declares', () => {
    const others = { ...ofSibling, stackId: 'another' };
    expect(decide(passOn, view({ ...known, claims: { [LEAVES]: [others] } }))).toMatchObject({ do: 'give up' });
  });

  test('takes out its own old one where that leaves too', () => {
    const both = { ...passOn, options: { ...options, members: [OTHER, SIBLING] } };
    expect(decide(both, view(known))).toEqual(leaveA);
  });
});

test('where an Update before was never answered, only the physical id names what goes out', () => {
  const again = { ...sameUpdate, physicalId: OTHER };
  const joined = claim({ physicalId: OTHER, places: [A], found: {} });
  const unanswered = {
    connections: [connection()],
    lags: [lag(A, { connections: [...members(3), inA(OTHER)] })],
    stack: ROLLING_BACK,
    claims: { [OTHER]: [joined] },
  };
  expect(decide(again, view(unanswered))).toEqual(leaveOther);
});

test('in a rollback, what the membership had found in the LAG makes no room', () => {
  const back = {
    ...swap,
    connectionId: ID,
    pair: { connectionId: ID, lagId: A },
    oldPair: { connectionId: OTHER, lagId: A },
    physicalId: OTHER,
  };
  const full4 = {
    connections: [connection()],
    lags: [lag(A, { connections: [...members(3), inA(OTHER)] })],
    stack: ROLLING_BACK,
    waitedForSlot: true,
  };
  const having = (found: { lagId?: string }) => ({ [OTHER]: [claim({ physicalId: OTHER, places: [A], found })] });
  expect(decide(back, view({ ...full4, claims: having({}) }))).toEqual(leaveOther);
  expect(decide(back, view({ ...full4, claims: having({ lagId: A }) }))).toMatchObject({ do: 'give up' });
});

test('in a rollback, what goes out in the clean-up makes room for a connection that comes back to its LAG', () => {
  const back = {
    ...sameUpdate,
    oldPair: { connectionId: ID, lagId: B },
    options: { ...options, members: [ID, SIBLING] },
  };
  const taken = {
    connections: [connection()],
    lags: [lag(A, { connections: [...members(2), inA(SIBLING), inA(LEAVES)] })],
    stack: ROLLING_BACK,
  };
  const others = Object.fromEntries(members(2).map(({ connectionId = '' }) => [connectionId, []]));
  expect(decide(back, view({ ...taken, claims: { ...others, [LEAVES]: [{ ...ofSibling, givenUp: true }] } }))).toEqual(
    takeOut,
  );
  const foreign = { ...others, [LEAVES]: [{ ...ofSibling, givenUp: true, stackId: 'another' }], [SIBLING]: [] };
  expect(decide(back, view({ ...taken, claims: foreign }))).toMatchObject({ do: 'wait for a slot' });
  const kept = { ...foreign, [LEAVES]: [{ ...ofSibling, givenUp: true, retained: true }] };
  expect(decide(back, view({ ...taken, claims: kept }))).toMatchObject({ do: 'wait for a slot' });
  const held = { ...foreign, [LEAVES]: [ofSibling] };
  expect(decide(back, view({ ...taken, claims: held }))).toMatchObject({ do: 'wait for a slot' });
});

describe('what made room', () => {
  const mark = claim({ gone: 2_000, moves: [{ by: 'update', at: 2_000, from: { lagId: A } }] });
  const out = { claims: { [LEAVES]: [ofSibling, mark], [SIBLING]: [] } };
  const giveBack = { do: 'associate', pair: { connectionId: LEAVES, lagId: A } };
  /** The membership has OTHER by now. */
  const back = {
    ...swap,
    connectionId: ID,
    pair: { connectionId: ID, lagId: A },
    oldPair: { connectionId: OTHER, lagId: A },
    physicalId: OTHER,
    options: { ...options, members: [ID, LEAVES] },
    oldMembers: [OTHER, ID],
  };
  const before = {
    ...out,
    connections: [connection({ lagId: A }), connectionOf(LEAVES), inA(OTHER)],
    stack: ROLLING_BACK,
  };

  test('goes back where the Update fails', () => {
    const failure = { problem: 'not available', seconds: 30, state: 'down' } as const;
    const failed = {
      ...out,
      connections: [standalone, connection({ lagId: A }), connectionOf(LEAVES)],
      lags: [lag(A, { connections: members(2) })],
      stack: UPDATING,
      failure,
    };
    expect(decide(passOn, view(failed))).toEqual(giveBack);
  });

  test('goes back in a rollback, when the one that it made room for is out', () => {
    const lags = [lag(A, { connections: [...members(2), inA(ID), inA(OTHER)] })];
    expect(decide(back, view({ ...before, lags }))).toEqual({
      do: 'disassociate',
      pair: { connectionId: OTHER, lagId: A },
    });
    expect(decide(back, view({ ...before, lags: [lag(A, { connections: members(3) })] }))).toEqual(giveBack);
  });

  test('is left to its own membership where that has had an event since', () => {
    const later = { ...ofSibling, event: { ...ofSibling.event, sentAt: 3 } };
    const claims = { [LEAVES]: [later, mark] };
    const lags = [lag(A, { connections: members(3) })];
    expect(decide(back, view({ ...before, lags, claims }))).toMatchObject({ do: 'succeed' });
  });
});
