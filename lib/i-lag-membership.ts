import type { IResource } from 'aws-cdk-lib';
import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { OnEventOptions, Rule } from 'aws-cdk-lib/aws-events';

/** A membership, as far as others need it: which connection is in which LAG, and how to be told of it. */
export interface ILagMembership extends IResource {
  /** Id of the connection, whichever way it was given. */
  readonly connectionId: string;

  /** Id of the LAG that the connection is in. */
  readonly lagId: string;

  /** Whether the connection is elsewhere than in its LAG: 1 or 0, at each check. */
  metricDrifted(props?: MetricOptions): Metric;

  /** Whether the link is up: 1 or 0. */
  metricConnectionState(props?: MetricOptions): Metric;

  /** A rule for changes of the connection or its LAG that the handler did not make. */
  onChangedByHand(id: string, options?: OnEventOptions): Rule;

  /** A rule for what AWS Health says of the connection or its LAG. */
  onMaintenance(id: string, options?: OnEventOptions): Rule;
}
