import { loadServiceData } from '../../iam/evaluate';
import { checkPermission, mayInvoke, type Permission, type Permissions, withPermission } from '../resource-policy';

const accountId = '111122223333';
const functionArn = `arn:aws:lambda:eu-central-1:${accountId}:function:F`;
const ruleArn = `arn:aws:events:eu-central-1:${accountId}:rule/R`;
const rule = { service: 'events.amazonaws.com', arn: ruleArn, accountId };
const none: Permissions = new Map();
const permission: Permission = {
  action: 'lambda:InvokeFunction',
  principal: 'events.amazonaws.com',
  sourceArn: ruleArn,
};

beforeAll(loadServiceData);

test('nobody may invoke a function that has no permission', async () => {
  expect(await mayInvoke(functionArn, none, rule)).toBe(false);
});

test.each([
  ['the rule itself', {}, true],
  ['a rule that a wildcard names', { sourceArn: ruleArn.replace('/R', '/*') }, true],
  ['any rule, without a source', { sourceArn: undefined }, true],
  ['any action', { action: '*' }, true],
  ['its own account', { sourceAccount: accountId }, true],
  ['another rule', { sourceArn: `${ruleArn}2` }, false],
  ['another service', { principal: 'sns.amazonaws.com' }, false],
  ['another account', { sourceAccount: '444455556666' }, false],
  ['another action', { action: 'lambda:GetFunction' }, false],
  ['the account itself, which is no service', { principal: accountId }, false],
  ['an organization', { principal: '*', sourceArn: undefined, principalOrgId: 'o-1234567890' }, false],
])('with a permission for %s', async (_who, changed, allowed) => {
  const permissions = withPermission(functionArn, none, 'Rule-1', { ...permission, ...changed });
  expect(await mayInvoke(functionArn, permissions, rule)).toBe(allowed);
});

test('a second statement of the same id is refused', () => {
  const permissions = withPermission(functionArn, none, 'S', permission);
  expect(() => withPermission(functionArn, permissions, 'S', permission)).toThrow('(S) provided already exists');
});

test('statements of more than 20,480 bytes together are refused', () => {
  let permissions = none;
  const add = () => {
    for (let index = 0; index < 200; index += 1) {
      permissions = withPermission(functionArn, permissions, `S${index}`, permission);
    }
  };
  expect(add).toThrow('The final policy size is bigger than the limit (20480).');
  expect(permissions.size).toBeGreaterThan(50);
});

test.each([
  ['a principal that is none', { principal: 'nobody' }],
  ['an action that is none', { action: 'fly' }],
  ['a source of four *', { sourceArn: 'arn:aws:events:eu-central-1:111122223333:rule/*a*a*a*' }],
])('%s is refused', async (_what, changed) => {
  await expect(checkPermission(functionArn, 'S', { ...permission, ...changed })).rejects.toMatchObject({
    code: 'InvalidParameterValueException',
  });
});
