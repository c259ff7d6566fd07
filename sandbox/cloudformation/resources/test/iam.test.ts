import type { Caller } from '../../../caller';
import { Iam } from '../../../iam/iam';
import type { Json, Properties } from '../../resource-type';
import { iamManagedPolicy } from '../iam-managed-policy';
import { iamPolicy } from '../iam-policy';
import { iamRole } from '../iam-role';
import { created } from './support';

const basicExecution = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
const group = 'arn:aws:logs:eu-central-1:111122223333:log-group:g';
const lag = 'arn:aws:directconnect:eu-central-1:111122223333:dxlag/dxlag-fg1234aa';
const AssumeRolePolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
const allow = (...Action: string[]): Json => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
});

function world() {
  const iam = new Iam({ accountId: '111122223333', partition: 'aws', random: Math.random });
  const may = async (roleName: string, action: string, resource: string) => {
    const caller: Caller = {
      accountId: '111122223333',
      region: 'eu-central-1',
      principalArn: `arn:aws:sts::111122223333:assumed-role/${roleName}/s`,
      roleArn: iam.findRole(roleName)?.arn ?? '',
    };
    return (await iam.authorize(caller, action, resource)) === undefined;
  };
  const role = (properties: Properties = {}) => created(iamRole(iam), { AssumeRolePolicyDocument, ...properties });
  return { iam, may, role };
}

describe('AWS::IAM::Role', () => {
  test('has a name from the stack unless it is named, an ARN and an id', async () => {
    const { role } = world();
    expect((await role()).state).toMatchObject({ physicalId: expect.stringMatching(/^S-L-/) });
    expect((await role({ RoleName: 'named', Path: '/p/' })).state).toEqual({
      physicalId: 'named',
      attributes: {
        Arn: 'arn:aws:iam::111122223333:role/p/named',
        RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
      },
    });
  });

  test('has the policies that the template names, and those alone after an update', async () => {
    const { may, role } = world();
    const Policies = [
      { PolicyName: 'A', PolicyDocument: allow('directconnect:DescribeLags') },
      { PolicyName: 'B', PolicyDocument: allow('directconnect:DeleteLag') },
    ];
    const made = await role({ RoleName: 'R', Policies, ManagedPolicyArns: [basicExecution] });
    expect(await may('R', 'directconnect:DescribeLags', lag)).toBe(true);
    expect(await may('R', 'directconnect:DeleteLag', lag)).toBe(true);
    expect(await may('R', 'logs:CreateLogGroup', group)).toBe(true);
    await made.update({ AssumeRolePolicyDocument, RoleName: 'R', Policies: Policies.slice(0, 1) });
    expect(await may('R', 'directconnect:DescribeLags', lag)).toBe(true);
    expect(await may('R', 'directconnect:DeleteLag', lag)).toBe(false);
    expect(await may('R', 'logs:CreateLogGroup', group)).toBe(false);
  });

  test('leaves nothing behind when it cannot be made', async () => {
    const { iam, role } = world();
    const Policies = [{ PolicyName: 'A', PolicyDocument: allow('directconnect:DescribeLags') }];
    const ManagedPolicyArns = ['arn:aws:iam::111122223333:policy/none'];
    await expect(role({ RoleName: 'R', Policies, ManagedPolicyArns })).rejects.toThrow(
      'does not exist or is not attachable',
    );
    expect(iam.findRole('R')).toBeUndefined();
  });

  test('is deleted with its own policies, twice without harm, but not with the policy of another', async () => {
    const { iam, role } = world();
    const made = await role({ RoleName: 'R', ManagedPolicyArns: [basicExecution] });
    await iam.putRolePolicy('R', 'foreign', allow('s3:GetObject'));
    await expect(made.delete()).rejects.toMatchObject({ code: 'DeleteConflict' });
    iam.deleteRolePolicy('R', 'foreign');
    await made.delete();
    await made.delete();
    expect(iam.findRole('R')).toBeUndefined();
  });
});

describe('AWS::IAM::Policy', () => {
  test('is in the roles that it names, follows a change of name and roles, and goes when it is deleted', async () => {
    const { iam, may, role } = world();
    await role({ RoleName: 'R1' });
    await role({ RoleName: 'R2' });
    const PolicyDocument = allow('directconnect:DescribeLags');
    const policy = await created(iamPolicy(iam), { PolicyName: 'P', PolicyDocument, Roles: ['R1'] });
    expect(await may('R1', 'directconnect:DescribeLags', lag)).toBe(true);
    await policy.update({ PolicyName: 'Q', PolicyDocument, Roles: ['R2'] });
    expect(await may('R1', 'directconnect:DescribeLags', lag)).toBe(false);
    expect(await may('R2', 'directconnect:DescribeLags', lag)).toBe(true);
    await policy.delete();
    expect(await may('R2', 'directconnect:DescribeLags', lag)).toBe(false);
  });

  test('fails without a role', async () => {
    const { iam } = world();
    const policy = created(iamPolicy(iam), { PolicyName: 'P', PolicyDocument: allow('s3:GetObject') });
    await expect(policy).rejects.toThrow('Roles must name at least one role');
  });
});

describe('AWS::IAM::ManagedPolicy', () => {
  test('is known by its ARN, attached to the roles that it names, and goes when it is deleted', async () => {
    const { iam, may, role } = world();
    await role({ RoleName: 'R' });
    const properties = { ManagedPolicyName: 'M', PolicyDocument: allow('directconnect:DescribeLags'), Roles: ['R'] };
    const policy = await created(iamManagedPolicy(iam), properties);
    expect(policy.state.physicalId).toBe('arn:aws:iam::111122223333:policy/M');
    expect(await may('R', 'directconnect:DescribeLags', lag)).toBe(true);
    await policy.update({ ...properties, PolicyDocument: allow('directconnect:DeleteLag') });
    expect(await may('R', 'directconnect:DescribeLags', lag)).toBe(false);
    await policy.delete();
    expect(await may('R', 'directconnect:DeleteLag', lag)).toBe(false);
  });
});
