import { Resource } from 'aws-cdk-lib';
import { Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { OnEventOptions, Rule } from 'aws-cdk-lib/aws-events';
import { type ConnectionMetric, connectionMetric } from './connection-metrics';
import { changedByHand, maintenance, type Subjects } from './event-rules';
import type { ILagMembership } from './i-lag-membership';
import type { ILagMembershipProvider } from './i-lag-membership-provider';

/** What a membership's signals are about. */
export interface Watched {
  readonly provider: ILagMembershipProvider;
  readonly subjects: Subjects;
  /** Under which the handler writes a membership's metrics. */
  readonly dimensions: { readonly StackName: string; readonly LogicalId: string };
}

/**
 * How to be told of a membership: the handler's metrics, Direct Connect's own, and events.
 *
 * @internal
 */
export abstract class MembershipSignals extends Resource implements ILagMembership {
  abstract readonly connectionId: string;
  abstract readonly lagId: string;

  /** @internal */
  abstract readonly _watched: Watched;

  /**
   * Whether the connection is elsewhere than in its LAG, 1 or 0, as the provider's check found it: a person may have taken it out.
   *
   * There is a value for each check (`checkEvery` of the provider), and none while a deployment of the stack is under way, or
   * where the membership's last deployment failed. So an alarm leaves its state alone where data is missing
   * (`TreatMissingData.IGNORE`). A check that could not look is an error of the function (`provider.handler.metricErrors()`).
   *
   * @default - maximum over 5 minutes
   */
  metricDrifted(props?: MetricOptions): Metric {
    return this.handlerMetric('Drifted', { statistic: Stats.MAXIMUM, ...props });
  }

  /**
   * How often Direct Connect was called for the changes of this membership.
   *
   * The handler writes this and the other metrics into its log at the end of each event of the membership, and CloudWatch
   * makes metrics of it, in the stack's Region.
   *
   * @default - sum over 5 minutes
   */
  metricAttempts(props?: MetricOptions): Metric {
    return this.handlerMetric('Attempts', { statistic: Stats.SUM, ...props });
  }

  /**
   * How many changes of this membership failed.
   *
   * @default - sum over 5 minutes
   */
  metricFailures(props?: MetricOptions): Metric {
    return this.handlerMetric('Failures', { statistic: Stats.SUM, ...props });
  }

  /**
   * How long a change of this membership took, in milliseconds, from the event's arrival at the handler to the answer.
   *
   * @default - average over 5 minutes
   */
  metricDuration(props?: MetricOptions): Metric {
    return this.handlerMetric('Duration', { statistic: Stats.AVERAGE, ...props });
  }

  /**
   * Whether the link is up: 1 for up, 0 for down. Of Direct Connect itself, in namespace `AWS/DX`, as all `metricConnection…`;
   * it publishes data every 5 minutes by default (Direct Connect user guide, "Monitor with Amazon CloudWatch").
   *
   * @default - minimum over 5 minutes, which shows also a short outage
   */
  metricConnectionState(props?: MetricOptions): Metric {
    return this.connectionMetric('ConnectionState', props);
  }

  /**
   * Bitrate from AWS, in bits per second. There may be none for a new connection, or while a device restarts.
   *
   * @default - average over 5 minutes
   */
  metricConnectionBpsEgress(props?: MetricOptions): Metric {
    return this.connectionMetric('ConnectionBpsEgress', props);
  }

  /**
   * Bitrate to AWS, in bits per second. There may be none for a new connection, or while a device restarts.
   *
   * @default - average over 5 minutes
   */
  metricConnectionBpsIngress(props?: MetricOptions): Metric {
    return this.connectionMetric('ConnectionBpsIngress', props);
  }

  /**
   * Packet rate from AWS, in packets per second. There may be none for a new connection, or while a device restarts.
   *
   * @default - average over 5 minutes
   */
  metricConnectionPpsEgress(props?: MetricOptions): Metric {
    return this.connectionMetric('ConnectionPpsEgress', props);
  }

  /**
   * Packet rate to AWS, in packets per second. There may be none for a new connection, or while a device restarts.
   *
   * @default - average over 5 minutes
   */
  metricConnectionPpsIngress(props?: MetricOptions): Metric {
    return this.connectionMetric('ConnectionPpsIngress', props);
  }

  /**
   * How many MAC level errors, CRC errors among them, AWS's device counted: 0 where there are none.
   *
   * @default - sum over 5 minutes
   */
  metricConnectionErrorCount(props?: MetricOptions): Metric {
    return this.connectionMetric('ConnectionErrorCount', props);
  }

  /**
   * Packets from AWS that are dropped, because buffers or the interface are full or for other reasons, in packets per second.
   *
   * @default - average over 5 minutes
   */
  metricConnectionDiscardsPpsEgress(props?: MetricOptions): Metric {
    return this.connectionMetric('ConnectionDiscardsPpsEgress', props);
  }

  /**
   * Light level of the fiber from AWS, in dBm, of one of the connection's optical lanes. Of dedicated connections.
   *
   * @param opticalLaneNumber the value of the dimension `OpticalLaneNumber`
   * @default - minimum over 5 minutes
   */
  metricConnectionLightLevelTx(opticalLaneNumber: string, props?: MetricOptions): Metric {
    return this.lightLevel('ConnectionLightLevelTx', opticalLaneNumber, props);
  }

  /**
   * Light level of the fiber to AWS, in dBm, of one of the connection's optical lanes. Of dedicated connections.
   *
   * @param opticalLaneNumber the value of the dimension `OpticalLaneNumber`
   * @default - minimum over 5 minutes
   */
  metricConnectionLightLevelRx(opticalLaneNumber: string, props?: MetricOptions): Metric {
    return this.lightLevel('ConnectionLightLevelRx', opticalLaneNumber, props);
  }

  /**
   * Whether MACsec encryption is up: 1 for up, 0 for down.
   *
   * @default - minimum over 5 minutes
   */
  metricConnectionEncryptionState(props?: MetricOptions): Metric {
    return this.connectionMetric('ConnectionEncryptionState', props);
  }

  /**
   * A rule of EventBridge for each call that changes the connection or its LAG and that the provider's function did not make:
   * AssociateConnectionWithLag, DisassociateConnectionFromLag, UpdateLag, DeleteConnection and DeleteLag. The event says who did
   * it (`detail.userIdentity`); calls that AWS refused are left out. With `target: provider.checkTarget()` it is looked at once.
   *
   * It needs a trail of CloudTrail that logs management events, in the LAG's Region or in all: without one there are no such
   * events (EventBridge user guide, "AWS service events delivered via AWS CloudTrail"). They come within minutes.
   *
   * @throws where the LAG is in another Region than the stack: the events are sent to that Region alone
   */
  onChangedByHand(id: string, options: OnEventOptions = {}): Rule {
    const { subjects, provider } = this._watched;
    return changedByHand(this, id, subjects, provider.handler.functionName, options);
  }

  /**
   * A rule of EventBridge for what AWS Health says of the connection or its LAG (`AWS_DIRECTCONNECT_…`): maintenance that is
   * planned or has to be at once, and faults. `detail.eventTypeCategory`, `detail.startTime` and `detail.eventDescription` say more.
   *
   * @throws where the LAG is in another Region than the stack: the events are sent to that Region
   */
  onMaintenance(id: string, options: OnEventOptions = {}): Rule {
    return maintenance(this, id, this._watched.subjects, options);
  }

  private handlerMetric(metricName: string, props: MetricOptions): Metric {
    return new Metric({
      namespace: 'DirectConnectLagMembership',
      metricName,
      dimensionsMap: { ...this._watched.dimensions },
      ...props,
    }).attachTo(this);
  }

  private connectionMetric(metricName: ConnectionMetric, props: MetricOptions | undefined): Metric {
    const { connectionIds, region } = this._watched.subjects;
    return connectionMetric(metricName, connectionIds.join(), region, props).attachTo(this);
  }

  private lightLevel(
    metricName: 'ConnectionLightLevelTx' | 'ConnectionLightLevelRx',
    OpticalLaneNumber: string,
    props: MetricOptions | undefined,
  ): Metric {
    const { dimensions } = this.connectionMetric(metricName, undefined);
    return this.connectionMetric(metricName, { dimensionsMap: { ...dimensions, OpticalLaneNumber }, ...props });
  }
}
