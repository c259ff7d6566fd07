import { nextStep } from '../../../lambda/rules/next-step';
import { connection as connectionOf } from '../../support/network';
import {
  A,
  B,
  claim,
  connection,
  create,
  DESTROYING,
  ID,
  joinA,
  lag,
  members,
  move,
  OTHER,
  options,
  ROLLING_BACK,
  remove,
  sameUpdate,
  UPDATING,
  view,
} from '../../support/view';

const [THIRD, FOURTH] = ['dxcon-33333333', 'dxcon-44444444'] as const;
const all = [ID, OTHER, THIRD, FOURTH];
const four = (lagId: string) => all.map(id => connectionOf(id, { lagId }));
const inA = connection({ lagId: A });
const own = { [ID]: [claim({ physicalId: ID, places: [A] })] };
const held = { [A]: [], [B]: [] };
const planned = { ...options, members: all };
const refused = (why: string, lagId = A) => ({
  do: 'give up',
  failure: { problem: 'plan', lagId, why: expect.stringContaining(why) },
});

describe('four members that the stack moves to another LAG', () => {
  const moveAll = { ...move, options: planned };
  const known = { connections: [inA], claims: own, turns: held, stack: UPDATING };
  const minimum = (minimumLinks: number) => [lag(A, { minimumLinks, connections: four(A) }), lag(B)];

  test('are moved one after the other', () => {
    expect(nextStep(moveAll, view({ ...known, lags: minimum(0), carried: { [A]: [] } }))).toMatchObject({
      do: 'disassociate',
    });
  });

  test('are not moved where the minimum of the old LAG would stop the third', () => {
    const step = nextStep(moveAll, view({ ...known, lags: minimum(2) }));
    expect(step).toMatchObject(refused('4 of its 4 members leave, 0 operational links would be left'));
  });

  test('are not moved where the old LAG carries something, unless the template allows it', () => {
    const lags = minimum(0);
    expect(nextStep(moveAll, view({ ...known, lags }))).toEqual({ do: 'describe virtual interfaces', lagId: A });
    const carried = { [A]: ['dxvif-1'] };
    expect(nextStep(moveAll, view({ ...known, lags, carried }))).toMatchObject({ failure: { problem: 'plan' } });
    const allowed = { ...moveAll, options: { ...planned, allowOutage: true } };
    expect(nextStep(allowed, view({ ...known, lags, carried }))).toMatchObject({ do: 'disassociate' });
  });

  test('are not moved where the new LAG cannot take all of them', () => {
    const lags = [lag(A, { connections: four(A) }), lag(B, { connections: members(1) })];
    expect(nextStep(moveAll, view({ ...known, lags }))).toMatchObject(refused('a LAG takes 4', B));
    const [one, two, three, four4] = four(A);
    const elsewhere = [one, two, three, { ...four4, awsDeviceV2: 'EqFA5-other' }].flatMap(each => each ?? []);
    const unfit = [lag(A, { connections: elsewhere }), lag(B)];
    expect(nextStep(moveAll, view({ ...known, lags: unfit }))).toMatchObject(
      refused(`${FOURTH}: the connection is on`, B),
    );
  });

  test('go back in a rollback without a plan', () => {
    const lags = minimum(2);
    expect(nextStep(moveAll, view({ ...known, lags, stack: ROLLING_BACK }))).not.toMatchObject({ do: 'give up' });
  });

  test('are looked after by the first of them alone', () => {
    const second = { ...moveAll, options: { ...options, members: [OTHER, ID] } };
    expect(nextStep(second, view({ ...known, lags: minimum(2) }))).toMatchObject({ do: 'disassociate' });
  });
});

test('members that join are looked at one by one, before the first of them joins', () => {
  const joinAll = { ...create, options: { ...options, members: [ID, OTHER] } };
  const known = { connections: [connection()], lags: [lag(A)], turns: held, stack: UPDATING };
  expect(nextStep(joinAll, view(known))).toEqual({ do: 'describe connection', connectionId: OTHER });
  const seen = (other: Parameters<typeof connectionOf>[1]) => [connection(), connectionOf(OTHER, other)];
  expect(nextStep(joinAll, view({ ...known, connections: seen({}) }))).toEqual(joinA);
  expect(nextStep(joinAll, view({ ...known, connections: seen({ bandwidth: '1Gbps' }) }))).toMatchObject(
    refused(`${OTHER}: the connection has 1Gbps`),
  );
});

describe('members that an Update removes', () => {
  const fewer = {
    ...sameUpdate,
    onlyMembersDiffer: true as const,
    options: { ...options, members: [ID, OTHER] },
    oldMembers: all,
  };
  const known = { connections: [inA], claims: own, stack: UPDATING };

  test('are refused before any is touched where too few would be left', () => {
    const lags = [lag(A, { minimumLinks: 3, connections: four(A) })];
    expect(nextStep(fewer, view({ ...known, lags }))).toMatchObject(refused('2 of its 4 members leave, 2 operational'));
    const lowered = { ...fewer, options: { ...fewer.options, lowerMinimumLinks: true } };
    expect(nextStep(lowered, view({ ...known, lags }))).toMatchObject({ do: 'succeed' });
  });

  test('go where enough are left', () => {
    const lags = [lag(A, { minimumLinks: 2, connections: four(A) })];
    expect(nextStep(fewer, view({ ...known, lags }))).toMatchObject({ do: 'succeed' });
  });
});

test('members that were not counted by the release that deployed them are left as they are', () => {
  const counted = { ...sameUpdate, onlyMembersDiffer: true as const, options: planned };
  const known = { connections: [inA], claims: own, stack: UPDATING };
  const lags = [lag(A, { minimumLinks: 4, connections: four(A) })];
  expect(nextStep(counted, view({ ...known, lags }))).toMatchObject({ do: 'succeed' });
});

test('all members but one that an Update removes are refused where that one would be too few', () => {
  const last = { ...sameUpdate, onlyMembersDiffer: true as const, oldMembers: all };
  const known = { connections: [inA], claims: own, stack: UPDATING };
  const lags = [lag(A, { minimumLinks: 2, connections: four(A) })];
  expect(nextStep(last, view({ ...known, lags }))).toMatchObject(refused('3 of its 4 members leave, 1 operational'));
  // Which of the others stay the template cannot tell.
  const untold = { ...last, options: { ...options, hasUnknownMembers: true as const } };
  expect(nextStep(untold, view({ ...known, lags }))).toMatchObject({ do: 'succeed' });
});

test('what would leave fewer operational links than minLinksInService is refused before the first goes', () => {
  const request = { ...move, options: { ...planned, minLinksInService: 3 } };
  const lags = [lag(A, { connections: four(A) }), lag(B)];
  const known = { connections: [inA], claims: own, turns: held, stack: UPDATING, lags };
  expect(nextStep(request, view(known))).toMatchObject(refused('and minLinksInService asks for at least 3'));
});

describe('a connection that another one comes in place of', () => {
  const swap = { ...sameUpdate, connectionId: OTHER, pair: { connectionId: OTHER, lagId: A } };
  const known = { claims: own, turns: held, stack: UPDATING, carried: { [A]: ['dxvif-1'] } };
  const lags = [lag(A, { connections: [inA] })];
  const withOther = (connectionState: 'available' | 'requested') => ({
    ...known,
    lags,
    connections: [inA, connectionOf(OTHER, { connectionState })],
  });

  test('does not go where the other one is only ordered, and interfaces would be left without a link', () => {
    const step = nextStep(swap, view(withOther('requested')));
    expect(step).toMatchObject(refused('no operational link would be left, and it carries dxvif-1'));
    const allowed = { ...swap, options: { ...options, allowOutage: true } };
    expect(nextStep(allowed, view(withOther('requested')))).toMatchObject({ do: 'associate' });
  });

  test('goes where the other one is up', () => {
    expect(nextStep(swap, view(withOther('available')))).toMatchObject({ do: 'associate' });
  });
});

test('members that Creates take out of another LAG leave together, or not at all', () => {
  const takeAll = { ...create, options: { ...options, allowMove: true, members: [ID, OTHER] } };
  const inB = [connection({ lagId: B }), connectionOf(OTHER, { lagId: B })];
  const known = { connections: inB, turns: held, stack: UPDATING, carried: { [B]: ['dxvif-1'] } };
  const lags = [lag(A), lag(B, { connections: inB })];
  expect(nextStep(takeAll, view({ ...known, lags }))).toMatchObject(refused('it carries dxvif-1', B));
  const more = [lag(A), lag(B, { connections: [...inB, connectionOf(THIRD, { lagId: B })] })];
  expect(nextStep(takeAll, view({ ...known, lags: more }))).toMatchObject({ do: 'associate' });
});

describe('a stack that is deleted', () => {
  const removeAll = { ...remove, options: planned };
  const known = { connections: [inA], claims: own, turns: held, stack: DESTROYING };

  test('does not take out one member where the minimum links would not let the last ones go', () => {
    const lags = [lag(A, { minimumLinks: 2, connections: four(A) })];
    expect(nextStep(removeAll, view({ ...known, lags }))).toMatchObject(refused('4 of its 4 members leave'));
  });

  test('takes out all where they do', () => {
    const lags = [lag(A, { minimumLinks: 1, connections: four(A) })];
    expect(nextStep(removeAll, view({ ...known, lags }))).toMatchObject({ do: 'disassociate' });
  });
});
