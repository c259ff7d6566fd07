import type { aws_directconnect } from 'aws-cdk-lib/interfaces';
import type { LagMembershipOptions } from './lag-membership-options';

/** The members of a LAG, and how far the deployment may go to make them so: the options hold for each of them. */
export interface LagMembershipsProps extends LagMembershipOptions {
  /** The LAG: its id (`dxlag-fg1234aa`), its ARN, a token of either, or a reference such as a `CfnLag`. */
  readonly lagId: string | aws_directconnect.ILagRef;

  /**
   * The connections that are to be in the LAG: their ids (`dxcon-fg5678gh`) or ARNs, literal, each once. A LAG takes at most
   * 4, and 2 of 100 or 400 Gbps (AWS, "Link aggregation groups").
   *
   * What a membership is in CloudFormation follows from its connection's id alone: a list in another order, or with another
   * connection in it, renames none of the others. The order of the list is the one in which they are changed.
   *
   * One connection in place of another is one membership more and one less, and CloudFormation makes the new one first: in a full
   * LAG that takes two deployments. A `LagMembership` whose `connectionId` changes is exchanged in one.
   *
   * A token or a reference says no id before the deployment, so it needs one of your own: `addMember(id, connection)`.
   *
   * @default - none but those of `addMember`
   */
  readonly connectionIds?: string[];
}
