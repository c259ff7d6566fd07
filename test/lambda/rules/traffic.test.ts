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
  leaveA,
  members,
  move,
  OTHER,
  options,
  ROLLING_BACK,
  remove,
  UPDATING,
  view,
} from '../../support/view';

const inA = connection({ lagId: A });
const up = connectionOf(OTHER, { lagId: A });
const pending = connectionOf(OTHER, { lagId: A, connectionState: 'pending' });
const down = connectionOf(OTHER, { lagId: A, connectionState: 'down' });
const two = (other = up) => lag(A, { connections: [inA, other] });
const own = { [ID]: [claim({ physicalId: ID, found: {}, places: [A] })] };
const turn = (...lagIds: string[]) => ({ do: 'take a turn', lagIds, connectionId: ID, most: 1 });
const waits = (...behind: string[]) => ({ do: 'wait for a turn', behind });
const held = { [A]: [], [B]: [] };

describe('before a link that is up is interrupted', () => {
  test('the event takes a turn for the LAGs that it leaves and joins', () => {
    const leaving = { connections: [inA], claims: own };
    expect(nextStep(remove, view(leaving))).toEqual({ do: 'describe LAG', lagId: A });
    expect(nextStep(remove, view({ ...leaving, lags: [two()] }))).toEqual(turn(A));
    expect(nextStep(remove, view({ ...leaving, lags: [two()], turns: held }))).toEqual(leaveA);
    expect(nextStep(create, view({ connections: [connection()], lags: [lag(A)] }))).toEqual(turn(A));
    const moving = { connections: [inA], lags: [two(), lag(B)], claims: own };
    expect(nextStep(move, view(moving))).toEqual(turn(A, B));
    expect(nextStep(move, view({ ...moving, turns: { [A]: [] } }))).toEqual(turn(A, B));
  });

  test('one that is not up takes none', () => {
    const requested = connection({ connectionState: 'requested' });
    expect(nextStep(create, view({ connections: [requested], lags: [lag(A)] }))).toEqual(joinA);
  });

  test('one that is pending takes one: it may be up by the time of the write', () => {
    const joining = connection({ connectionState: 'pending' });
    expect(nextStep(create, view({ connections: [joining], lags: [lag(A)] }))).toEqual(turn(A));
    const known = { connections: [joining], lags: [lag(A, { connections: [pending] })] };
    expect(nextStep(create, view(known))).toMatchObject(waits(OTHER));
  });

  test('one that is pending does not leave a LAG that carries something without a link either', () => {
    const leaving = connection({ lagId: B, connectionState: 'pending' });
    const request = { ...create, options: { ...options, allowMove: true } };
    const known = {
      connections: [leaving],
      lags: [lag(A), lag(B, { connections: [leaving] })],
      carried: { [B]: ['dxvif-00000001'] },
    };
    expect(nextStep(request, view(known))).toMatchObject({ failure: { problem: 'outage', lagId: B } });
  });

  test('another link of the LAG that is pending is waited for', () => {
    const known = { connections: [inA], lags: [two(pending)], claims: own, stack: UPDATING };
    expect(nextStep(remove, view(known))).toMatchObject(waits(OTHER));
    expect(nextStep(remove, view({ ...known, waitedForTurn: true }))).toMatchObject({
      failure: { problem: 'no turn', behind: [OTHER], most: 1 },
    });
  });

  test('another link that an event interrupts is waited for, though it is not seen yet', () => {
    const known = { connections: [connection()], lags: [lag(A)], turns: { [A]: [OTHER] } };
    expect(nextStep(create, view(known))).toMatchObject(waits(OTHER));
  });

  test('more may be down where the template says so', () => {
    const request = { ...remove, options: { ...options, maxUnavailable: 2 } };
    const third = connectionOf('dxcon-33333333', { lagId: A });
    const lags = [lag(A, { connections: [inA, pending, third] })];
    expect(nextStep(request, view({ connections: [inA], lags, claims: own, turns: held }))).toEqual(leaveA);
  });

  test('a link that is down for good keeps others from leaving, but neither from joining nor from going with the stack', () => {
    const leaving = { connections: [inA], lags: [lag(A, { connections: [inA, down, ...members(1, { lagId: A })] })] };
    const known = { ...leaving, claims: own, turns: held };
    expect(nextStep(remove, view({ ...known, stack: UPDATING }))).toMatchObject(waits(OTHER));
    expect(nextStep(remove, view({ ...known, stack: DESTROYING }))).toEqual(leaveA);
    expect(nextStep(create, view({ connections: [connection()], lags: [two(down)], turns: held }))).toEqual(joinA);
  });

  test('a removal with the whole stack waits, and then goes on regardless: its function would be gone at the next try', () => {
    const lags = [lag(A, { connections: [inA, pending, ...members(1, { lagId: A })] })];
    const known = { connections: [inA], lags, claims: own, stack: DESTROYING, turns: held };
    expect(nextStep(remove, view(known))).toMatchObject(waits(OTHER));
    expect(nextStep(remove, view({ ...known, waitedForTurn: true }))).toEqual(leaveA);
  });

  test('a rollback waits, and then goes on regardless', () => {
    const back = { ...move, pair: create.pair, oldPair: { connectionId: ID, lagId: B } };
    const inB = connection({ lagId: B });
    const known = {
      connections: [inB],
      lags: [lag(B, { connections: [inB, ...members(1, { lagId: B })] }), lag(A, { connections: [pending] })],
      claims: { [ID]: [claim({ physicalId: ID, places: [A, B] })] },
      stack: ROLLING_BACK,
      turns: held,
    };
    expect(nextStep(back, view(known))).toMatchObject(waits(OTHER));
    expect(nextStep(back, view({ ...known, waitedForTurn: true }))).toMatchObject({ do: 'disassociate' });
  });
});

describe('so many links stay operational', () => {
  test("as the LAG's minimum asks for: AWS is not asked to refuse it", () => {
    const lags = [lag(A, { minimumLinks: 2, connections: [inA, up] })];
    expect(nextStep(remove, view({ connections: [inA], lags, claims: own }))).toMatchObject({
      failure: { problem: 'too few links', operational: 1, least: 2, asked: 'the LAG' },
    });
  });

  test('but the last member may leave, whatever the minimum', () => {
    const lags = [lag(A, { minimumLinks: 2, connections: [inA] })];
    const operation = { stack: DESTROYING, completedBefore: 1_000 };
    const known = { connections: [inA], lags, claims: own, turns: held, operation };
    expect(nextStep(remove, view(known))).toEqual(leaveA);
  });

  test('as the template asks for', () => {
    const request = { ...remove, options: { ...options, minLinksInService: 2 } };
    const known = { connections: [inA], lags: [two()], claims: own, stack: UPDATING, turns: held };
    expect(nextStep(request, view(known))).toMatchObject({ do: 'wait for a turn' });
    expect(nextStep(request, view({ ...known, waitedForTurn: true }))).toMatchObject({
      failure: { problem: 'too few links', operational: 1, least: 2, asked: 'minLinksInService' },
    });
  });
});

describe('the last operational link of a LAG', () => {
  const alone = { connections: [inA], lags: [lag(A, { connections: [inA] }), lag(B)], claims: own };
  const carries = { [A]: ['dxvif-1'] };

  test('is moved where the LAG carries nothing', () => {
    expect(nextStep(move, view(alone))).toEqual({ do: 'describe virtual interfaces', lagId: A });
    expect(nextStep(move, view({ ...alone, carried: { [A]: [] }, turns: held }))).toEqual(leaveA);
  });

  test('is not moved where it carries something, unless the template allows it', () => {
    expect(nextStep(move, view({ ...alone, carried: carries, stack: UPDATING }))).toMatchObject({
      do: 'give up',
      failure: { problem: 'outage', connectionId: ID, lagId: A, carries: ['dxvif-1'] },
    });
    const allowed = { ...move, options: { ...options, allowOutage: true } };
    expect(nextStep(allowed, view({ ...alone, turns: held }))).toEqual(leaveA);
  });

  test('is not moved by a Create either', () => {
    const request = { ...create, pair: { connectionId: ID, lagId: B }, options: { ...options, allowMove: true } };
    const { claims: _, ...known } = alone;
    expect(nextStep(request, view({ ...known, carried: carries }))).toMatchObject({ failure: { problem: 'outage' } });
  });

  test('is not the last where another event is just interrupting the other one: that is waited for first', () => {
    const known = { ...alone, lags: [two(), lag(B)], carried: carries, stack: UPDATING };
    const request = { ...move, options: { ...options, maxUnavailable: 2 } };
    const interrupted = { ...known, turns: { [A]: [OTHER], [B]: [] } };
    expect(nextStep(request, view({ ...known, turns: held }))).toEqual(leaveA);
    expect(nextStep(request, view(interrupted))).toMatchObject(waits(OTHER));
    expect(nextStep(request, view({ ...interrupted, waitedForTurn: true }))).toMatchObject({
      failure: { problem: 'outage', connectionId: ID },
    });
  });

  test('is left where traffic runs by a rollback, and taken out by a removal', () => {
    const rolled = { ...alone, carried: carries, turns: held, operation: { stack: ROLLING_BACK } };
    expect(nextStep(remove, view(rolled))).toMatchObject({
      do: 'succeed',
      because: expect.stringContaining('dxvif-1'),
    });
    const removed = { ...rolled, operation: { stack: DESTROYING, completedBefore: 1_000 } };
    expect(nextStep(remove, view(removed))).toEqual(leaveA);
  });
});

test('another connection that carries traffic is left where it does, and the event goes on with its own', () => {
  const other = connectionOf(OTHER, { lagId: A });
  const known = {
    connections: [other, connection({ lagId: B })],
    lags: [lag(A, { connections: [other] }), lag(B, { connections: [connection({ lagId: B })] })],
    claims: {
      [OTHER]: [claim({ found: {}, places: [A], event: { requestId: 'before', requestType: 'Update' } })],
      [ID]: [claim({ physicalId: ID, found: {}, places: [B] })],
    },
    others: [OTHER],
    carried: { [A]: ['dxvif-1'], [B]: [] },
    turns: held,
    operation: { stack: ROLLING_BACK },
    stack: ROLLING_BACK,
  };
  const outage = {
    problem: 'outage',
    connectionId: OTHER,
    last: 'operational link',
    lagId: A,
    carries: ['dxvif-1'],
  } as const;
  expect(nextStep(remove, view(known))).toEqual({ do: 'leave', outage });
  expect(nextStep(remove, view({ ...known, left: [outage] }))).toEqual({
    do: 'disassociate',
    pair: { connectionId: ID, lagId: B },
  });
});

describe('after a link that was up was interrupted', () => {
  const back = connection({ lagId: A, connectionState: 'pending' });
  const joined = { connections: [back], interrupted: [ID] };

  test('the event waits for it, as long as there is time', () => {
    expect(nextStep(create, view(joined))).toEqual({ do: 'wait until available', connectionId: ID });
    expect(nextStep(create, view({ connections: [back] }))).toMatchObject({ do: 'succeed' });
  });

  test('one that is still pending is no failure, and one that is down is', () => {
    expect(nextStep(create, view({ ...joined, waitedForLink: true }))).toMatchObject({ do: 'succeed' });
    const dead = { ...joined, connections: [connection({ lagId: A, connectionState: 'down' })], waitedForLink: true };
    expect(nextStep(create, view(dead))).toMatchObject({ failure: { problem: 'not available', state: 'down' } });
  });

  test('the event does not wait where the template says so', () => {
    const request = { ...create, options: { ...options, waitForAvailable: 0 } };
    expect(nextStep(request, view(joined))).toMatchObject({ do: 'succeed' });
  });

  test('a Delete has waited, and succeeds either way', () => {
    const out = { connections: [connection({ connectionState: 'pending' })], interrupted: [ID], claims: own };
    expect(nextStep(remove, view(out))).toEqual({ do: 'wait until available', connectionId: ID });
    expect(nextStep(remove, view({ ...out, waitedForLink: true }))).toMatchObject({ do: 'succeed' });
  });
});

test('a link that an event has interrupted besides its own is waited for, too', () => {
  const known = { connections: [connection({ lagId: A })], interrupted: [OTHER], claims: own };
  expect(nextStep(create, view(known))).toEqual({ do: 'describe connection', connectionId: OTHER });
  const leftPending = connectionOf(OTHER, { connectionState: 'pending' });
  const seen = { ...known, connections: [...known.connections, leftPending] };
  expect(nextStep(create, view(seen))).toEqual({ do: 'wait until available', connectionId: OTHER });
  expect(nextStep(create, view({ ...seen, waitedForLink: true }))).toMatchObject({ do: 'succeed' });
});

describe('a link that is down, and brought its interfaces into a LAG without other members', () => {
  const dead = connection({ lagId: A, connectionState: 'down' });
  const rolledBack = {
    connections: [dead],
    lags: [lag(A, { connections: [dead] })],
    claims: own,
    operation: { stack: ROLLING_BACK },
    stack: ROLLING_BACK,
  };

  test('stays there in a rollback: it may come up again', () => {
    const step = nextStep(remove, view({ ...rolledBack, carried: { [A]: ['dxvif-1'] } }));
    expect(step).toMatchObject({ do: 'succeed', because: `${ID} is the last member of ${A}, which carries dxvif-1` });
  });

  test('goes where nothing has come with it, or where somebody removes it', () => {
    expect(nextStep(remove, view({ ...rolledBack, carried: { [A]: [] } }))).toEqual(leaveA);
    const removal = { operation: { stack: DESTROYING, completedBefore: 9e15 }, stack: DESTROYING };
    const known = { ...rolledBack, ...removal, carried: { [A]: ['dxvif-1'] } };
    expect(nextStep(remove, view(known))).toEqual(leaveA);
  });
});

test('an Update to another LAG has AWS move the connection at once where the template says so, unless AWS refuses', () => {
  const request = { ...move, options: { ...options, reassociate: true } };
  const known = { connections: [inA], lags: [two(), lag(B)], claims: own, turns: held };
  const atOnce = { do: 'associate', pair: { connectionId: ID, lagId: B }, movesFrom: A } as const;
  expect(nextStep(request, view(known))).toEqual(atOnce);
  const error = Object.assign(new Error('No.'), { name: 'DirectConnectClientException' });
  expect(nextStep(request, view({ ...known, refused: [[atOnce, error]] }))).toEqual(leaveA);
});
