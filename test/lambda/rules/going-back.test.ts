import { readError } from '../../../lambda/aws/errors';
import type { Claim } from '../../../lambda/record/record';
import { decide } from '../../../lambda/rules/decide';
import {
  A,
  B,
  C,
  claim,
  claimOfRenamed,
  connection,
  ID,
  joinA,
  type Known,
  lag,
  leaveOther,
  members,
  move,
  OTHER,
  OWNER,
  ROLLING_BACK,
  refusal,
  STACK_ID,
  sameUpdate,
  UPDATING,
  view,
} from '../../support/view';

const describeStack = { do: 'describe stack' } as const;
/** The Update of a rollback, which takes the connection out of B and puts it into A again. */
const back = { ...move, pair: { connectionId: ID, lagId: A }, oldPair: { connectionId: ID, lagId: B } };
const inB = connection({ lagId: B });
const inC = connection({ lagId: C });
const full = lag(A, { connections: members(4) });

describe('the Update of a rollback', () => {
  test('does what it asks for, as any other', () => {
    const known = { lags: [lag(A)], stack: ROLLING_BACK };
    expect(decide(back, view({ ...known, connections: [inB] }))).toMatchObject({ do: 'disassociate' });
    expect(decide(back, view({ ...known, connections: [connection()] }))).toEqual(joinA);
    expect(decide(back, view({ ...known, connections: [connection({ lagId: A })] }))).toMatchObject({ do: 'succeed' });
  });

  test.each<[string, string, Known]>([
    ['a connection that somebody has put into a third LAG', 'in another LAG', { connections: [inC], lags: [lag(A)] }],
    ['a connection that is no more', 'connection gone', { connections: [ID] }],
    ['a LAG that is no more', 'LAG cannot take it', { connections: [inB], lags: [A] }],
    [
      'a LAG that is being deleted',
      'LAG cannot take it',
      { connections: [connection()], lags: [lag(A, { lagState: 'deleting' })] },
    ],
  ])('leaves alone %s, and succeeds: there is nothing to go back to', (_, problem, known) => {
    expect(decide(back, view(known))).toEqual(describeStack);
    expect(decide(back, view({ ...known, stack: ROLLING_BACK }))).toMatchObject({
      do: 'succeed',
      physicalId: ID,
      because: expect.stringContaining(problem),
    });
    for (const told of [{ stack: UPDATING }, { refused: [[describeStack, refusal]] } as const]) {
      expect(decide(back, view({ ...known, ...told }))).toMatchObject({ do: 'give up', failure: { problem } });
    }
  });

  test('takes out first what an event that CloudFormation did not wait for has left behind', () => {
    const claims = { [OTHER]: [claim({ found: {}, places: [A] })] };
    const joined = connection({ connectionId: OTHER, lagId: A });
    const known = { connections: [inC, joined], lags: [lag(A)], claims, others: [OTHER], stack: ROLLING_BACK };
    expect(decide(sameUpdate, view(known))).toEqual(leaveOther);
  });

  test('undoes nothing where it fails: where it comes from is what failed before', () => {
    const failure = { problem: 'refused', call: joinA, error: readError(refusal) } as const;
    const known = { connections: [connection()], failure };
    expect(decide(back, view({ ...known, stack: ROLLING_BACK }))).toMatchObject({ do: 'fail', physicalId: ID });
    expect(decide(back, view({ ...known, stack: UPDATING }))).toMatchObject({ do: 'associate' });
  });

  test('has the connection back from where a sibling has put it in the same operation', () => {
    const taken = (fields: Partial<Claim>): Known => ({
      connections: [inC],
      lags: [lag(A)],
      stack: ROLLING_BACK,
      claims: {
        [ID]: [
          claim({ physicalId: ID }),
          claimOfRenamed(C, { places: [C], moves: [{ by: 'x', at: 1, from: { lagId: A } }], ...fields }),
        ],
      },
    });
    expect(decide(back, view(taken({})))).toEqual({ ...joinA, movesFrom: C });
    const unknown = { ...taken({}), claims: { [ID]: [claim(), ...(taken({}).claims?.[ID] ?? []).slice(1)] } };
    expect(decide(back, view(unknown))).toMatchObject({ do: 'succeed', because: expect.anything() });
    const moved = (at: number) => [{ by: 'y', at, from: { lagId: A } }];
    for (const at of [1, 2, 3]) {
      const [, sibling] = taken({ moves: [{ by: 'x', at, from: {} }] }).claims?.[ID] ?? [];
      const claims = {
        [ID]: [claim({ physicalId: ID, moves: moved(2) }), ...(sibling === undefined ? [] : [sibling])],
      };
      // It is the sibling's only where that came to it after this one had taken it out.
      expect(decide(back, view({ ...taken({}), claims }))).toMatchObject(
        at < 2 ? { do: 'succeed', because: expect.anything() } : { ...joinA, movesFrom: C },
      );
    }
    for (const other of [{ moves: [{ by: 'x', at: 1, from: { lagId: B } }] }, { places: [B] }]) {
      expect(decide(back, view(taken(other)))).toMatchObject({ do: 'succeed', because: expect.anything() });
    }
    expect(decide(back, view({ ...taken({}), stack: UPDATING }))).toMatchObject({ do: 'give up' });
  });
});

describe('going back into a LAG that is full', () => {
  const [first = connection(), ...rest] = members(4);
  const { connectionId: sibling = '' } = first;
  const others = Object.fromEntries(rest.map(({ connectionId = '' }) => [connectionId, []]));
  /** The connection left the LAG at 1 and again at 5, and the sibling came into it then. */
  const known = (took: Partial<Claim> = {}): Known => ({
    connections: [connection()],
    lags: [full],
    stack: ROLLING_BACK,
    claims: {
      ...others,
      [ID]: [claim({ physicalId: ID, moves: [1, 5].map(at => ({ by: `update at ${at}`, at, from: { lagId: A } })) })],
      [sibling]: [claimOfRenamed(A, { moves: [{ by: 'other', at: 5, from: {} }], ...took })],
    },
  });
  const waits = { do: 'wait for a slot', lagId: A, connectionId: ID };

  test('takes out a sibling that has taken the slot in the same operation', () => {
    expect(decide(back, view(known()))).toEqual({
      do: 'disassociate',
      pair: { connectionId: sibling, lagId: A },
    });
  });

  test('reads the records of the members for that, and gives up where they may not be read', () => {
    const { claims: _, ...unread } = known();
    const own = { [ID]: [claim({ physicalId: ID, moves: [{ by: 'update', at: 5, from: { lagId: A } }] })] };
    const question = { do: 'read record', connectionId: sibling } as const;
    expect(decide(back, view({ ...unread, claims: own }))).toEqual(question);
    expect(decide(back, view({ ...unread, claims: own, refused: [[question, refusal]] }))).toMatchObject({
      do: 'give up',
      failure: { problem: 'refused', call: question },
    });
  });

  test.each<[string, Partial<Claim>]>([
    ['was there before', { moves: [{ by: 'other', at: 4, from: {} }] }],
    ['has never been moved', { moves: [] }],
    ['is of another stack', { stackId: STACK_ID.replace('Network', 'Other') }],
    ['is there for another LAG', { lagId: B }],
    ['is given up already', { gone: 6 }],
    ['is retained, and stays', { retained: true }],
    ['has gone back itself', { moves: [4, 6].map(at => ({ by: `at ${at}`, at, from: { lagId: at === 4 ? A : B } })) }],
    ['was to be this membership’s own', { ...OWNER }],
  ])('waits for a slot where the member %s', (_, took) => {
    expect(decide(back, view(known(took)))).toEqual(waits);
  });

  test.each<[string, Partial<Claim>]>([
    ['did not move', {}],
    ['left another LAG', { moves: [{ by: 'update', at: 5, from: { lagId: B } }] }],
  ])('waits for a slot where the connection %s in this operation', (_, own) => {
    const claims = { ...known().claims, [ID]: [claim({ physicalId: ID, ...own })] };
    expect(decide(back, view({ ...known(), claims }))).toEqual(waits);
  });

  test('waits for a slot, and takes nobody out, where it is no rollback but a failed Update that is put back', () => {
    const failure = { problem: 'not available', seconds: 1, state: 'pending' } as const;
    const joined = connection({ connectionId: OTHER, lagId: B });
    const own = claim({ found: { lagId: A }, places: [B], moves: [{ by: 'update', at: 5, from: { lagId: A } }] });
    const swapped = { ...back, connectionId: OTHER, pair: { connectionId: OTHER, lagId: B }, oldPair: back.oldPair };
    const failed = { ...known(), connections: [joined, connection({ lagId: B })], failure, stack: UPDATING };
    expect(decide(swapped, view({ ...failed, claims: { ...known().claims, [OTHER]: [own] } }))).toEqual({
      ...waits,
      connectionId: OTHER,
    });
  });

  test('is given up when it was waited for long enough', () => {
    expect(decide(back, view({ ...known({ gone: 6 }), waitedForSlot: true }))).toMatchObject({
      do: 'give up',
      failure: { problem: 'LAG cannot take it' },
    });
  });

  test('is not waited for where it could not take the connection anyway, or where nothing goes back', () => {
    const unfit = lag(A, { connections: members(4), awsDeviceV2: 'EqFA5-2xyz' });
    expect(decide(back, view({ ...known(), lags: [unfit] }))).toMatchObject({ do: 'give up' });
    expect(decide(back, view({ ...known(), stack: UPDATING }))).toMatchObject({ do: 'give up' });
  });
});
