import type { Duration } from 'aws-cdk-lib';
import type { ILagMembershipProvider } from './i-lag-membership-provider';

/** How far a deployment may go to bring a connection into a LAG, out of it or to another one, and how it goes about it. */
export interface LagMembershipOptions {
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
   * Whether an Update, a Create with `allowMove`, or the rollback of either may take the last operational link out of a LAG
   * that carries virtual interfaces or hosted connections: these stay with the LAG (API reference,
   * DisassociateConnectionFromLag) and carry no traffic then. By default that fails before anything is written, and names them.
   *
   * Deleting a membership is not asked about: what is removed is meant to go.
   *
   * @default false
   */
  readonly allowOutage?: boolean;

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
   * How many links of the LAG may be down at once because of deployments: a whole number from 1 to 4. Links that are down
   * or pending anyway count; where there are so many already, a deployment waits for them before it interrupts another.
   *
   * The memberships of a LAG in one stack depend on each other accordingly, in the order in which they were made: each on the
   * one before, or on the one so many before. Where they say different numbers, the least counts for that.
   *
   * @default 1
   */
  readonly maxUnavailable?: number;

  /**
   * The number of operational links of the LAG below which the deployment takes none away: a whole number from 0 to 4. It is
   * the deployment's own limit, beside the LAG's minimum links, which AWS checks, and may be more than that. So a LAG all of whose
   * members are moved needs 0. When the stack is destroyed, all its members leave whatever this says.
   *
   * @default - none: only the LAG's minimum links count
   */
  readonly minLinksInService?: number;

  /**
   * Whether the membership takes part in the order of the memberships of its LAG (see `maxUnavailable`). Without it the
   * deployment changes this membership when it comes to it, at the same time as others too; `maxUnavailable` holds all the
   * same, and the others go on without it.
   *
   * Dependencies of one's own count first: the order follows them, and never makes a circle with them.
   *
   * @default true
   */
  readonly ordered?: boolean;

  /**
   * Whether an Update to another LAG has AWS re-associate the connection in one call: "You can re-associate a connection that's
   * currently associated with a different LAG" (API reference, AssociateConnectionWithLag). That is one interruption instead of
   * two, and no moment at which the connection is standalone. Where AWS refuses that, it goes by way of standalone.
   *
   * @default false
   */
  readonly reassociate?: boolean;

  /**
   * Any text, such as the day: changing it has CloudFormation send an Update, and the handler look. **This is the way to put
   * right what a person has changed**: a connection that was taken out of its LAG joins again, by turns as at any Update; one
   * that is in place is not touched; one that is in another LAG is refused, unless `allowMove`.
   *
   * Nothing else makes a deployment look: `cdk deploy` sends no event for a membership whose properties are as before, with
   * `--force` neither, and CloudFormation has no drift detection for custom resources. See `checkEvery` of the provider for
   * being told. Nothing is put right by itself: that would interrupt a link that somebody may be working on.
   *
   * @default - none
   */
  readonly reassert?: string;

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
   * How long to wait, after the link was interrupted, for it to be `available`. Whole seconds, at most 10 minutes.
   *
   * - Left out: a link that was `available` before is waited for as long as the time budget (`retryTimeout`) allows. One
   *   that is still `pending` then is no failure by itself; one that is `down` fails the deployment, which takes the
   *   connection back. A link that was not `available` before is not waited for: its cross-connect can take weeks.
   * - Given: any link that is not `available` after that time fails the deployment, which takes the connection back.
   * - `Duration.seconds(0)`: no link is waited for: the membership is complete when the connection is in the LAG.
   *
   * @default - as long as the time budget allows, for a link that was available
   */
  readonly waitForAvailable?: Duration;

  /**
   * Region of the connection and the LAG, such as `us-east-1`; not a token. A LAG belongs to one Region, that of its
   * location, wherever the stack is.
   *
   * @default - the stack's
   */
  readonly region?: string;

  /**
   * What handles this membership: options such as a VPC or the logs' retention are its. It may be of another stack of the
   * same account and Region, or of another app (`LagMembershipProvider.fromServiceToken`).
   *
   * CloudFormation does not let a deployed membership change it; see `LagMembershipProvider`.
   *
   * @default - the stack's own, which all its memberships share
   */
  readonly provider?: ILagMembershipProvider;
}
