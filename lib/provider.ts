import { join } from 'node:path';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
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

  private constructor(stack: Stack) {
    super(stack, ID);

    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.DESTROY,
    });

    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: 'Associates Direct Connect connections with LAGs and disassociates them',
      inlinePolicies: {
        LagMembership: new PolicyDocument({
          statements: [
            new PolicyStatement({
              effect: Effect.ALLOW,
              actions: [
                'directconnect:AssociateConnectionWithLag',
                'directconnect:DescribeConnections',
                'directconnect:DescribeLags',
                'directconnect:DisassociateConnectionFromLag',
              ],
              // Not the declared ids alone: CloudFormation updates this policy before the memberships, and a policy
              // without the old LAG takes away the right to leave it.
              resources: ['dxcon', 'dxlag'].map(resource =>
                stack.formatArn({ service: 'directconnect', resource, resourceName: '*' }),
              ),
            }),
            new PolicyStatement({
              effect: Effect.ALLOW,
              actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              resources: [logGroup.logGroupArn],
            }),
          ],
        }),
      },
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
}
