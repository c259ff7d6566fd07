import type { Duration, IResource } from 'aws-cdk-lib';
import type { IRuleTarget, Rule } from 'aws-cdk-lib/aws-events';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';

/** What handles memberships: a `LagMembershipProvider`, or that of another app. */
export interface ILagMembershipProvider extends IResource {
  /** The function, for alarms on its own metrics. */
  readonly handler: IFunction;

  /** What a custom resource names to be handled here: the function's ARN. */
  readonly serviceToken: string;

  /**
   * Has the function look again and again whether each of its memberships' connections is in its LAG.
   *
   * @param interval whole minutes, at most a day
   */
  checkEvery(interval: Duration): Rule;

  /** A target for a rule of EventBridge that has the function look at once. */
  checkTarget(): IRuleTarget;
}
