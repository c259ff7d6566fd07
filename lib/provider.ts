import { join } from 'node:path';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

const ID = 'LagMembershipProvider';

/** Lambda's longest: Direct Connect's bad minutes are what the handler is there to get through. */
const TIMEOUT = Duration.minutes(15);

/**
 * The one role, log group and function of a stack that all its memberships share. CloudFormation invokes the function
 * itself, so there is no framework, waiter or state machine behind it.
 */
export class LagMembershipProvider extends Construct {
  /** The provider of the scope's stack, made at the first call. */
  static of(scope: Construct): LagMembershipProvider {
    const stack = Stack.of(scope);
    const existing = stack.node.tryFindChild(ID);
    return existing instanceof LagMembershipProvider ? existing : new LagMembershipProvider(stack);
  }

  /** What a custom resource names to be handled here: the function's ARN. */
  readonly serviceToken: string;

  private readonly policy: PolicyDocument;
  private lowersMinimumLinks = false;

  private constructor(stack: Stack) {
    super(stack, ID);

    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.DESTROY,
    });

    this.policy = new PolicyDocument({
      statements: [
        new PolicyStatement({
          actions: [
            'directconnect:AssociateConnectionWithLag',
            'directconnect:DescribeConnections',
            'directconnect:DescribeLags',
            'directconnect:DisassociateConnectionFromLag',
          ],
          // Not the declared ids alone: CloudFormation updates this policy before the memberships, and a policy
          // without the old LAG takes away the right to leave it.
          resources: ['dxcon', 'dxlag'].map(resource => this.directConnectArn(resource)),
        }),
        new PolicyStatement({
          // Creating and listing streams is also how the handler keeps its journal.
          actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
          resources: [logGroup.logGroupArn],
        }),
        new PolicyStatement({
          // To tell a rollback from a removal, and a renamed construct from a removed one.
          actions: ['cloudformation:DescribeStacks', 'cloudformation:ListStackResources'],
          resources: [stack.stackId],
        }),
      ],
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: 'Associates Direct Connect connections with LAGs and disassociates them',
      inlinePolicies: { LagMembership: this.policy },
    });

    const handler = new LambdaFunction(this, 'Function', {
      description: 'Associates Direct Connect connections with LAGs and disassociates them',
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      // Built with the library. The same path from lib/ and from dist/, which are neighbours.
      code: Code.fromAsset(join(__dirname, '..', 'dist', 'handler')),
      timeout: TIMEOUT,
      memorySize: 256,
      role,
      logGroup,
    });
    this.serviceToken = handler.functionArn;
  }

  /** Grants the one right that changes a LAG itself: only stacks that ask for it have it. */
  allowLoweringMinimumLinks(): void {
    if (this.lowersMinimumLinks) return;
    this.lowersMinimumLinks = true;
    this.policy.addStatements(
      new PolicyStatement({ actions: ['directconnect:UpdateLag'], resources: [this.directConnectArn('dxlag')] }),
    );
  }

  private directConnectArn(resource: string): string {
    return Stack.of(this).formatArn({ service: 'directconnect', resource, resourceName: '*' });
  }
}
