import { readError } from '../../../lambda/aws/errors';
import { NO_SUCH_LAG } from '../../../lambda/rules/capacity';
import { failureReason } from '../../../lambda/rules/reason';
import type { Call, Failure } from '../../../lambda/rules/step';
import {
  A,
  connection,
  create,
  ID,
  joinA,
  joinB,
  lag,
  leaveA,
  members,
  move,
  OTHER,
  remove,
  swap,
  view,
} from '../../support/view';

const inA = connection({ lagId: A });
const thrown = (name: string, message = 'No.') =>
  readError(Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400, requestId: 'r' } }));
const refused = (call: Call, name = 'DirectConnectClientException'): Failure => ({
  problem: 'refused',
  call,
  error: thrown(name),
});

test('a reason says the pair, what AWS said, where the connection is now, and what to do', () => {
  expect(failureReason(create, view({ connections: [connection()] }), refused(joinA))).toBe(
    `Connection ${ID} could not be put into LAG ${A}: AWS said "No" (DirectConnectClientException, AWS request id r). ` +
      `${ID} is now standalone and available. Correct what AWS names, then deploy again.`,
  );
  expect(failureReason(remove, view({ connections: [inA] }), refused(leaveA))).toBe(
    `Connection ${ID} could not be taken out of LAG ${A}: AWS said "No" (DirectConnectClientException, AWS request id r). ` +
      `${ID} is now in LAG ${A} and available. Correct what AWS names, then delete again. ` +
      'If a second try says that the function does not exist, it went with the rest of the stack: then take out the ' +
      'connection of each membership that failed (aws directconnect disassociate-connection-from-lag ' +
      `--connection-id ${ID} --lag-id ${A}), and delete the stack with all memberships that failed retained ` +
      '(aws cloudformation delete-stack --stack-name Network --retain-resources M).',
  );
});

describe('what to do by hand when the function went with a first try', () => {
  const elsewhere: typeof remove = { ...remove, region: 'us-east-1' };

  test('names the Region where it is another than that of the stack', () => {
    expect(failureReason(elsewhere, view({ connections: [inA] }), refused(leaveA))).toContain(
      `--lag-id ${A} --region us-east-1), and delete the stack`,
    );
  });

  test('takes out nothing that is out already', () => {
    const reason = failureReason(remove, view({ connections: [connection()] }), refused(leaveA));
    expect(reason).not.toContain('disassociate-connection-from-lag');
    expect(reason).toContain(
      'with the rest of the stack: then delete the stack with all memberships that failed retained',
    );
  });

  test('is not said of an event that does not count any more, nor of what is no deletion', () => {
    const barred = failureReason(remove, view({ connections: [inA] }), { problem: 'barred', why: 'it is over' });
    const joined = failureReason(create, view({ connections: [inA] }), refused(joinA));
    for (const reason of [barred, joined]) expect(reason).not.toContain('--retain-resources');
  });
});

test('a hosted connection, which is no member, is told so, whatever the minimum links', () => {
  const hosted = connection({ lagId: A, vlan: 101 });
  const known = view({ connections: [hosted], lags: [lag(A, { connections: members(1), minimumLinks: 2 })] });
  const reason = failureReason(remove, known, refused(leaveA));
  expect(reason).toContain(`${ID} is a hosted connection, a VLAN on the LAG and no member of it`);
  expect(reason).toContain('--retain-resources M');
  expect(reason).not.toMatch(/minimum|disassociate-connection-from-lag/);
});

test('where an Update is of two connections, the reason says where both are', () => {
  const known = view({ connections: [inA, connection({ connectionId: OTHER })] });
  const reason = failureReason(swap, known, refused(joinA));
  expect(reason).toContain(`${ID} is now in LAG ${A} and available. ${OTHER} is now standalone and available.`);
});

describe('the numbers of the LAG, and the advice to lower its minimum links', () => {
  const [other = connection()] = members(1);
  const [down = connection()] = members(1, { connectionState: 'down' });
  const reasonWith = (fields: Parameters<typeof lag>[1], call: Call = leaveA, name?: string) =>
    failureReason(remove, view({ connections: [inA], lags: [lag(A, fields)] }), refused(call, name));

  test.each([
    ['two members of which both have to be up', { connections: [inA, other], minimumLinks: 2 }, 2, 2],
    ['another member that is down', { connections: [inA, down], minimumLinks: 1 }, 1, 1],
  ])('are in the reason where they say that the minimum is the cause: %s', (_, fields, operational, minimum) => {
    const reason = reasonWith(fields);
    expect(reason).toContain(
      `The LAG has 2 members, ${operational} of them operational, and asks for at least ${minimum}. `,
    );
    expect(reason).toContain(
      `Lower the LAG's minimum links (aws directconnect update-lag --lag-id ${A} --minimum-links 0), ` +
        'or bring another member up, then delete again.',
    );
  });

  test.each([
    ['enough others are up', { connections: [inA, other], minimumLinks: 1 }],
    ['it is the last member, which may leave whatever the minimum', { connections: [inA], minimumLinks: 1 }],
    ['it has no minimum', { connections: [inA], minimumLinks: 0 }],
    ['Describe says nothing about a minimum', { connections: [inA] }],
  ])('are not where they cannot be the cause, since %s', (_, fields) => {
    const reason = reasonWith(fields);
    expect(reason).not.toMatch(/The LAG has|minimum links/);
    expect(reason).toContain('Correct what AWS names, then delete again.');
  });

  test('are not where it is another call that was refused, or where the LAG could not be seen', () => {
    const full = lag(A, { connections: [inA, other], minimumLinks: 2 });
    expect(failureReason(create, view({ lags: [full] }), refused(joinA))).not.toMatch(/The LAG has|minimum links/);
    expect(failureReason(remove, view(), refused(leaveA))).not.toMatch(/The LAG has|minimum links/);
  });
});

test.each<[string, Failure]>([
  ['connection', { problem: 'connection gone', connectionId: ID }],
  ['LAG', { problem: 'LAG cannot take it', obstacle: { why: NO_SUCH_LAG, remedy: 'Correct lagId.' } }],
])('where there is no such %s, the reason names the account and the Region that were looked in', (what, failure) => {
  expect(failureReason(create, view(), failure)).toContain(
    `: there is no such ${what} in account 111122223333 and Region eu-central-1.`,
  );
});

test('a denied call has its own remedy', () => {
  const reason = failureReason(create, view(), refused(joinA, 'AccessDeniedException'));
  expect(reason).toContain('(AccessDeniedException, AWS request id r)');
  expect(reason).toContain(
    "look for a permissions boundary or a service control policy that denies the handler's role",
  );
});

test('a used-up quota has its own remedy, and no advice that cannot help', () => {
  const reason = failureReason(move, view(), refused(joinB, 'LimitExceededException'));
  expect(reason).toContain('(LimitExceededException, AWS request id r)');
  expect(reason).toContain('Ask AWS Support for a higher quota of Direct Connect, or free what it counts');
  expect(reason).not.toContain('Correct what AWS names');
});

test('a call that only looks is named', () => {
  expect(failureReason(create, view(), refused({ do: 'describe LAG', lagId: A }))).toContain(
    ': to describe LAG, AWS said',
  );
});

test('a table that cannot be used: the reason says which rights the handler needs, and that nothing was written', () => {
  const reason = failureReason(create, view(), { problem: 'no record', error: thrown('AccessDeniedException') });
  expect(reason).toContain("the provider's table");
  expect(reason).toContain('AccessDeniedException');
  expect(reason).toContain('Allow dynamodb:GetItem and dynamodb:PutItem');
  expect(reason).toContain('Without its record the handler writes nothing');
});

test('a connection that cannot be seen any more is said to have been seen before, if it was', () => {
  expect(failureReason(create, view(), refused(joinA))).toContain(`Where ${ID} is now could not be seen.`);
  const known = { ...view({ connections: [connection()] }), connections: new Map() };
  expect(failureReason(create, known, refused(joinA))).toContain(
    `Where ${ID} is now could not be seen; it was last seen standalone and available.`,
  );
});

describe('what keeps a link from being interrupted is named, with what to do', () => {
  const seen = view({ connections: [inA] });
  const links = { problem: 'too few links', lagId: A, members: 3, operational: 2 } as const;

  test.each<[string, Failure, string, string]>([
    [
      'the minimum links of the LAG',
      { ...links, least: 3, asked: 'the LAG' },
      `2 operational links would be left in ${A}, of 3 members, and the LAG asks for at least 3.`,
      "Lower the LAG's minimum links, or bring another member up, then deploy again.",
    ],
    [
      'what the template asks for',
      { ...links, least: 3, asked: 'minLinksInService' },
      'and minLinksInService asks for at least 3.',
      'Lower minLinksInService, or bring another member up, then deploy again.',
    ],
    [
      'traffic',
      { problem: 'outage', connectionId: ID, last: 'operational link', lagId: A, carries: ['dxvif-1', 'dxcon-9'] },
      `${ID} is the last operational link of ${A}, which carries dxvif-1, dxcon-9.`,
      'bring another member up, or set allowOutage.',
    ],
    [
      'another link',
      { problem: 'no turn', behind: [OTHER], most: 1 },
      `${OTHER} is down or pending, and at most 1 of its LAG may be down at once.`,
      'Look after that link, or raise maxUnavailable, then deploy again.',
    ],
    [
      'the plan',
      { problem: 'plan', lagId: A, why: 'it is full', remedy: 'Declare fewer.' },
      `the stack's members of ${A} cannot all be as declared: it is full.`,
      'Declare fewer. Nothing was changed.',
    ],
  ])('%s', (_, failure, why, remedy) => {
    const reason = failureReason(move, seen, failure);
    expect(reason).toContain(why);
    expect(reason).toContain(remedy);
  });
});

test('a link that was waited for as long as there was time is named without a number', () => {
  const reason = failureReason(create, view({ connections: [inA] }), { problem: 'not available', state: 'down' });
  expect(reason).toContain('it joined, but its link was still down when time was over.');
});
