import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { LagMembership } from '../../lib';

const GUIDE = readFileSync(join(__dirname, '..', '..', 'docs', 'snapshot-tests.md'), 'utf8');

test('the key that the guide leaves out of a snapshot is where all hashes of a template are', () => {
  const stack = new Stack(new App(), 'Network');
  new LagMembership(stack, 'Membership', { connectionId: 'dxcon-fg5678gh', lagId: 'dxlag-fg1234aa' });
  const leftOut = /key === '(\w+)'/.exec(GUIDE)?.[1];
  const hash = /[0-9a-f]{64}/;
  const template = Template.fromStack(stack);
  expect(JSON.stringify(template)).toMatch(hash);
  expect(JSON.stringify(template, (key, value) => (key === leftOut ? '' : value))).not.toMatch(hash);
});
