import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Tracing } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';

/** How the function that handles memberships runs. Everything has a default that needs nothing else. */
export interface LagMembershipProviderProps {
  /**
   * The VPC to run in. From its subnets the function must reach, over HTTPS, Direct Connect, CloudFormation, DynamoDB, and
   * S3 in the stack's Region (that is where CloudFormation waits for the answer): through a NAT gateway, or through the
   * interface endpoints of the first two, where the Region has them, and the gateway endpoints of the last two. Where it
   * does not, deployments wait for an answer that never comes. An interface endpoint of Direct Connect serves its own
   * Region, so memberships of another `region` need the NAT gateway.
   *
   * CloudWatch Logs needs no way out of the VPC: Lambda itself sends what the function writes.
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
   * The log group to write to, such as one with a key of its own. Nothing but logs is kept there.
   *
   * @default - one of the provider's own, which stays when the stack goes, so that it can be read after a deployment that failed
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
   * must have those rights already: docs/iam.md of the repository lists them.
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
   * The key for the function's environment variables. The only one is the name of the provider's table, which is no
   * secret; this is for rules that ask for a key anyway. The role is granted to decrypt with it.
   *
   * @default - a key that AWS owns
   */
  readonly environmentEncryption?: IKey;
}
