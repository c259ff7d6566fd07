import type { Duration } from 'aws-cdk-lib';
import type { aws_directconnect } from 'aws-cdk-lib/interfaces';
import type { LagMembershipProvider } from './provider';

/** Which connection belongs to which LAG, and how far the deployment may go to make it so. */
export interface LagMembershipProps {
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

  /**
   * Whether the connection may be taken out of a LAG that this membership did not put it into.
   *
   * AWS does so silently, interrupts the link, and leaves virtual interfaces and hosted connections with the other LAG;
   * so by default the deployment fails and names both LAGs.
   *
   * @default false
   */
  readonly allowMove?: boolean;

  /**
   * Whether deleting the membership may lower the LAG's minimum number of operational links first, where that minimum
   * would keep AWS from letting the connection go. With it `cdk destroy` of all memberships of a LAG comes to its end;
   * without it nothing about the LAG is ever changed, and such a deletion fails with the numbers.
   *
   * The minimum is lowered to what is left, and not raised again.
   *
   * @default false
   */
  readonly lowerMinimumLinks?: boolean;

  /**
   * How long to wait, after the connection has joined or moved, for its link to be `available`; a link that is not by
   * then fails the deployment, which takes the connection back. Whole seconds, at most 10 minutes.
   *
   * A connection that is being ordered becomes available when its cross-connect is made, which can take weeks.
   *
   * @default - do not wait: the membership is complete when the connection is in the LAG
   */
  readonly waitForAvailable?: Duration;

  /**
   * How long to go on trying while Direct Connect answers with errors that pass, before the deployment fails: one budget
   * for all calls and waits of one change of this membership. What was left behind by then is put back, which may take
   * three minutes more. Whole seconds, from 1 to 11 minutes, and not less than `waitForAvailable`.
   *
   * The function's time-out (15 minutes) and how long CloudFormation waits for an answer (`ServiceTimeout`, 57 minutes) do
   * not follow from it: with a shorter one a membership fails sooner, and other memberships do not change.
   *
   * @default Duration.minutes(11)
   */
  readonly retryTimeout?: Duration;

  /**
   * Region of the connection and the LAG, such as `us-east-1`; not a token. A LAG belongs to one Region, that of its
   * location, wherever the stack is.
   *
   * @default - the stack's
   */
  readonly region?: string;

  /**
   * What handles this membership: options such as a VPC or the logs' retention are its. It may be of another stack of the
   * same account and Region.
   *
   * CloudFormation does not let a deployed membership change it; see `LagMembershipProvider`.
   *
   * @default - the stack's own, which all its memberships share
   */
  readonly provider?: LagMembershipProvider;
}
