import { readError } from '../../../lambda/aws/errors';
import type { Request } from '../../../lambda/cloudformation/event';
import { decide } from '../../../lambda/rules/decide';
import {
  A,
  B,
  C,
  CLEANING_UP,
  claim,
  claimOfRenamed,
  connection,
  DESTROYING,
  ID,
  type Known,
  lag,
  leaveA,
  leaveOther,
  OTHER,
  options,
  refusal,
  remove,
  STACK_ID,
  stack,
  view,
} from '../../support/view';

const inA = connection({ lagId: A });
const describeStack = { do: 'describe stack' } as const;
const OTHER_STACK = STACK_ID.replace('Network', 'Backbone');
const adopted: typeof remove = { ...remove, physicalId: `${ID}/adopted` };
const moved: typeof remove = { ...remove, physicalId: `${ID}/from/${C}` };

describe('Delete', () => {
  test('of what this resource put into the LAG from standalone: disassociates, and asks CloudFormation nothing', () => {
    expect(decide(remove, view())).toEqual({ do: 'describe connection', connectionId: ID });
    expect(decide(remove, view({ connections: [inA] }))).toEqual(leaveA);
    const claims = { [ID]: [claim({ physicalId: ID, found: {}, places: [A] })] };
    expect(decide(remove, view({ connections: [inA], claims }))).toEqual(leaveA);
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

  test('in a LAG that CloudFormation does not know of, where this resource itself has put it: disassociates', () => {
    const claims = { [ID]: [claim({ physicalId: ID, found: {}, places: [A, B] })] };
    const known = view({ connections: [connection({ lagId: B })], claims });
    expect(decide(remove, known)).toEqual({ do: 'disassociate', pair: { connectionId: ID, lagId: B } });
  });
});

describe('Delete of a connection that another membership declares', () => {
  const renamed = claimOfRenamed(A, { physicalId: `${ID}/adopted` });
  const question = { do: 'describe resource', owner: renamed } as const;
  const known = (...claims: Parameters<typeof claimOfRenamed>[1][]): Known => ({
    connections: [inA],
    claims: { [ID]: claims.map(fields => claimOfRenamed(A, fields)) },
  });
  const declared = { ...known({}), stack: CLEANING_UP };

  test('of the same stack, since the construct was renamed: asks CloudFormation for it, and leaves it', () => {
    expect(decide(remove, view(known({})))).toEqual(describeStack);
    expect(decide(remove, view(declared))).toMatchObject({ do: 'describe resource', owner: { logicalId: 'Renamed' } });
    expect(decide(remove, view({ ...declared, resources: [[renamed, true]] }))).toMatchObject({
      do: 'succeed',
      because: 'another resource declares it',
    });
  });

  test('that CloudFormation has no more: disassociates', () => {
    expect(decide(remove, view({ ...declared, resources: [[renamed, false]] }))).toEqual(leaveA);
  });

  test('of the same stack, which is being deleted: disassociates', () => {
    expect(decide(remove, view({ ...known({}), stack: DESTROYING }))).toEqual(leaveA);
    const nested = { status: 'UPDATE_COMPLETE', root: { stackId: 'root', status: 'DELETE_IN_PROGRESS' } };
    expect(decide(remove, view({ ...known({}), stack: nested }))).toEqual(leaveA);
  });

  test('of another stack: leaves it, also where its own stack is being deleted', () => {
    const other = { stackId: OTHER_STACK, logicalId: 'M' };
    const asked = view(known(other));
    expect(decide(remove, asked)).toMatchObject({ do: 'describe resource', owner: other });
    const there = { ...known(other), stack: DESTROYING, resources: [[claim(other), true]] } as const;
    expect(decide(remove, view(there))).toMatchObject({ because: 'another resource declares it' });
    expect(decide(remove, view({ ...there, resources: [[claim(other), false]] }))).toEqual(leaveA);
  });

  test('of which CloudFormation does not say whether it has it: leaves it', () => {
    expect(decide(remove, view({ ...declared, refused: [[question, refusal]] }))).toMatchObject({
      because: 'another resource declares it',
    });
  });

  test.each([
    ['for another LAG', { lagId: B }],
    ['but is being deleted, by its newest event', { event: { requestId: 'other', requestType: 'Delete' } }],
    ['no more', { gone: 1 }],
    ['but gives it up for another connection', { replacement: OTHER }],
  ])('%s: disassociates', (_, fields) => {
    expect(decide(remove, view({ ...known(fields), stack: CLEANING_UP }))).toEqual(leaveA);
  });

  test('one of several is enough', () => {
    const third = claimOfRenamed(A, { logicalId: 'Third' });
    const both = { ...known({}, { logicalId: 'Third' }), stack: CLEANING_UP };
    const resources = [
      [renamed, false],
      [third, true],
    ] as const;
    expect(decide(remove, view({ ...both, resources }))).toMatchObject({ do: 'succeed' });
  });

  test('in a rollback too, whatever was found: leaves it', () => {
    const rollback = stack('ROLLBACK_IN_PROGRESS');
    const told = { ...known({}), stack: rollback, operation: { stack: rollback } };
    for (const request of [adopted, moved]) {
      expect(decide(request, view({ ...told, resources: [[renamed, true]] }))).toMatchObject({
        because: 'another resource declares it',
      });
      expect(decide(request, view({ ...told, resources: [[renamed, false]] }))).not.toHaveProperty(
        'because',
        'another resource declares it',
      );
    }
  });
});

describe('Delete of an id that CloudFormation invented', () => {
  const invented: Request = { ...remove, physicalId: 'Network-M-1ABC' };

  test('succeeds without a call', () => {
    expect(decide(invented, view())).toMatchObject({ do: 'succeed', physicalId: 'Network-M-1ABC' });
  });

  test('takes away what a Create left behind whose answer did not count', () => {
    const claims = { [ID]: [claim({ found: {}, places: [A] })] };
    expect(decide(invented, view({ claims }))).toEqual({ do: 'describe connection', connectionId: ID });
    expect(decide(invented, view({ connections: [inA], claims }))).toEqual(leaveA);
  });

  test('asks about what a Create had adopted whose answer did not count', () => {
    const claims = { [ID]: [claim({ physicalId: `${ID}/adopted`, found: { lagId: A }, places: [A] })] };
    expect(decide(invented, view({ connections: [inA], claims }))).toEqual({ do: 'describe operation' });
  });

  test('leaves what the membership has given up before', () => {
    const claims = { [ID]: [claim({ found: {}, places: [A], gone: 1 })] };
    expect(decide(invented, view({ connections: [inA], claims }))).toMatchObject({ do: 'succeed' });
  });
});

describe('Delete of a connection for which an Update has put in another', () => {
  const put = (outcome?: 'done' | 'failed') => ({
    [OTHER]: [
      claim({
        found: {},
        places: [A],
        event: { requestId: 'swap', requestType: 'Update', ...(outcome === undefined ? {} : { outcome }) },
      }),
    ],
  });
  const joined = connection({ connectionId: OTHER, lagId: A });

  test.each([undefined, 'failed' as const])(
    'that CloudFormation did not wait for (outcome %s): takes out both',
    outcome => {
      const known = { claims: put(outcome), others: [OTHER], connections: [inA] };
      expect(decide(remove, view(known))).toEqual({ do: 'describe connection', connectionId: OTHER });
      expect(decide(remove, view({ ...known, connections: [inA, joined] }))).toEqual(leaveOther);
      const standalone = connection({ connectionId: OTHER });
      expect(decide(remove, view({ ...known, connections: [inA, standalone] }))).toEqual(leaveA);
    },
  );

  test('back to which a rollback did not get: it stays out of the LAG in which a membership had put it that goes too', () => {
    const failed = claim({
      physicalId: OTHER,
      found: {},
      places: [A],
      wantedBy: 'back',
      event: { requestId: 'back', requestType: 'Update', outcome: 'failed' },
      moves: [{ by: 'back', at: 1, from: { lagId: B } }],
    });
    const sibling = claimOfRenamed(B, { places: [B], gone: 2 });
    const known = { others: [OTHER], connections: [inA, connection({ connectionId: OTHER })], stack: DESTROYING };
    expect(decide(remove, view({ ...known, claims: { [OTHER]: [failed, sibling] } }))).toEqual(leaveA);
    expect(decide(remove, view({ ...known, claims: { [OTHER]: [failed] } }))).toEqual({ do: 'describe LAG', lagId: B });
  });

  test('that came to its end: takes out the other one only where the stack is being deleted as a whole', () => {
    const known = { claims: put('done'), others: [OTHER], connections: [inA, joined] };
    expect(decide(remove, view(known))).toEqual(describeStack);
    expect(decide(remove, view({ ...known, stack: DESTROYING }))).toEqual(leaveOther);
    expect(decide(remove, view({ ...known, stack: CLEANING_UP }))).toEqual(leaveA);
    expect(decide(remove, view({ ...known, refused: [[describeStack, refusal]] }))).toEqual(leaveA);
  });
});

describe('Delete where the LAG asks for more links than would be left', () => {
  const both = lag(A, { connections: [inA, connection({ connectionId: OTHER })], minimumLinks: 2 });
  const lowering: Request = { ...remove, options: { ...options, lowerMinimumLinks: true } };

  test('is tried, and where AWS refuses, looks at the numbers of the LAG for the reason', () => {
    expect(decide(remove, view({ connections: [inA], lags: [both] }))).toEqual(leaveA);
    const failure = { problem: 'refused', call: leaveA, error: readError(refusal) } as const;
    expect(decide(remove, view({ connections: [inA], failure }))).toEqual({ do: 'describe LAG', lagId: A });
    const step = decide(remove, view({ connections: [inA], lags: [both], failure }));
    expect(step).toMatchObject({ do: 'fail', physicalId: ID });
    expect(step).toHaveProperty('reason', expect.stringContaining('asks for at least 2'));
  });

  test('and the template allows it, goes on where it is out by now, or where others have left the LAG meanwhile', () => {
    const seen = { connections: [inA], lags: [both] };
    expect(decide(lowering, view({ ...seen, accepted: [leaveA] }))).toEqual({ do: 'wait', for: leaveA });
    const lower = { do: 'lower minimum links', lagId: A, minimumLinks: 1 } as const;
    expect(decide(lowering, view({ ...seen, refused: [[lower, refusal]] }))).toEqual(leaveA);
    const denied = Object.assign(new Error('Not you.'), { name: 'AccessDeniedException' });
    expect(decide(lowering, view({ ...seen, refused: [[lower, denied]] }))).toMatchObject({ do: 'give up' });
  });

  test('and the template allows it, lowers the minimum to what is left, then disassociates', () => {
    expect(decide(lowering, view({ connections: [inA] }))).toEqual({ do: 'describe LAG', lagId: A });
    expect(decide(lowering, view({ connections: [inA], lags: [both] }))).toEqual({
      do: 'lower minimum links',
      lagId: A,
      minimumLinks: 1,
    });
    expect(decide(lowering, view({ connections: [inA], lags: [{ ...both, minimumLinks: 1 }] }))).toEqual(leaveA);
  });

  test('and it is the last member, disassociates: AWS lets the last one go', () => {
    const last = lag(A, { connections: [inA], minimumLinks: 1 });
    expect(decide(lowering, view({ connections: [inA], lags: [last] }))).toEqual(leaveA);
  });
});
