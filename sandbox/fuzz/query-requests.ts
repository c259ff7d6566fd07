import fc, { type Arbitrary } from 'fast-check';
import { changeSetActions } from '../cloudformation/actions/change-set-actions';
import { descriptionActions } from '../cloudformation/actions/description-actions';
import { stackActions } from '../cloudformation/actions/stack-actions';
import { templateActions } from '../cloudformation/actions/template-actions';
import { template } from './templates';
import { anyBody, type Unsigned } from './unsigned';
import { json, members, mostly, text } from './values';

/** Parameters as the AWS Query protocol flattens them. */
function flattened(value: unknown, name: string): [string, string][] {
  if (Array.isArray(value))
    return value.flatMap((one: unknown, index) => flattened(one, `${name}.member.${index + 1}`));
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, one]) => flattened(one, name === '' ? key : `${name}.${key}`));
  }
  return [[name, String(value)]];
}

function queryRequest(
  asked: Arbitrary<{ readonly action: string; readonly input: { readonly [name: string]: unknown } }>,
): Arbitrary<Unsigned> {
  return fc
    .record({
      asked,
      more: fc.array(fc.tuple(text, text), { maxLength: 1 }),
      get: fc.boolean(),
      odd: fc.nat(12),
      body: anyBody,
    })
    .map(({ asked: { action: name, input: parameters }, more, get, odd, body }) => {
      const all: [string, string][] = [['Action', name], ...flattened(parameters, ''), ...(odd === 1 ? more : [])];
      const form = new URLSearchParams(all).toString();
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      if (odd === 0) return { method: 'POST', path: '/', headers, body };
      if (get && form.length < 2000) return { method: 'GET', path: `/?${form}`, headers: {}, body: Buffer.alloc(0) };
      return { method: 'POST', path: '/', headers, body: Buffer.from(form) };
    });
}

const stackParameters: { readonly [name: string]: Arbitrary<unknown> } = {
  StackName: mostly(['S', 'T', 'arn:aws:cloudformation:eu-central-1:111122223333:stack/S/x']),
  ChangeSetName: mostly(['C']),
  ChangeSetType: mostly(['CREATE', 'UPDATE']),
  TemplateURL: mostly(['https://cdk-hnb659fds-assets-111122223333-eu-central-1.s3.amazonaws.com/key']),
  UsePreviousTemplate: mostly(['true', 'false']),
  Capabilities: mostly([['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'], '']),
  Parameters: mostly([[{ ParameterKey: 'P', ParameterValue: 'x' }], [{ ParameterKey: 'P', UsePreviousValue: 'true' }]]),
  Tags: mostly([[{ Key: 'k', Value: 'v' }]]),
  DeploymentConfig: mostly([{ Mode: 'STANDARD' }]),
  NotificationARNs: mostly(['']),
  RollbackConfiguration: mostly(['']),
  RoleARN: mostly(['arn:aws:iam::111122223333:role/R']),
  OnFailure: mostly(['DELETE', 'ROLLBACK', 'DO_NOTHING']),
  DisableRollback: mostly(['true', 'false']),
  RetainResources: mostly([['A']]),
  LogicalResourceId: mostly(['A']),
  PhysicalResourceId: mostly(['A-id']),
  StackStatusFilter: mostly([['CREATE_COMPLETE']]),
  NextToken: mostly([Buffer.from('["stacks",1,"x"]').toString('base64url'), Buffer.from('[').toString('base64url')]),
  ClientRequestToken: mostly(['t']),
  EnableTerminationProtection: mostly(['true', 'false']),
};

const actions = Object.entries({ ...stackActions, ...changeSetActions, ...descriptionActions, ...templateActions });

/** What an action takes, a template for those that take one. */
const stackInput = fc.constantFrom(...actions).chain(([action, { parameters }]) =>
  fc.record({
    action: fc.constant(action),
    input: members(
      Object.fromEntries(
        parameters
          .filter(name => name !== 'TemplateURL' || !parameters.includes('TemplateBody'))
          .map(name => [name, name === 'TemplateBody' ? template : (stackParameters[name] ?? json)]),
      ),
      ['StackName', 'ChangeSetName', 'TemplateBody', 'Capabilities'],
    ),
  }),
);

const create = fc.record({
  action: fc.constantFrom('CreateStack', 'UpdateStack'),
  input: fc.record({
    StackName: fc.constant('S'),
    Capabilities: fc.constant(['CAPABILITY_NAMED_IAM']),
    TemplateBody: template,
  }),
});
export const cloudFormationRequests = queryRequest(
  fc.oneof(
    { weight: 12, arbitrary: create },
    { weight: 8, arbitrary: stackInput },
    { weight: 1, arbitrary: fc.record({ action: text, input: members(stackParameters) }) },
  ),
);

export const stsRequests = queryRequest(
  fc.record({
    action: mostly(['GetCallerIdentity', 'AssumeRole', 'AssumeRole'], text).map(String),
    input: members(
      {
        RoleArn: mostly([
          'arn:aws:iam::111122223333:role/cdk-hnb659fds-deploy-role-111122223333-eu-central-1',
          'arn:aws:iam::111122223333:role/R',
        ]),
        RoleSessionName: mostly(['me']),
        DurationSeconds: mostly(['900', '3600', '43200']),
        Policy: mostly(['{}']),
      },
      ['RoleArn', 'RoleSessionName'],
    ),
  }),
);
