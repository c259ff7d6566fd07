import { join } from 'node:path';
import { Duration, Names, RemovalPolicy, Resource, ScopedAws, Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, type ITable, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IRuleTarget, Rule } from 'aws-cdk-lib/aws-events';
import {
  type IGrantable,
  type IPrincipal,
  type IRole,
  ManagedPolicy,
  Policy,
  PolicyDocument,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Code, type IFunction, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { type ILogGroup, LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { checkEvery, checkTarget } from './drift-check';
import type { ILagMembershipProvider } from './i-lag-membership-provider';
import { ImportedProvider } from './imported-provider';
import { injectable } from './injectable';
import { checkProperties } from './properties';
import { OF_PROVIDER } from './provider-properties';
import type { LagMembershipProviderProps } from './provider-props';
import { checkWayOut } from './vpc';

const INJECTION_ID = 'cdk-direct-connect-lag-membership.LagMembershipProvider';

/**
 * The longest `retryTimeout`, in seconds: Direct Connect's bad minutes are what the handler is there to get through. With
 * three minutes for putting a connection back and one for the answer it makes Lambda's longest time-out, 15 minutes.
 */
export const LONGEST_RETRY_TIMEOUT = 660;

/** The function's time-out, in seconds: the longest `retryTimeout`, three minutes for putting back, one for the answer. */
const FUNCTION_TIMEOUT = LONGEST_RETRY_TIMEOUT + 240;

/**
 * How long CloudFormation waits for an answer to one of its events, in seconds, of the 3600 that it allows: three
 * invocations, since Lambda repeats one that crashed twice; one and two minutes between them; and nine for an event that
 * comes late.
 *
 * It is the same for every membership: one that follows from options would make an Update event of each change of them,
 * and where memberships share a provider, one for each neighbour.
 */
export const SERVICE_TIMEOUT = 3 * FUNCTION_TIMEOUT + 720;

/**
 * The one role, log group, table and function that all memberships of a stack share. CloudFormation invokes the function
 * itself, so there is no framework, waiter or state machine behind it.
 *
 * A stack's first membership makes one with the defaults. For other options make one, and pass it to the memberships,
 * those of other stacks of the same account and Region too:
 *
 * ```ts
 * const provider = new LagMembershipProvider(this, 'Provider', { logRetention: RetentionDays.TWO_YEARS });
 * new LagMembership(this, 'Membership', {
 *   connectionId: 'dxcon-fg5678gh',
 *   lagId: 'dxlag-fg1234aa',
 *   provider,
 * });
 * ```
 *
 * CloudFormation does not let a deployed membership change its provider. To give options to the one that a deployed stack
 * has already, make it directly in the stack, with the id `LagMembershipProvider.DEFAULT_ID`, before the first membership.
 */
@injectable(INJECTION_ID)
export class LagMembershipProvider extends Resource implements IGrantable, ILagMembershipProvider {
  /** Names this class to `PropertyInjectors`. */
  static readonly PROPERTY_INJECTION_ID: string = INJECTION_ID;

  /** Id, directly in the stack, of the provider that memberships without `provider` use. */
  static readonly DEFAULT_ID: string = 'LagMembershipProvider';

  /**
   * The provider of another app, for memberships in this one: of the same account and Region.
   *
   * Nothing can be granted to its role from here. It must be allowed to describe the stacks of these memberships
   * (`cloudformation:DescribeStacks`, `DescribeStackEvents`, `DescribeStackResource`), what `region` and `lowerMinimumLinks` need,
   * and nothing else: a warning at synth says it for each membership. Who makes the provider grants it with
   * `provider.grantPrincipal.addToPrincipalPolicy(…)`, and calls `checkEvery`, which looks at these memberships too.
   *
   * @param serviceToken the `serviceToken` of the provider: its function's ARN, or a token of it
   * @throws where a literal is not the ARN of a function
   */
  static fromServiceToken(scope: Construct, id: string, serviceToken: string): ILagMembershipProvider {
    return new ImportedProvider(scope, id, serviceToken);
  }

  /** The function, for alarms on its own metrics and for its `connections` in a VPC. */
  readonly handler: IFunction;

  /** Where the function writes its logs: one line of JSON a step. */
  readonly logGroup: ILogGroup;

  /**
   * What the handler remembers from one invocation to the next: an item for each Region and connection, which holds the
   * memberships that ask for the connection, the newest event of each and what has come of it, and where the connection
   * was before. An item expires when no membership asks for its connection any more and no event of one can be late.
   *
   * It is not to be edited by hand. If somebody deletes the table, deployments fail and say so, with nothing written, and only
   * deletions go on, by their physical ids. DynamoDB keeps a backup of it for 35 days, to restore it under its name.
   */
  readonly record: ITable;

  /** What the function's role is granted is granted to this. */
  readonly grantPrincipal: IPrincipal;

  /** What a custom resource names to be handled here: the function's ARN. */
  readonly serviceToken: string;

  /** @internal */
  readonly _regions = new Set<string>();

  private readonly role: IRole;

  /**
   * @throws where a property is misspelt or of another type; where `logGroup` and `logRetention` are both given; where a subnet is
   * public; where there is a provider of that id already, such as the one that a stack's first membership has made
   */
  constructor(scope: Construct, id: string, props: LagMembershipProviderProps = {}) {
    super(scope, unused(scope, id));
    checkProperties(this.node.path, props, OF_PROVIDER);
    checkWayOut(this, props);
    const { logGroup, logRetention, role, ...ofFunction } = props;
    if (logGroup !== undefined && logRetention !== undefined) {
      throw new Error(
        `[${this.node.path}] logGroup and logRetention are both given: allowed is one of them. ` +
          'Set the retention of the log group itself.',
      );
    }

    this.logGroup =
      logGroup ??
      new LogGroup(this, 'Logs', {
        retention: logRetention ?? RetentionDays.ONE_YEAR,
        // A first deployment that fails is rolled back, and what it says is needed then more than ever.
        removalPolicy: RemovalPolicy.RETAIN,
      });
    // Cast, because CDK is not compiled with exactOptionalPropertyTypes, which does not take its Table for an ITable.
    this.record = new Table(this, 'Record', {
      partitionKey: { name: 'id', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expires',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: RemovalPolicy.DESTROY,
    }) as ITable;
    this.role = role === undefined ? this.ownRole() : this.withRights(role);
    if (props.vpc !== undefined) {
      this.role.addManagedPolicy(
        ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSLambdaVPCAccessExecutionRole'),
      );
    }
    // Lambda decrypts the environment as the role, before the handler runs and could say what is wrong.
    props.environmentEncryption?.grantDecrypt(this.role);

    this.handler = new LambdaFunction(this, 'Function', {
      memorySize: 256,
      ...ofFunction,
      description: 'Associates Direct Connect connections with LAGs and disassociates them',
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      // Built with the library. The same path from lib/ and from dist/, which are neighbours.
      code: Code.fromAsset(join(__dirname, '..', 'dist', 'handler')),
      timeout: Duration.seconds(FUNCTION_TIMEOUT),
      environment: { TABLE_NAME: this.record.tableName },
      role: this.role,
      logGroup: this.logGroup,
    });
    this.grantPrincipal = this.role;
    this.serviceToken = this.handler.functionArn;
    this._regions.add(this.stack.region);
  }

  /**
   * Has the function look again and again whether the connections of all its memberships, of whatever stacks, are where their last
   * deployment has put them. `metricDrifted()` of a membership has what was found, and the log a line for what has changed: which
   * connection, which LAG, where it is now, and between which two looks that happened.
   *
   * What there is to look at is what the function remembers of its events, so nothing has to be listed. Nothing is said of a stack
   * that CloudFormation is at work on. Nothing is written to Direct Connect, ever: to put it right, change `reassert`.
   *
   * It brings a rule of EventBridge, and the rights to read the whole table and to describe all connections. A look takes a few
   * calls, whatever the number of memberships.
   *
   * @param interval whole minutes, from one minute to a day
   * @returns the rule; the same one where it is called again with the same interval
   * @throws where `interval` is out of bounds, or another one than before
   */
  checkEvery(interval: Duration): Rule {
    return checkEvery(this, interval);
  }

  /** A target for a rule of EventBridge that has the function look at once: such as that of `membership.onChangedByHand`. */
  checkTarget(): IRuleTarget {
    return checkTarget(this);
  }

  /**
   * Grants what not every membership needs.
   *
   * Each such right is a policy of its own, in the membership's stack, which the membership depends on. CloudFormation
   * updates a policy before memberships and deletes it after them: in the role's own policy, a right that no remaining
   * membership needs would be gone before the last one that does is deleted.
   *
   * Where the provider outlives the membership's stack, its own stack has the right as well: CloudFormation deletes the policy
   * also where a membership failed to be deleted, and the next try needs it.
   *
   * @internal
   */
  _grant(
    membership: Construct,
    { region, lowerMinimumLinks }: { region: string | undefined; lowerMinimumLinks: boolean },
  ) {
    const stack = Stack.of(membership);
    const where = region === undefined ? '' : `In${region}`;
    this._regions.add(region ?? stack.region);
    if (region !== undefined) this.grantOnce(membership, `Memberships${where}`, this.membershipStatement(region));
    if (lowerMinimumLinks) {
      const resources = [this.directConnectArn('dxlag', region)];
      this.grantOnce(
        membership,
        `MinimumLinks${where}`,
        new PolicyStatement({ actions: ['directconnect:UpdateLag'], resources }),
      );
    }
    if (stack !== this.stack) {
      const resources = withParents(stack).map(each => this.stackArn(each));
      this.grantOnce(membership, 'Stack', this.stackStatement(stack), this.stackStatement(stack, resources));
    }
  }

  /** @param kept the same for the provider's own stack, which cannot refer to the membership's */
  private grantOnce(membership: Construct, right: string, statement: PolicyStatement, kept = statement): void {
    const stack = Stack.of(membership);
    const id = `${Names.uniqueId(this)}${right}`;
    const existing = stack.node.tryFindChild(id);
    const policy =
      existing ??
      new Policy(stack, id, {
        // A role has one policy of a name, and stacks that share the provider may have the same construct ids.
        policyName: `${right}-${Names.uniqueResourceName(stack, { maxLength: 80 })}`,
        roles: [this.role],
        statements: [statement],
      });
    membership.node.addDependency(policy);
    if (existing === undefined && rootOf(stack) !== rootOf(this.stack)) this.role.addToPrincipalPolicy(kept);
  }

  private ownRole(): IRole {
    return new Role(this, 'Role', {
      // Lambda assumes it for functions of this account alone.
      assumedBy: new ServicePrincipal('lambda.amazonaws.com').withConditions({
        StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
      }),
      description: 'Associates Direct Connect connections with LAGs and disassociates them',
      inlinePolicies: { LagMembership: new PolicyDocument({ statements: this.statements() }) },
    });
  }

  private withRights(role: IRole): IRole {
    for (const statement of this.statements()) role.addToPrincipalPolicy(statement);
    return role;
  }

  private statements(): PolicyStatement[] {
    return [
      this.membershipStatement(),
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [this.logGroup.logGroupArn],
      }),
      new PolicyStatement({
        actions: ['dynamodb:GetItem', 'dynamodb:PutItem'],
        resources: [this.record.tableArn],
      }),
      this.stackStatement(this.stack),
    ];
  }

  private membershipStatement(region?: string): PolicyStatement {
    return new PolicyStatement({
      actions: [
        'directconnect:AssociateConnectionWithLag',
        'directconnect:DescribeConnections',
        'directconnect:DescribeHostedConnections',
        'directconnect:DescribeLags',
        'directconnect:DescribeVirtualInterfaces',
        'directconnect:DisassociateConnectionFromLag',
      ],
      // Not the declared ids alone: CloudFormation updates this policy before the memberships, and a policy without the
      // old LAG takes away the right to leave it.
      resources: ['dxcon', 'dxlag'].map(resource => this.directConnectArn(resource, region)),
    });
  }

  /**
   * To tell a rollback from a removal, and a renamed construct from a removed one. A nested stack is rolled back by the
   * stacks around it, so these are asked too.
   */
  private stackStatement(
    stack: Stack,
    // Of a nested stack around this one `stackId` would be a reference in the stack around that, which goes in a circle.
    resources = withParents(stack).map(each => new ScopedAws(each).stackId),
  ): PolicyStatement {
    return new PolicyStatement({
      actions: [
        'cloudformation:DescribeStackEvents',
        'cloudformation:DescribeStackResource',
        'cloudformation:DescribeStacks',
      ],
      resources,
    });
  }

  /** By its name: a nested one's begins with that of its root, and ends as CloudFormation likes. */
  private stackArn(stack: Stack): string {
    const name = rootOf(stack).stackName;
    return this.stack.formatArn({
      service: 'cloudformation',
      resource: 'stack',
      resourceName: stack.nested ? `${name}-*` : `${name}/*`,
    });
  }

  private directConnectArn(resource: string, region?: string): string {
    return this.stack.formatArn({
      service: 'directconnect',
      resource,
      resourceName: '*',
      ...(region === undefined ? {} : { region }),
    });
  }
}

/** The stack, and the stacks that it is nested in, up to the root. */
function withParents(stack: Stack): Stack[] {
  const parent = stack.nestedStackParent;
  return parent === undefined ? [stack] : [stack, ...withParents(parent)];
}

function rootOf(stack: Stack): Stack {
  return stack.nestedStackParent === undefined ? stack : rootOf(stack.nestedStackParent);
}

/**
 * An id, where no other provider has it.
 *
 * @throws where one has it: CDK says that there is such a construct, and not who has made it
 */
function unused(scope: Construct, id: string): string {
  const existing = scope.node.tryFindChild(id);
  if (!(existing instanceof LagMembershipProvider)) return id;
  throw new Error(
    `[${existing.node.path}] id is ${JSON.stringify(id)}, that of a provider which is there already: allowed is each once. ` +
      "Make the provider before the stack's first membership, which makes one where there is none, or give it another id and pass it " +
      'to the memberships.',
  );
}
