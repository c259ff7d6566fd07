import { AwsError } from '../../aws-error';
import type { Authorize } from '../../caller';
import { LostAnswer } from '../faults';
import { operations } from '../operations';
import { toWire } from '../wire';
import { administrator, connection, given, lag, MINUTE, refusal } from './support';

const pair = { connectionId: 'dxcon-aaaaaaaa', lagId: 'dxlag-aaaaaaaa' };
const state = () => ({ connections: [connection('dxcon-aaaaaaaa')], lags: [lag('dxlag-aaaaaaaa')] });
const arn = (resource: string) => `arn:aws:directconnect:eu-central-1:111122223333:${resource}`;

test('supports these operations', () => {
  expect([...operations.keys()].sort()).toEqual([
    'AllocateHostedConnection',
    'AssociateConnectionWithLag',
    'AssociateMacSecKey',
    'AssociateVirtualInterface',
    'CreateConnection',
    'CreateLag',
    'DeleteConnection',
    'DeleteLag',
    'DeleteVirtualInterface',
    'DescribeConnections',
    'DescribeHostedConnections',
    'DescribeInterconnects',
    'DescribeLags',
    'DescribeLocations',
    'DescribeTags',
    'DescribeVirtualInterfaces',
    'DisassociateConnectionFromLag',
    'DisassociateMacSecKey',
    'TagResource',
    'UntagResource',
    'UpdateConnection',
    'UpdateLag',
  ]);
});

test.each(['DescribeLoa', 'toString', ''])('an operation that is not supported fails by its name: %j', async name => {
  expect(await refusal(given(), name, {})).toContain(
    `UnknownOperationException: The sandbox's Direct Connect does not support ${name}. It supports Associate`,
  );
});

describe('The input of an operation', () => {
  test.each([
    ['a missing member', { connectionId: 'dxcon-aaaaaaaa' }, 'DirectConnectClientException: lagId is required'],
    ['null for a member', { ...pair, lagId: null }, 'DirectConnectClientException: lagId is required'],
    ['a number for a string', { ...pair, lagId: 7 }, 'SerializationException: lagId must be a string'],
    ['a list', [], 'SerializationException: $ must be an object'],
  ])('is refused for %s', async (_what, input, text) => {
    expect(await refusal(given(state()), 'AssociateConnectionWithLag', input)).toBe(text);
  });

  test.each([
    ['CreateLag', { numberOfConnections: 1.5, location: 'a', connectionsBandwidth: '1Gbps', lagName: 'a' }],
    ['CreateConnection', { location: 'a', bandwidth: '1Gbps', connectionName: 'a', requestMACSec: 'true' }],
    ['TagResource', { resourceArn: 'a', tags: { key: 'a' } }],
    ['UntagResource', { resourceArn: 'a', tagKeys: [1] }],
    ['DescribeConnections', { maxResults: '10' }],
  ])('is refused where a type is wrong: %s %j', async (operation, input) => {
    expect(await refusal(given(), operation, input)).toMatch(/^SerializationException: /);
  });

  test("may have members that the API does not know, as in AWS's JSON protocol", async () => {
    await expect(given(state()).call('DescribeConnections', { novelty: 1 })).resolves.toHaveProperty('connections');
  });
});

describe('Authorisation', () => {
  const asked = async (operation: string, input: object) => {
    const questions: string[] = [];
    const authorize: Authorize = async (_caller, action, resource) => {
      questions.push(`${action} ${resource}`);
      return undefined;
    };
    await given(state(), authorize)
      .call(operation, input)
      .catch(() => undefined);
    return questions;
  };

  test.each([
    ['AssociateConnectionWithLag', pair, [arn('dxcon/dxcon-aaaaaaaa'), arn('dxlag/dxlag-aaaaaaaa')]],
    ['DisassociateConnectionFromLag', pair, [arn('dxcon/dxcon-aaaaaaaa'), arn('dxlag/dxlag-aaaaaaaa')]],
    ['DescribeConnections', {}, ['*']],
    ['DescribeConnections', { connectionId: 'dxcon-aaaaaaaa' }, [arn('dxcon/dxcon-aaaaaaaa')]],
    ['DescribeLags', {}, ['*']],
    ['DescribeLags', { lagId: 'dxlag-aaaaaaaa' }, [arn('dxlag/dxlag-aaaaaaaa')]],
    ['DescribeVirtualInterfaces', {}, ['*']],
    ['DescribeVirtualInterfaces', { connectionId: 'dxlag-aaaaaaaa' }, [arn('dxlag/dxlag-aaaaaaaa')]],
    ['DescribeVirtualInterfaces', { virtualInterfaceId: 'dxvif-aaaaaaaa' }, [arn('dxvif/dxvif-aaaaaaaa')]],
    [
      'AssociateVirtualInterface',
      { virtualInterfaceId: 'dxvif-aaaaaaaa', connectionId: 'dxlag-aaaaaaaa' },
      [arn('dxvif/dxvif-aaaaaaaa'), arn('dxlag/dxlag-aaaaaaaa')],
    ],
    [
      'AssociateVirtualInterface',
      { virtualInterfaceId: 'dxvif-aaaaaaaa', connectionId: 'dxcon-aaaaaaaa' },
      [arn('dxvif/dxvif-aaaaaaaa'), arn('dxcon/dxcon-aaaaaaaa')],
    ],
    ['DeleteVirtualInterface', { virtualInterfaceId: 'dxvif-aaaaaaaa' }, [arn('dxvif/dxvif-aaaaaaaa')]],
    ['CreateConnection', { location: 'a', bandwidth: '1Gbps', connectionName: 'a' }, ['*']],
    [
      'CreateConnection',
      { location: 'a', bandwidth: '1Gbps', connectionName: 'a', lagId: 'dxlag-aaaaaaaa' },
      [arn('dxlag/dxlag-aaaaaaaa')],
    ],
    ['UpdateConnection', { connectionId: 'dxcon-aaaaaaaa' }, [arn('dxcon/dxcon-aaaaaaaa')]],
    ['DeleteConnection', { connectionId: 'dxcon-aaaaaaaa' }, [arn('dxcon/dxcon-aaaaaaaa')]],
    ['DescribeLocations', {}, ['*']],
    ['DescribeInterconnects', {}, ['*']],
    ['DescribeInterconnects', { interconnectId: 'dxcon-aaaaaaaa' }, [arn('dxcon/dxcon-aaaaaaaa')]],
    ['DescribeHostedConnections', { connectionId: 'dxcon-aaaaaaaa' }, [arn('dxcon/dxcon-aaaaaaaa')]],
    ['DescribeHostedConnections', { connectionId: 'dxlag-aaaaaaaa' }, [arn('dxlag/dxlag-aaaaaaaa')]],
    [
      'AllocateHostedConnection',
      { connectionId: 'dxlag-aaaaaaaa', ownerAccount: 'a', bandwidth: '1Gbps', connectionName: 'a', vlan: 1 },
      [arn('dxlag/dxlag-aaaaaaaa')],
    ],
    ['AssociateMacSecKey', { connectionId: 'dxcon-aaaaaaaa' }, [arn('dxcon/dxcon-aaaaaaaa')]],
    ['AssociateMacSecKey', { connectionId: 'dxlag-aaaaaaaa' }, [arn('dxlag/dxlag-aaaaaaaa')]],
    [
      'DisassociateMacSecKey',
      { connectionId: 'dxlag-aaaaaaaa', secretARN: 'arn:aws:secretsmanager:a' },
      [arn('dxlag/dxlag-aaaaaaaa')],
    ],
    ['CreateLag', { numberOfConnections: 1, location: 'a', connectionsBandwidth: '1Gbps', lagName: 'a' }, ['*']],
    ['UpdateLag', { lagId: 'dxlag-aaaaaaaa' }, [arn('dxlag/dxlag-aaaaaaaa')]],
    ['DeleteLag', { lagId: 'dxlag-aaaaaaaa' }, [arn('dxlag/dxlag-aaaaaaaa')]],
    ['DescribeTags', { resourceArns: [arn('dxcon/x'), arn('dxlag/y')] }, [arn('dxcon/x'), arn('dxlag/y')]],
    ['TagResource', { resourceArn: arn('dxcon/x'), tags: [] }, [arn('dxcon/x')]],
    ['UntagResource', { resourceArn: arn('dxcon/x'), tagKeys: [] }, [arn('dxcon/x')]],
  ])('of %s %j asks for %j', async (operation, input, resources) => {
    expect(await asked(operation, input)).toEqual(resources.map(each => `directconnect:${operation} ${each}`));
  });

  test('uses the partition of the caller', async () => {
    const questions: string[] = [];
    const sandbox = given({}, async (_caller, _action, resource) => {
      questions.push(resource);
      return 'no';
    });
    const caller = { ...administrator, principalArn: 'arn:aws-cn:iam::111122223333:user/a', region: 'cn-north-1' };
    await expect(sandbox.call('DeleteLag', { lagId: 'dxlag-aaaaaaaa' }, caller)).rejects.toThrow('no');
    expect(questions).toEqual(['arn:aws-cn:directconnect:cn-north-1:111122223333:dxlag/dxlag-aaaaaaaa']);
  });

  test.each(['dxcon', 'dxlag'])(
    'that fails for the %s alone refuses the call, with the text of the denial',
    async type => {
      const sandbox = given(state(), async (_caller, _action, resource) =>
        resource.includes(`:${type}/`) ? `not allowed on ${resource}` : undefined,
      );
      expect(await refusal(sandbox, 'AssociateConnectionWithLag', pair)).toBe(
        `AccessDeniedException: not allowed on ${arn(`${type}/${type}-aaaaaaaa`)}`,
      );
    },
  );
});

describe('Faults', () => {
  test('fail a call before it is carried out, with name, text and status', async () => {
    const sandbox = given(state());
    sandbox.directConnect.faults.add([
      { operation: 'AssociateConnectionWithLag', error: 'InternalFailure', message: 'broken', status: 500 },
    ]);
    const failed = sandbox.call('AssociateConnectionWithLag', pair);
    await expect(failed).rejects.toEqual(new AwsError('InternalFailure', 'broken', 500));
    await expect(failed).rejects.toMatchObject({ code: 'InternalFailure', status: 500 });
    expect(sandbox.membersOf('dxlag-aaaaaaaa')).toEqual([]);
    await expect(sandbox.call('AssociateConnectionWithLag', pair)).resolves.toMatchObject(pair);
  });

  test('answer status 400 by default, as Direct Connect documents it', async () => {
    const sandbox = given(state());
    sandbox.directConnect.faults.add([{ operation: 'DescribeLags', error: 'DirectConnectServerException' }]);
    await expect(sandbox.call('DescribeLags', {})).rejects.toMatchObject({
      code: 'DirectConnectServerException',
      status: 400,
    });
  });

  test('can come after the call was carried out', async () => {
    const sandbox = given(state());
    sandbox.directConnect.faults.add([
      { operation: 'AssociateConnectionWithLag', error: 'DirectConnectServerException', afterApplying: true },
    ]);
    await expect(sandbox.call('AssociateConnectionWithLag', pair)).rejects.toMatchObject({
      code: 'DirectConnectServerException',
    });
    expect(sandbox.membersOf('dxlag-aaaaaaaa')).toEqual(['dxcon-aaaaaaaa']);
  });

  test('that come after a call are kept for one that succeeds', async () => {
    const sandbox = given(state());
    sandbox.directConnect.faults.add([
      { operation: 'AssociateConnectionWithLag', error: 'DirectConnectServerException', afterApplying: true },
    ]);
    await expect(
      sandbox.call('AssociateConnectionWithLag', { ...pair, lagId: 'dxlag-zzzzzzzz' }),
    ).rejects.toMatchObject({ code: 'DirectConnectClientException' });
    expect(sandbox.directConnect.faults.list()).toHaveLength(1);
  });

  test('can lose the answer', async () => {
    const sandbox = given(state());
    sandbox.directConnect.faults.add([
      { operation: 'AssociateConnectionWithLag', error: 'LostAnswer', afterApplying: true },
    ]);
    await expect(sandbox.call('AssociateConnectionWithLag', pair)).rejects.toBeInstanceOf(LostAnswer);
    expect(sandbox.membersOf('dxlag-aaaaaaaa')).toEqual(['dxcon-aaaaaaaa']);
  });

  test('hit as often as `times` says, and any operation where that is *', async () => {
    const sandbox = given(state());
    sandbox.directConnect.faults.add([{ operation: '*', error: 'ThrottlingException', times: 2 }]);
    await expect(sandbox.call('DescribeLags', {})).rejects.toMatchObject({ code: 'ThrottlingException' });
    expect(sandbox.directConnect.faults.list()).toEqual([{ operation: '*', error: 'ThrottlingException', times: 1 }]);
    await expect(sandbox.call('DescribeConnections', {})).rejects.toMatchObject({ code: 'ThrottlingException' });
    await expect(sandbox.call('DescribeLags', {})).resolves.toHaveProperty('lags');
  });

  test('hit in the order in which they were added, and only their operation', async () => {
    const sandbox = given(state());
    sandbox.directConnect.faults.add([
      { operation: 'DescribeLags', error: 'First' },
      { operation: 'DescribeLags', error: 'Second' },
    ]);
    await expect(sandbox.call('DescribeConnections', {})).resolves.toHaveProperty('connections');
    await expect(sandbox.call('DescribeLags', {})).rejects.toMatchObject({ code: 'First' });
    await expect(sandbox.call('DescribeLags', {})).rejects.toMatchObject({ code: 'Second' });
  });

  test('are gone once cleared', async () => {
    const sandbox = given(state());
    sandbox.directConnect.faults.add([{ operation: '*', error: 'ThrottlingException', times: 100 }]);
    sandbox.directConnect.faults.clear();
    await expect(sandbox.call('DescribeLags', {})).resolves.toHaveProperty('lags');
  });
});

test('every call is recorded with time, operation, input, principal and error', async () => {
  const sandbox = given(state());
  await sandbox.call('AssociateConnectionWithLag', pair);
  await sandbox.clock.advance(MINUTE / 2);
  await sandbox.call('AssociateConnectionWithLag', pair).catch(() => undefined);
  await sandbox.call('DescribeLoa', {}).catch(() => undefined);
  const principal = administrator.principalArn;
  expect(sandbox.directConnect.calls).toEqual([
    { time: '2026-01-01T00:00:00.000Z', operation: 'AssociateConnectionWithLag', input: pair, principal },
    {
      time: '2026-01-01T00:00:30.000Z',
      operation: 'AssociateConnectionWithLag',
      input: pair,
      principal,
      error: {
        name: 'DirectConnectClientException',
        message: 'Connection dxcon-aaaaaaaa is in a transitioning state.',
      },
    },
    {
      time: '2026-01-01T00:00:30.000Z',
      operation: 'DescribeLoa',
      input: {},
      principal,
      error: { name: 'UnknownOperationException', message: expect.stringContaining('DescribeLoa') },
    },
  ]);
});

test('of two calls at once for one connection, only one succeeds', async () => {
  const sandbox = given({
    connections: [connection('dxcon-aaaaaaaa')],
    lags: [lag('dxlag-aaaaaaaa'), lag('dxlag-bbbbbbbb')],
  });
  const outcomes = await Promise.allSettled([
    sandbox.call('AssociateConnectionWithLag', pair),
    sandbox.call('AssociateConnectionWithLag', { ...pair, lagId: 'dxlag-bbbbbbbb' }),
  ]);
  expect(outcomes.map(each => each.status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(sandbox.network.interruptions('dxcon-aaaaaaaa')).toHaveLength(1);
});

test('on the wire a time is seconds since 1970, as a number', async () => {
  const loaIssueTime = new Date('2017-04-07T12:42:44.500Z');
  const answer = { connections: [connection('dxcon-aaaaaaaa', { loaIssueTime })] };
  expect(JSON.parse(toWire(answer))).toEqual({
    connections: [{ ...connection('dxcon-aaaaaaaa'), loaIssueTime: 1491568964.5 }],
  });
});
