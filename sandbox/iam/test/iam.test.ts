import type { Caller } from '../../caller';
import { systemClock } from '../../clock';
import type { Json } from '../../cloudformation/resource-type';
import { Iam } from '../iam';
import { Sessions } from '../sessions';

const accountId = '111122223333';
const connection = `arn:aws:directconnect:eu-central-1:${accountId}:dxcon/dxcon-fg5678gh`;
const associate = 'directconnect:AssociateConnectionWithLag';
const lambdaTrust = trust({ Service: 'lambda.amazonaws.com' });
const boundaryArn = `arn:aws:iam::${accountId}:policy/boundary`;

function trust(principal: Json): Json {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }] };
}

function policy(effect: string, action: string, resource: string, condition?: Json): Json {
  const statement = { Effect: effect, Action: action, Resource: resource, ...(condition && { Condition: condition }) };
  return { Version: '2012-10-17', Statement: [statement] };
}

async function world() {
  const iam = new Iam({ accountId, partition: 'aws', random: Math.random });
  const sessions = new Sessions(iam, systemClock);
  const role = await iam.createRole('R', '/', { trustPolicy: lambdaTrust });
  const session = await sessions.forService('lambda.amazonaws.com', role.arn, 'S');
  if (!session) throw new Error('the role trusts Lambda');
  const principal = sessions.holderOf(session.credentials.accessKeyId)?.principal;
  if (!principal) throw new Error('the session is known');
  const caller: Caller = { ...principal, region: 'eu-central-1' };
  const administrator: Caller = { ...sessions.administrator, region: 'eu-central-1' };
  return { iam, sessions, role, session, caller, administrator };
}

const denied = (action: string, resource: string, reason: string) =>
  `User: arn:aws:sts::${accountId}:assumed-role/R/S is not authorized to perform: ${action} on resource: ${resource} ${reason}`;

describe('what a role may do', () => {
  test('nothing to a resource longer than an ARN can be, whose patterns would take long to match', async () => {
    const { iam, caller } = await world();
    await iam.putRolePolicy('R', 'P', policy('Allow', '*', '*'));
    expect(await iam.authorize(caller, associate, `${connection}/${'a'.repeat(2048)}`)).toContain('an ARN up to 2048');
  });

  test('nothing without a policy, in the words of AWS', async () => {
    const { iam, caller } = await world();
    expect(await iam.authorize(caller, associate, connection)).toBe(
      denied(associate, connection, `because no identity-based policy allows the ${associate} action`),
    );
  });

  test('what an inline policy allows, until the policy is changed or taken away', async () => {
    const { iam, caller } = await world();
    await iam.putRolePolicy(
      'R',
      'P',
      policy('Allow', associate, `arn:aws:directconnect:eu-central-1:${accountId}:dxcon/*`),
    );
    expect(await iam.authorize(caller, associate, connection)).toBeUndefined();
    await iam.putRolePolicy(
      'R',
      'P',
      policy('Allow', associate, `arn:aws:directconnect:eu-central-1:${accountId}:dxlag/*`),
    );
    expect(await iam.authorize(caller, associate, connection)).toContain('because no identity-based policy');
    await iam.putRolePolicy('R', 'P', policy('Allow', '*', '*'));
    expect(await iam.authorize(caller, associate, connection)).toBeUndefined();
    iam.deleteRolePolicy('R', 'P');
    expect(await iam.authorize(caller, associate, connection)).toContain('because no identity-based policy');
  });

  test('what an attached policy allows, of the account or of AWS', async () => {
    const { iam, caller } = await world();
    const { arn } = await iam.createPolicy('M', '/', policy('Allow', 'directconnect:*', '*'));
    iam.attachRolePolicy('R', arn);
    expect(await iam.authorize(caller, associate, connection)).toBeUndefined();
    const stream = `arn:aws:logs:eu-central-1:${accountId}:log-group:/aws/lambda/f:log-stream:s`;
    expect(await iam.authorize(caller, 'logs:PutLogEvents', stream)).toBeDefined();
    iam.attachRolePolicy('R', 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole');
    expect(await iam.authorize(caller, 'logs:PutLogEvents', stream)).toBeUndefined();
  });

  test('nothing that a statement denies, whatever others allow', async () => {
    const { iam, caller } = await world();
    await iam.putRolePolicy('R', 'A', policy('Allow', '*', '*'));
    await iam.putRolePolicy('R', 'B', policy('Deny', 'directconnect:*', '*'));
    expect(await iam.authorize(caller, associate, connection)).toBe(
      denied(associate, connection, 'with an explicit deny in an identity-based policy'),
    );
  });

  test('nothing that its permissions boundary leaves out', async () => {
    const { iam, caller } = await world();
    await iam.putRolePolicy('R', 'A', policy('Allow', '*', '*'));
    await iam.createPolicy('boundary', '/', policy('Allow', 'logs:*', '*'));
    await iam.updateRole('R', { trustPolicy: lambdaTrust, permissionsBoundary: boundaryArn });
    expect(await iam.authorize(caller, associate, connection)).toBe(
      denied(associate, connection, `because no permissions boundary allows the ${associate} action`),
    );
  });

  test('a request on everything is not allowed by a policy on some', async () => {
    const { iam, caller } = await world();
    const action = 'directconnect:DescribeLags';
    await iam.putRolePolicy(
      'R',
      'A',
      policy('Allow', action, `arn:aws:directconnect:eu-central-1:${accountId}:dxlag/*`),
    );
    expect(await iam.authorize(caller, action, '*')).toContain('because no identity-based policy');
    await iam.putRolePolicy('R', 'A', policy('Allow', action, '*'));
    expect(await iam.authorize(caller, action, '*')).toBeUndefined();
  });

  test('a condition on the Region is looked at', async () => {
    const { iam, caller } = await world();
    const condition = { StringEquals: { 'aws:RequestedRegion': 'eu-central-1' } };
    await iam.putRolePolicy('R', 'A', policy('Allow', '*', '*', condition));
    expect(await iam.authorize(caller, associate, connection)).toBeUndefined();
    const elsewhere = connection.replace('eu-central-1', 'eu-west-1');
    expect(await iam.authorize({ ...caller, region: 'eu-west-1' }, associate, elsewhere)).toBeDefined();
  });

  test('the administrator may do everything', async () => {
    const { iam, administrator } = await world();
    expect(await iam.authorize(administrator, associate, connection)).toBeUndefined();
  });
});

describe('policies that are refused', () => {
  test.each([
    ['no object', 'text', 'a policy document is an object'],
    ['a wrong effect', policy('Sure', '*', '*'), 'Effect'],
    [
      'a denial by a tag',
      policy('Deny', '*', '*', { StringEquals: { 'aws:ResourceTag/a': 'b' } }),
      'aws:ResourceTag/a',
    ],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
    ['an unknown variable', policy('Allow', 's3:GetObject', 'arn:aws:s3:::b/${aws:username}'), 'aws:username'],
  ])('%s', async (_name, document, what) => {
    const { iam } = await world();
    await expect(iam.putRolePolicy('R', 'P', document)).rejects.toMatchObject({
      code: 'MalformedPolicyDocument',
      message: expect.stringContaining(what),
    });
  });

  test('inline policies of more than 10,240 characters together', async () => {
    const { iam } = await world();
    const large = policy('Allow', 's3:GetObject', `arn:aws:s3:::${'x'.repeat(6000)}`);
    await iam.putRolePolicy('R', 'A', large);
    await iam.putRolePolicy('R', 'A', large);
    await expect(iam.putRolePolicy('R', 'B', large)).rejects.toMatchObject({ code: 'LimitExceeded' });
  });

  test('an AWS managed policy whose text the sandbox does not have, by its name', async () => {
    const { iam } = await world();
    const arn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    expect(() => iam.attachRolePolicy('R', arn)).toThrow(`does not know the AWS managed policy ${arn}`);
  });
});

describe('roles and policies in use', () => {
  test('a role with a policy cannot be deleted', async () => {
    const { iam } = await world();
    await iam.putRolePolicy('R', 'A', policy('Allow', '*', '*'));
    expect(() => iam.deleteRole('R')).toThrow('Cannot delete entity, must delete policies first.');
  });

  test('a policy that a role has cannot be deleted', async () => {
    const { iam } = await world();
    const { arn } = await iam.createPolicy('M', '/', policy('Allow', '*', '*'));
    iam.attachRolePolicy('R', arn);
    expect(() => iam.deletePolicy(arn)).toThrow('attached to entities');
    iam.detachRolePolicy('R', arn);
    iam.deletePolicy(arn);
    expect(() => iam.attachRolePolicy('R', arn)).toThrow('does not exist');
  });

  test('credentials end with their role, even if one of the same name follows', async () => {
    const { iam, sessions, session } = await world();
    iam.deleteRole('R');
    await iam.createRole('R', '/', { trustPolicy: lambdaTrust });
    expect(sessions.holderOf(session.credentials.accessKeyId)?.principal).toBeUndefined();
  });
});

describe('who may assume a role', () => {
  test('a service that the role trusts, and no other', async () => {
    const { sessions, role } = await world();
    expect(await sessions.forService('lambda.amazonaws.com', role.arn, 'S')).toBeDefined();
    expect(await sessions.forService('ec2.amazonaws.com', role.arn, 'S')).toBeUndefined();
  });

  test('the administrator, where the role trusts the account', async () => {
    const { iam, sessions, role, administrator } = await world();
    await expect(sessions.assumeRole(administrator, role.arn, 'me')).rejects.toMatchObject({ code: 'AccessDenied' });
    await iam.updateRole('R', { trustPolicy: trust({ AWS: `arn:aws:iam::${accountId}:root` }) });
    const { arn, credentials } = await sessions.assumeRole(administrator, role.arn, 'me');
    expect(arn).toBe(`arn:aws:sts::${accountId}:assumed-role/R/me`);
    expect(sessions.holderOf(credentials.accessKeyId)?.principal.roleArn).toBe(role.arn);
  });

  test('the administrator, for the roles of cdk bootstrap: the session is an administrator too', async () => {
    const { sessions, administrator, caller } = await world();
    const arn = `arn:aws:iam::${accountId}:role/cdk-hnb659fds-deploy-role-${accountId}-eu-central-1`;
    const assumed = await sessions.assumeRole(administrator, arn, 'cdk');
    const principal = sessions.holderOf(assumed.credentials.accessKeyId)?.principal;
    expect(principal).toEqual({ accountId, principalArn: assumed.arn });
    await expect(sessions.assumeRole(caller, arn, 'cdk')).rejects.toMatchObject({ code: 'AccessDenied' });
  });

  test('nobody, where the role does not exist', async () => {
    const { sessions, administrator } = await world();
    const arn = `arn:aws:iam::${accountId}:role/none`;
    await expect(sessions.assumeRole(administrator, arn, 'me')).rejects.toMatchObject({ code: 'AccessDenied' });
  });
});
