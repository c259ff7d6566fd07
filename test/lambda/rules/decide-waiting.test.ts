import { readError } from '../../../lambda/aws/errors';
import type { Request } from '../../../lambda/cloudformation/event';
import { NO_TABLE } from '../../../lambda/record/record';
import { decide } from '../../../lambda/rules/decide';
import {
  A,
  B,
  claim,
  connection,
  create,
  ID,
  joinA,
  type Known,
  lag,
  move,
  options,
  ROLLING_BACK,
  remove,
  sameUpdate,
  UPDATING,
  view,
} from '../../support/view';

describe('waiting for the link', () => {
  const waiting = { ...options, waitForAvailable: 60 };
  const pending = connection({ lagId: A, connectionState: 'pending' });
  const step = { do: 'wait until available', connectionId: ID, seconds: 60 };

  test('is done after a Create and after a move, where the template asks for it', () => {
    expect(decide({ ...create, options: waiting }, view({ connections: [pending] }))).toEqual(step);
    const moved: Request = { ...move, pair: create.pair, oldPair: { connectionId: ID, lagId: B }, options: waiting };
    const event = { requestId: 'now', requestType: 'Update' };
    const own = claim({ event, moves: [{ by: 'now', at: 1, from: { lagId: B } }] });
    const known = { connections: [pending], claims: { [ID]: [own] } };
    expect(decide(moved, view(known))).toEqual({ do: 'describe stack' });
    expect(decide(moved, view({ ...known, stack: UPDATING }))).toEqual(step);
    expect(decide(create, view({ connections: [pending] }))).toMatchObject({ do: 'succeed' });
  });

  test('is not done for a pair that is in place, but for one that had to be put there again', () => {
    const update: Request = { ...sameUpdate, options: waiting };
    expect(decide(update, view({ connections: [pending] }))).toMatchObject({ do: 'succeed' });
    expect(decide(update, view({ connections: [pending], stack: UPDATING, accepted: [joinA] }))).toEqual(step);
  });

  test('is not done where somebody else has put the connection into the new LAG: there is nothing to undo', () => {
    const moved: Request = { ...move, pair: create.pair, oldPair: { connectionId: ID, lagId: B }, options: waiting };
    expect(decide(moved, view({ connections: [pending] }))).toMatchObject({ do: 'succeed' });
  });

  test('is not done in a rollback: what goes back has waited before, or never will', () => {
    const moved: Request = { ...move, pair: create.pair, oldPair: { connectionId: ID, lagId: B }, options: waiting };
    expect(decide(moved, view({ connections: [pending], stack: ROLLING_BACK }))).toMatchObject({ do: 'succeed' });
  });

  test('is not done for an event that may write nothing any more', () => {
    const request: Request = { ...create, options: waiting };
    expect(decide(request, view({ connections: [pending], barred: 'overtaken' }))).toMatchObject({ do: 'succeed' });
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
    const known = { failure, stack: UPDATING };
    expect(decide({ ...move, options: waiting }, view({ ...known, connections: [inB] }))).toEqual({
      do: 'disassociate',
      pair: { connectionId: ID, lagId: B },
    });
    expect(decide({ ...move, options: waiting }, view({ ...known, connections: [connection()] }))).toEqual(joinA);
  });
});

describe('an event that may write nothing any more', () => {
  const barred = 'this event was answered before';

  test('succeeds where its goal is reached', () => {
    expect(decide(create, view({ connections: [connection({ lagId: A })], barred }))).toMatchObject({ do: 'succeed' });
    expect(decide(remove, view({ connections: [connection()], barred }))).toMatchObject({ do: 'succeed' });
  });

  test.each<[string, Request, Known]>([
    ['Create', create, { connections: [connection()], lags: [lag(A)] }],
    ['move', move, { connections: [connection({ lagId: A })], lags: [lag(B)] }],
    ['Delete', remove, { connections: [connection({ lagId: A })] }],
  ])('is given up where a %s would write', (_, request, known) => {
    expect(decide(request, view({ ...known, barred }))).toEqual({
      do: 'give up',
      failure: { problem: 'barred', why: barred },
    });
  });

  test('puts nothing back', () => {
    const failure = { problem: 'barred', why: 'CloudFormation has sent a later event for this resource' } as const;
    const known = { connections: [connection()], stack: UPDATING, barred, failure };
    expect(decide(move, view(known))).toMatchObject({ do: 'fail' });
  });
});

describe('an event that came when the table was gone', () => {
  const missing = readError(Object.assign(new Error('Requested resource not found'), { name: NO_TABLE }));

  test('succeeds where its goal is reached', () => {
    expect(decide(sameUpdate, view({ connections: [connection({ lagId: A })], missing }))).toMatchObject({
      do: 'succeed',
    });
  });

  test('is given up where it would have to write, and puts nothing back', () => {
    const known = { connections: [connection({ lagId: A })], lags: [lag(B)], stack: UPDATING, missing };
    const failure = { problem: 'no record', error: missing } as const;
    expect(decide(move, view(known))).toEqual({ do: 'give up', failure });
    const step = decide(move, view({ ...known, connections: [connection()], failure }));
    expect(step).toMatchObject({ do: 'fail', physicalId: ID });
    expect(step).toHaveProperty('reason', expect.stringContaining('Restore it under its name'));
  });
});
