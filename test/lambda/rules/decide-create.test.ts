import type { Request } from '../../../lambda/cloudformation/event';
import { decide } from '../../../lambda/rules/decide';
import { A, C, claim, connection, create, ID, joinA, lag, options, refusal, view } from '../../support/view';

const outOfTime = { problem: 'out of time', tried: '' } as const;
const allowed: Request = { ...create, options: { ...options, allowMove: true } };

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
    const claims = { [ID]: [claim({ found: {}, places: [A] })] };
    expect(decide(create, view({ connections: [connection({ lagId: A })], claims }))).toMatchObject({
      do: 'succeed',
      physicalId: ID,
    });
  });

  test('in this LAG, put there by a membership of the same name that has given it up since: adopts it', () => {
    const claims = { [ID]: [claim({ found: {}, places: [A], physicalId: ID, gone: 1 })] };
    expect(decide(create, view({ connections: [connection({ lagId: A })], claims }))).toMatchObject({
      do: 'succeed',
      physicalId: `${ID}/adopted`,
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

  test('in another LAG, where a move is allowed: is taken out of that one by the same call', () => {
    const known = view({ connections: [connection({ lagId: C })], lags: [lag(A)] });
    expect(decide(allowed, known)).toEqual({ ...joinA, movesFrom: C });
    const claims = { [ID]: [claim({ found: { lagId: C }, places: [A] })] };
    expect(decide(allowed, view({ connections: [connection({ lagId: A })], claims }))).toMatchObject({
      do: 'succeed',
      physicalId: `${ID}/from/${C}`,
    });
  });

  test('a failure before anything was put into the LAG leaves no id that a Delete would act on', () => {
    const known = view({ connections: [connection({ lagId: A })], failure: outOfTime });
    expect(decide(create, known)).toMatchObject({ do: 'fail', physicalId: 'M-not-created' });
  });

  test.each([
    ['out of standalone', {}, ID],
    ['out of another LAG', { lagId: C }, `${ID}/from/${C}`],
  ])('a failure after it was put there %s leaves the id with which CloudFormation takes it away', (_, found, id) => {
    const claims = { [ID]: [claim({ found, places: [A] })] };
    const known = view({ connections: [connection({ lagId: A })], failure: outOfTime, claims });
    expect(decide(create, known)).toMatchObject({ do: 'fail', physicalId: id });
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
    ['no such LAG', A],
    ['a full LAG', lag(A, { connections: [1, 2, 3, 4].map(n => connection({ connectionId: `dxcon-9999999${n}` })) })],
  ])('%s: is given up without a write', (_, known) => {
    expect(decide(create, view({ connections: [connection()], lags: [known] }))).toMatchObject({
      do: 'give up',
      failure: { problem: 'LAG cannot take it' },
    });
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
