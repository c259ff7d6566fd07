import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import type { DirectConnect } from './aws/direct-connect';
import { type ErrorKind, readError } from './aws/errors';
import type { Outcome } from './cloudformation/answer';
import type { Pair } from './pair';

/** How often Direct Connect was called for one event, and how often it answered with which kind of error. */
export interface CallCounts {
  attempts: number;
  readonly errors: Map<ErrorKind, number>;
}

export const noCalls = (): CallCounts => ({ attempts: 0, errors: new Map() });

/** The same API, with every call counted. */
export function countCalls(directConnect: DirectConnect, counts: CallCounts): DirectConnect {
  const counted =
    <Input extends unknown[], Answer>(call: (...input: Input) => Promise<Answer>) =>
    async (...input: Input): Promise<Answer> => {
      counts.attempts += 1;
      try {
        return await call(...input);
      } catch (error) {
        const { kind } = readError(error);
        counts.errors.set(kind, (counts.errors.get(kind) ?? 0) + 1);
        throw error;
      }
    };
  return {
    describeConnection: counted(directConnect.describeConnection),
    describeLag: counted(directConnect.describeLag),
    describeVirtualInterfaces: counted(directConnect.describeVirtualInterfaces),
    describeHostedConnections: counted(directConnect.describeHostedConnections),
    associate: counted(directConnect.associate),
    disassociate: counted(directConnect.disassociate),
    setMinimumLinks: counted(directConnect.setMinimumLinks),
  };
}

/** The construct's `metricXxx` methods name these too. */
const NAMESPACE = 'DirectConnectLagMembership';

const UNITS = {
  Attempts: 'Count',
  Failures: 'Count',
  Duration: 'Milliseconds',
  TransientErrors: 'Count',
  TransitioningErrors: 'Count',
  ThrottledErrors: 'Count',
  DeniedErrors: 'Count',
} as const;

/**
 * One event as a line of the log from which CloudWatch makes metrics, with the stack's name and the membership's logical
 * id as dimensions.
 *
 * Source: CloudWatch user guide, "Specification: Embedded metric format".
 *
 * @param now milliseconds since 1970-01-01T00:00Z
 */
export function metricsLine(
  event: CloudFormationCustomResourceEvent,
  settled: {
    readonly outcome: Outcome['status'];
    readonly counts: CallCounts;
    readonly milliseconds: number;
    readonly now: number;
  },
): string {
  const { outcome, counts, milliseconds, now } = settled;
  const errors = (kind: ErrorKind) => counts.errors.get(kind) ?? 0;
  const values: { readonly [metric in keyof typeof UNITS]: number } = {
    Attempts: counts.attempts,
    Failures: outcome === 'failed' ? 1 : 0,
    Duration: milliseconds,
    TransientErrors: errors('transient'),
    TransitioningErrors: errors('transitioning'),
    ThrottledErrors: errors('throttled'),
    DeniedErrors: errors('denied'),
  };
  return embedded(event.StackId, event.LogicalResourceId, UNITS, now, {
    requestId: event.RequestId,
    requestType: event.RequestType,
    outcome,
    ...values,
  });
}

/**
 * What a look found of one membership, as a line of the same form.
 *
 * @param now milliseconds since 1970-01-01T00:00Z
 */
export function driftLine(
  membership: { readonly stackId: string; readonly logicalId: string } & Pair,
  isDrifted: boolean,
  now: number,
): string {
  const { stackId, logicalId, connectionId, lagId } = membership;
  return embedded(stackId, logicalId, { Drifted: 'Count' }, now, { connectionId, lagId, Drifted: isDrifted ? 1 : 0 });
}

function embedded(
  stackId: string,
  LogicalId: string,
  units: { readonly [metric: string]: string },
  Timestamp: number,
  fields: { readonly [field: string]: unknown },
): string {
  const line = {
    _aws: {
      Timestamp,
      CloudWatchMetrics: [
        {
          Namespace: NAMESPACE,
          Dimensions: [['StackName', 'LogicalId']],
          Metrics: Object.entries(units).map(([Name, Unit]) => ({ Name, Unit })),
        },
      ],
    },
    StackName: stackId.split('/')[1] ?? stackId,
    LogicalId,
    ...fields,
  };
  return `${JSON.stringify(line)}\n`;
}
