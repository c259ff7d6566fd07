import type { Json } from '../../cloudformation/resource-type';
import { identityPolicy, trustPolicy } from '../policy-document';

const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const trust = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } };

test.each<[what: string, document: Json, because: string]>([
  ['a statement without a document', statement, '"Effect" is none of Version, Id, Statement'],
  [
    'a version',
    { Version: '2020-01-01', Statement: statement },
    'Version is 2012-10-17 or 2008-10-17, not "2020-01-01"',
  ],
  ['no statement', { Version: '2012-10-17' }, 'Statement has none'],
  ['a text', { Statement: 'Allow' }, 'Statement[0]: a statement is an object, not "Allow"'],
  [
    'a second Sid',
    { Statement: [1, 2].map(() => ({ Sid: 'A', ...statement })) },
    'another one in each statement; not "A"',
  ],
  ['an unknown member', { Statement: { ...statement, Actions: '*' } }, '"Actions" is none of Sid, Effect, Action'],
  ['a wrong case', { Statement: { ...statement, Effect: 'allow' } }, 'Effect is Allow or Deny, not "allow"'],
  ['a principal', { Statement: { ...statement, Principal: '*' } }, '"Principal" is none of'],
  ['no action', { Statement: { Effect: 'Allow', Resource: '*' } }, 'one of Action and NotAction is required'],
  ['both', { Statement: { ...statement, NotAction: '*' } }, 'one of Action and NotAction is required'],
  ['an empty list', { Statement: { ...statement, Action: [] } }, 'Action is service:Action'],
  ['no service', { Statement: { ...statement, Action: ['s3:*', 'GetObject'] } }, 'not "GetObject"'],
  ['a service of many', { Statement: { ...statement, Action: 's*:GetObject' } }, 'not "s*:GetObject"'],
  ['no ARN', { Statement: { ...statement, Resource: 'bucket/*' } }, 'Resource is arn:partition:service:…'],
  ['an ARN of many services', { Statement: { ...statement, Resource: 'arn:aws:s*:::b' } }, 'not "arn:aws:s*:::b"'],
  [
    'a variable before the name',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
    { Statement: { ...statement, Resource: 'arn:aws:sqs:eu-central-1:${aws:PrincipalAccount}:q' } },
    'Resource is arn:partition:service:…',
  ],
  ['no operator', { Statement: { ...statement, Condition: { Equals: {} } } }, '"Equals" is no condition operator'],
  [
    'no values',
    { Statement: { ...statement, Condition: { Bool: { a: {} } } } },
    'a value of Bool is a text, a number or',
  ],
])('an identity policy with %s is refused', (_what, document, because) => {
  expect(() => identityPolicy('P', document)).toThrow(because);
});

test.each<[what: string, fields: { readonly [key: string]: Json }, because: string]>([
  ['a resource', { Resource: '*' }, '"Resource" is none of'],
  ['another action', { Action: 's3:GetObject' }, 'Action of a trust policy is of sts'],
  ['nobody', { Principal: {} }, 'Principal is "*", or an object'],
  ['a kind that is none', { Principal: { Lambda: '*' } }, 'Principal is "*", or an object'],
  ['a part of a service', { Principal: { Service: 'lambda' } }, 'Principal is "*", or an object'],
  ['many roles', { Principal: { AWS: 'arn:aws:iam::111122223333:role/*' } }, 'Principal is "*", or an object'],
  [
    'an unknown key',
    { Condition: { StringEquals: { 'sts:ExternalId': 'x' } } },
    'the sandbox does not support the context key sts:ExternalId; it has aws:PrincipalAccount, ',
  ],
  [
    'a variable',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
    { Condition: { StringEquals: { 'aws:SourceAccount': '${aws:PrincipalAccount}' } } },
    'the sandbox does not support the variable aws:PrincipalAccount; it has none in the policy of a resource',
  ],
])('a trust policy with %s is refused', (_what, fields, because) => {
  expect(() => trustPolicy('T', { Version: '2012-10-17', Statement: [{ ...trust, ...fields }] })).toThrow(because);
});
