import type { aws_directconnect } from 'aws-cdk-lib/interfaces';
import type { LagMembershipOptions } from './lag-membership-options';

/** Which connection belongs to which LAG, and how far the deployment may go to make it so. */
export interface LagMembershipProps extends LagMembershipOptions {
  /**
   * The connection to put into the LAG: its id (`dxcon-fg5678gh`), its ARN, a token of either, or a reference such as a
   * `CfnConnection`. It must exist, be of this stack's account and of `region`, and not be in another LAG.
   *
   * A changed connection is a replacement: the new connection is put in, then the old one is taken out.
   */
  readonly connectionId: string | aws_directconnect.IConnectionRef;

  /**
   * The LAG: its id (`dxlag-fg1234aa`), its ARN, a token of either, or a reference such as a `CfnLag`. It must be on the
   * connection's device, have its bandwidth and its MACsec setting, and have a free member slot; otherwise the deployment
   * fails and says which of these it is, and nothing is touched.
   *
   * A changed LAG moves the connection, which interrupts it, once the new LAG is known to be able to take it.
   */
  readonly lagId: string | aws_directconnect.ILagRef;
}
