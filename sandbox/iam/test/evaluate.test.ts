import type { Json } from '../../cloudformation/resource-type';
import { type Decision, type Evaluation, evaluate } from '../evaluate';
import { identityPolicy, type Policy, trustPolicy } from '../policy-document';

const account = '111122223333';
const role = `arn:aws:iam::${account}:role/R`;
const session = `arn:aws:sts::${account}:assumed-role/R/S`;
const user = `arn:aws:iam::${account}:user/sandbox`;
const connection = `arn:aws:directconnect:eu-central-1:${account}:dxcon/dxcon-fg5678gh`;
const associate = 'directconnect:AssociateConnectionWithLag';

const allowed: Decision = { allowed: true };
const denied = { allowed: false, explicit: true, by: 'identity-based policy' } satisfies Decision;
const notAllowed = { allowed: false, explicit: false, by: 'identity-based policy' } satisfies Decision;

const everything = identityPolicy('everything', { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } });

const request = {
  principalArn: session,
  action: associate,
  resourceArn: connection,
  accountId: account,
  context: {
    'aws:PrincipalAccount': account,
    'aws:PrincipalArn': role,
    'aws:RequestedRegion': 'eu-central-1',
    'aws:ViaAWSService': 'false',
  },
} satisfies Omit<Evaluation, 'identityPolicies'>;

type Fields = { readonly [key: string]: Json };

const policyOf = (...statements: Fields[]): Policy =>
  identityPolicy('P', { Version: '2012-10-17', Statement: statements });

const allow = (fields: Fields): Fields => ({ Effect: 'Allow', Action: '*', Resource: '*', ...fields });
const deny = (fields: Fields): Fields => ({ ...allow(fields), Effect: 'Deny' });

function judge(statements: readonly Fields[], changed: Partial<Evaluation> = {}): Decision {
  return evaluate({ ...request, identityPolicies: [policyOf(...statements)], ...changed });
}

describe('an action', () => {
  test.each([
    ['*', true],
    ['*:*', true],
    ['directconnect:*', true],
    ['directconnect:associateconnectionwithlag', true],
    ['DirectConnect:Associate*', true],
    ['directconnect:*Lag', true],
    ['directconnect:*Connection*Lag*', true],
    ['directconnect:AssociateConnectionWithLa?', true],
    ['directconnect:AssociateConnectionWithLag?', false],
    ['directconnect:AssociateConnection', false],
    ['directconnect:Associate*Gateway', false],
    ['ec2:*', false],
  ])('%s', (Action, is) => {
    expect(judge([allow({ Action })])).toEqual(is ? allowed : notAllowed);
    const { Action: _, ...others } = allow({ NotAction: Action });
    expect(judge([others])).toEqual(is ? notAllowed : allowed);
  });
});

describe('a resource', () => {
  const region = 'arn:aws:directconnect:eu-central-1:';
  test.each([
    ['*', true],
    [connection, true],
    [connection.toUpperCase().replace(/^ARN:AWS:DIRECTCONNECT/, 'arn:aws:directconnect'), false],
    [`${region}${account}:dxcon/*`, true],
    [`${region}${account}:*`, true],
    [`${region}*`, true],
    ['arn:aws:directconnect:*:*:dxcon/*-*', true],
    ['arn:aws:directconnect:eu-*-?:*:dxcon/dxcon-????????', true],
    [`${region}${account}:dxcon/dxcon-???????`, false],
    [`${region}${account}:dxlag/*`, false],
    [`arn:aws:directconnect:us-east-1:${account}:*`, false],
    ['arn:aws-cn:directconnect:*:*:*', false],
    ['arn:aws:s3:::*', false],
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: policy variables
    [`${region}${account}:\${aws:PrincipalAccount}`, false],
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: policy variables
  ])('%s', (Resource, is) => {
    expect(judge([allow({ Resource })])).toEqual(is ? allowed : notAllowed);
    const { Resource: _, ...others } = allow({ NotResource: Resource });
    expect(judge([others])).toEqual(is ? notAllowed : allowed);
  });

  test('has what a variable stands for, to the letter', () => {
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: policy variables
    const Resource = 'arn:aws:s3:::b/${aws:PrincipalAccount}/${*}/${aws:RequestedRegion, "x"}/*';
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: policy variables
    const of = (key: string) => judge([allow({ Resource })], { resourceArn: `arn:aws:s3:::b/${key}` });
    expect(of(`${account}/*/eu-central-1/x`)).toEqual(allowed);
    expect(of(`${account}/a/eu-central-1/x`)).toEqual(notAllowed);
    expect(of('444455556666/*/eu-central-1/x')).toEqual(notAllowed);
  });

  test('with $ in its name is no variable in a policy of 2008', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
    const Resource = 'arn:aws:s3:::b/${aws:PrincipalAccount}';
    const policy = identityPolicy('P', { Version: '2008-10-17', Statement: allow({ Resource }) });
    const of = (key: string) =>
      evaluate({ ...request, identityPolicies: [policy], resourceArn: `arn:aws:s3:::b/${key}` });
    expect(of(account)).toEqual(notAllowed);
    expect(of(Resource.slice('arn:aws:s3:::b/'.length))).toEqual(allowed);
  });
});

describe('a condition', () => {
  test.each<[holds: boolean, condition: Fields]>([
    [true, {}],
    [true, { StringEquals: { 'aws:RequestedRegion': 'eu-central-1' } }],
    [true, { StringEquals: { 'AWS:requestedregion': ['us-east-1', 'eu-central-1'] } }],
    [false, { StringEquals: { 'aws:RequestedRegion': 'EU-central-1' } }],
    [false, { StringEquals: { 'aws:RequestedRegion': 'eu-*' } }],
    [false, { StringEquals: { 'aws:RequestedRegion': 'eu-central-1', 'aws:PrincipalAccount': '444455556666' } }],
    [false, { StringEquals: { 'aws:SourceAccount': account } }],
    [true, { StringEqualsIfExists: { 'aws:SourceAccount': '444455556666' } }],
    [false, { StringEqualsIfExists: { 'aws:RequestedRegion': 'us-east-1' } }],
    [false, { StringNotEquals: { 'aws:RequestedRegion': ['us-east-1', 'eu-central-1'] } }],
    [true, { StringNotEquals: { 'aws:RequestedRegion': 'us-east-1' } }],
    [true, { StringNotEquals: { 'aws:SourceAccount': account } }],
    [true, { StringEqualsIgnoreCase: { 'aws:RequestedRegion': 'EU-Central-1' } }],
    [false, { StringNotEqualsIgnoreCase: { 'aws:RequestedRegion': 'EU-Central-1' } }],
    [true, { StringLike: { 'aws:RequestedRegion': 'eu-*-?' } }],
    [false, { StringNotLike: { 'aws:RequestedRegion': 'eu-*-?' } }],
    [true, { ArnLike: { 'aws:PrincipalArn': 'arn:*:iam::*:role/?' } }],
    [true, { ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*' } }],
    [false, { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*' } }],
    [false, { ArnLike: { 'aws:PrincipalArn': '*' } }],
    [true, { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:user/*' } }],
    [false, { ArnNotEquals: { 'aws:PrincipalArn': role } }],
    [true, { Bool: { 'aws:ViaAWSService': false } }],
    [true, { Bool: { 'aws:ViaAWSService': 'False' } }],
    [false, { Bool: { 'aws:ViaAWSService': 'true' } }],
    [false, { Bool: { 'aws:PrincipalIsAWSService': 'false' } }],
    [true, { BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } }],
    [true, { Null: { 'aws:SourceAccount': 'true', 'aws:PrincipalArn': false } }],
    [false, { Null: { 'aws:SourceAccount': 'false' } }],
    [true, { 'ForAllValues:StringEquals': { 'aws:SourceAccount': account } }],
    [false, { 'ForAllValues:StringEquals': { 'aws:RequestedRegion': 'us-east-1' } }],
    [true, { 'ForAnyValue:StringLike': { 'aws:RequestedRegion': ['us-*', 'eu-*'] } }],
    [false, { 'ForAnyValue:StringNotEquals': { 'aws:SourceAccount': account } }],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
    [true, { StringEquals: { 'aws:PrincipalAccount': '${aws:PrincipalAccount}' } }],
  ])('holds, or not: %s %j', (is, Condition) => {
    expect(judge([allow({ Condition })])).toEqual(is ? allowed : notAllowed);
    expect(judge([allow({}), deny({ Condition })])).toEqual(is ? denied : allowed);
  });

  test.each<[condition: Fields]>([
    [{ StringEquals: { 'aws:ResourceTag/team': 'network' } }],
    [{ StringNotEquals: { 'aws:ResourceTag/team': 'network' } }],
    [{ Null: { 'aws:MultiFactorAuthAge': 'true' } }],
    [{ StringEqualsIfExists: { 'aws:SourceVpc': 'vpc-1' } }],
    [{ 'ForAllValues:StringEquals': { 'aws:TagKeys': 'team' } }],
    [{ 'ForAnyValue:StringEqualsIfExists': { 'aws:RequestedRegion': 'eu-central-1' } }],
    [{ NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }],
    [{ NumericEquals: { 'aws:PrincipalAccount': Number(account) } }],
  ])('that cannot be answered allows nobody, and is refused where it denies: %j', Condition => {
    expect(judge([allow({ Condition })])).toEqual(notAllowed);
    expect(() => judge([deny({ Condition })])).toThrow('the sandbox does not support the');
  });
});

describe('policies together', () => {
  const boundaryOf = (...statements: Fields[]) => ({ permissionsBoundary: policyOf(...statements) });

  test('a denial is before all that allow, in whichever policy it is', () => {
    expect(judge([deny({ Action: associate }), allow({})])).toEqual(denied);
    expect(judge([allow({})], { identityPolicies: [everything, policyOf(deny({}))] })).toEqual(denied);
    expect(judge([allow({})], boundaryOf(allow({}), deny({})))).toEqual({ ...denied, by: 'permissions boundary' });
  });

  test('both the policy and the boundary must allow', () => {
    expect(judge([allow({})], boundaryOf(allow({})))).toEqual(allowed);
    expect(judge([allow({})], boundaryOf(allow({ Action: 's3:*' })))).toEqual({
      ...notAllowed,
      by: 'permissions boundary',
    });
    expect(judge([allow({ Action: 's3:*' })], boundaryOf(allow({})))).toEqual(notAllowed);
  });
});

describe('a trust policy', () => {
  const target = `arn:aws:iam::${account}:role/Target`;

  function assume(principals: Json, changed: Partial<Evaluation> = {}, fields: Fields = {}): boolean {
    const statement = { Effect: 'Allow', Principal: principals, Action: 'sts:AssumeRole', ...fields };
    return evaluate({
      ...request,
      action: 'sts:AssumeRole',
      resourceArn: target,
      identityPolicies: [],
      resourcePolicy: trustPolicy('T', { Version: '2012-10-17', Statement: [statement] }),
      ...changed,
    }).allowed;
  }

  const asUser = { principalArn: user, context: { ...request.context, 'aws:PrincipalArn': user } };
  const asLambda = { principalArn: 'lambda.amazonaws.com', context: { 'aws:SourceAccount': account } };
  const withRights = { identityPolicies: [everything] };
  const bounded = { permissionsBoundary: policyOf(allow({ Action: 's3:*' })) };

  test.each<[is: boolean, who: Json, changed: Partial<Evaluation>]>([
    [true, { Service: 'lambda.amazonaws.com' }, asLambda],
    [true, { Service: ['ec2.amazonaws.com', 'lambda.amazonaws.com'] }, asLambda],
    [false, { Service: 'ec2.amazonaws.com' }, asLambda],
    [false, { AWS: account }, asLambda],
    [true, '*', asLambda],
    [true, { AWS: role }, {}],
    [false, { AWS: role }, bounded],
    [true, { AWS: session }, bounded],
    [false, { AWS: `${session}2` }, {}],
    [false, { AWS: `arn:aws:iam::${account}:role/Other` }, withRights],
    [true, { AWS: user }, asUser],
    [false, { AWS: account }, {}],
    [true, { AWS: account }, withRights],
    [true, { AWS: `arn:aws:iam::${account}:root` }, { ...asUser, ...withRights }],
    [false, { AWS: `arn:aws:iam::${account}:root` }, { ...withRights, ...bounded }],
    [false, { AWS: '444455556666' }, withRights],
    [true, { AWS: '*' }, {}],
    [false, { Federated: 'cognito-identity.amazonaws.com' }, withRights],
    [false, { AWS: 'AROAABCDEFGHIJKLMNOP' }, withRights],
  ])('%s: trusts %j', (is, principals, changed) => expect(assume(principals, changed)).toBe(is));

  test('denies whom it names, and with its account everybody but the services', () => {
    const trustBut = (principals: Json) =>
      trustPolicy('T', {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' },
          { Effect: 'Deny', Principal: principals, Action: 'sts:*' },
        ],
      });
    const deniesSession = { resourcePolicy: trustBut({ AWS: session }) };
    expect(assume('*', deniesSession)).toBe(false);
    expect(assume('*', { ...asUser, ...deniesSession })).toBe(true);
    const deniesAccount = { resourcePolicy: trustBut({ AWS: account }) };
    expect(assume('*', deniesAccount)).toBe(false);
    expect(assume('*', { ...asLambda, ...deniesAccount })).toBe(true);
  });

  test('has conditions on what a service acts for', () => {
    const Condition = { StringEquals: { 'aws:SourceAccount': account } };
    expect(assume({ Service: 'lambda.amazonaws.com' }, asLambda, { Condition })).toBe(true);
    const other = { ...asLambda, context: { 'aws:SourceAccount': '444455556666' } };
    expect(assume({ Service: 'lambda.amazonaws.com' }, other, { Condition })).toBe(false);
  });

  test('of federated identities may have any condition: nobody here is one', () => {
    const Condition = { StringEquals: { 'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com' } };
    const federated = { Federated: `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com` };
    expect(assume(federated, withRights, { Condition, Action: 'sts:AssumeRoleWithWebIdentity' })).toBe(false);
  });
});
