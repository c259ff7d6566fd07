import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { LagMembership } from '../../lib';

const EXAMPLES = join(__dirname, '..', '..', 'examples');
const names = readdirSync(EXAMPLES).filter(file => file.endsWith('.ts'));

/**
 * What cdk-nag finds in the library, and why that is so. docs/iam.md has the same reasons.
 */
const ACCEPTED = [
  // The handler must be able to leave the LAG that the template does not name any more, so its rights are not on the
  // declared ids alone.
  /^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:directconnect:[a-z0-9-]+:111122223333:dx(con|lag)\/\*]$/,
  // A check describes all connections in one call, which names none.
  /^AwsSolutions-IAM5\[Resource::\*]$/,
];

function appOf(name: string): App {
  const example: unknown = require(join(EXAMPLES, name));
  const app = typeof example === 'object' && example !== null && 'app' in example ? example.app : undefined;
  if (App.isApp(app)) return app;
  throw new Error(`${name} exports no app.`);
}

/** Run with the CDK of this file, whose constructs cdk-nag knows. */
const apps = new Map(names.map(name => [name, appOf(name)]));
const synthesized = new Map(names.map(name => [name, templates(appOf(name))]));

/** All templates that an app synthesizes, as text by file name. */
function templates(app: App): { [file: string]: string } {
  const { directory } = app.synth();
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.template.json'))
    .map(file => [file, readFileSync(join(directory, file), 'utf8')]);
  rmSync(directory, { recursive: true, force: true });
  return Object.fromEntries(files);
}

describe.each(names)('the example %s', name => {
  test('synthesizes a membership', () => {
    expect(JSON.stringify(synthesized.get(name))).toContain('Custom::DirectConnectLagMembership');
  });

  test('passes the AwsSolutions rules of cdk-nag, but for what docs/iam.md gives a reason for', () => {
    const constructs = apps.get(name)?.node.findAll() ?? [];
    const memberships = constructs.filter(node => node instanceof LagMembership);
    const stacks = new Set(memberships.map(membership => Stack.of(membership)));
    const violations = [...stacks].flatMap(stack => new AwsSolutionsChecks().validateScope(stack).violations);
    const rules = violations.map(violation => violation.ruleName);
    expect(rules.filter(rule => !ACCEPTED.some(accepted => accepted.test(rule)))).toEqual([]);
    expect(rules).not.toEqual([]);
  });
});

test('a second synthesis is byte-identical', () => {
  jest.resetModules();
  expect(new Map(names.map(name => [name, templates(appOf(name))]))).toEqual(synthesized);
});

test('the README of the examples lists them all', () => {
  const listed = readFileSync(join(EXAMPLES, 'README.md'), 'utf8').match(/(?<=\]\()[a-z-]+\.ts/g);
  expect(listed?.sort()).toEqual(names.sort());
});
