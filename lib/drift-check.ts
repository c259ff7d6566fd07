import { Duration, type IResource, Lazy, Token } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { type IRuleTarget, Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IDependable } from 'constructs';

/** What a provider has that checks. */
interface Checking extends IResource, IGrantable {
  readonly handler: IFunction;
  readonly record: ITable;
  /** Regions in which its memberships are. */
  readonly _regions: ReadonlySet<string>;
}

/** What the function is invoked with to look: the handler knows it by that. */
const CHECK = { check: 'drift' };

const RULE_ID = 'Check';

/** Minutes. */
const LONGEST_INTERVAL = 24 * 60;

const INTERVALS = new WeakMap<Rule, number>();
const RIGHTS = new WeakMap<Checking, IDependable>();

/** The provider's one schedule. @throws where the interval is out of bounds, or the provider has one of another interval */
export function checkEvery(provider: Checking, interval: Duration): Rule {
  const minutes = minutesOf(provider.node.path, interval);
  const existing = provider.node.tryFindChild(RULE_ID);
  if (existing instanceof Rule) {
    const known = INTERVALS.get(existing);
    if (known === minutes) return existing;
    throw new Error(
      `[${provider.node.path}] checkEvery is ${minutes} minutes, and was ${known} minutes before: allowed is one interval a ` +
        'provider, which looks at all its memberships. Use the same one, or call it once.',
    );
  }
  const rule = new Rule(provider, RULE_ID, {
    description: 'Has it looked whether the Direct Connect connections are in their LAGs',
    schedule: Schedule.rate(Duration.minutes(minutes)),
    targets: [checkTarget(provider)],
  });
  INTERVALS.set(rule, minutes);
  return rule;
}

/** A target that has the provider's function look. The function's rights for that are made with it. */
export function checkTarget(provider: Checking): IRuleTarget {
  const rights = RIGHTS.get(provider) ?? grantCheck(provider);
  RIGHTS.set(provider, rights);
  const target = new LambdaFunction(provider.handler, { event: RuleTargetInput.fromObject(CHECK) });
  return {
    bind(rule, id) {
      if (rule instanceof Rule) rule.node.addDependency(rights);
      return target.bind(rule, id);
    },
  };
}

/** DescribeConnections for all connections names none, so nothing but `*` allows it. */
function grantCheck(provider: Checking): IDependable {
  const regions = Lazy.list({ produce: () => [...provider._regions] });
  const statements = [
    new PolicyStatement({ actions: ['dynamodb:Scan'], resources: [provider.record.tableArn] }),
    new PolicyStatement({
      actions: ['directconnect:DescribeConnections'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:RequestedRegion': regions } },
    }),
  ];
  const added = statements.map(statement => provider.grantPrincipal.addToPrincipalPolicy(statement));
  return added.find(({ policyDependable }) => policyDependable !== undefined)?.policyDependable ?? provider.handler;
}

function minutesOf(path: string, interval: Duration): number {
  const seconds =
    Token.isUnresolved(interval) || interval.isUnresolved() ? Number.NaN : interval.toSeconds({ integral: false });
  const minutes = seconds / 60;
  if (Number.isInteger(minutes) && minutes >= 1 && minutes <= LONGEST_INTERVAL) return minutes;
  const given = Number.isNaN(minutes) ? 'a token' : `${seconds} seconds`;
  throw new Error(
    `[${path}] checkEvery is ${given}: allowed are whole minutes from 1 to ${LONGEST_INTERVAL}, a day. ` +
      'Use a Duration such as Duration.minutes(15).',
  );
}
