import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Tracing } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';

/** How the function that handles memberships runs. Everything has a default that needs nothing else. */
export interface LagMembershipProviderProps {
  /**
   * The VPC to run in. From its subnets the function must reach, over HTTPS, Direct Connect, CloudFormation, CloudWatch
   * Logs, and S3 in the stack's Region (that is where CloudFormation waits for the answer): through a NAT gateway, or
   * through the interface endpoints of the first three and the gateway endpoint of S3. Where it does not, deployments
   * wait for an answer that never comes.
   *
   * The role gets the managed policy `AWSLambdaVPCAccessExecutionRole`.
   *
   * @default - the function runs outside any VPC
   */
  readonly vpc?: IVpc;

  /**
   * Which subnets of the VPC to run in. Only with `vpc`.
   *
   * @default - the private subnets, as for any function
   */
  readonly vpcSubnets?: SubnetSelection;

  /**
   * The security groups of the function's network interfaces; they must allow outbound HTTPS. Only with `vpc`.
   *
   * @default - one that allows all outbound traffic and no inbound traffic
   */
  readonly securityGroups?: ISecurityGroup[];

  /**
   * How long the logs are kept. Not with `logGroup`, which says so itself.
   *
   * @default RetentionDays.ONE_YEAR
   */
  readonly logRetention?: RetentionDays;

  /**
   * The log group to write to, such as one with a key of its own. The handler also keeps its journal there, as empty log
   * streams: a membership's events are known by it, so the group must not be emptied while a deployment is under way.
   *
   * @default - one of the provider's own, deleted with it
   */
  readonly logGroup?: ILogGroup;

  /**
   * Memory of the function in MiB, from 128 to 10240.
   *
   * @default 256
   */
  readonly memorySize?: number;

  /**
   * The role that the function assumes. What the handler needs is granted to it; an imported role that cannot be changed
   * must have those rights already: the README's section IAM lists them.
   *
   * @default - one of the provider's own, with no more than those rights
   */
  readonly role?: IRole;

  /**
   * Whether AWS X-Ray traces the function.
   *
   * @default Tracing.DISABLED
   */
  readonly tracing?: Tracing;

  /**
   * The key for the function's environment variables. The handler has none; this is for rules that ask for a key anyway.
   *
   * @default - a key that AWS owns
   */
  readonly environmentEncryption?: IKey;
}
