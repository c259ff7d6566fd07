import type { Clock } from './clock';
import { CloudFormation } from './cloudformation/cloudformation';
import { cdkMetadata } from './cloudformation/resources/cdk-metadata';
import { cloudWatchAlarm } from './cloudformation/resources/cloudwatch-alarm';
import type { DirectConnectApi } from './cloudformation/resources/direct-connect-api';
import { directConnectConnection } from './cloudformation/resources/direct-connect-connection';
import { directConnectLag } from './cloudformation/resources/direct-connect-lag';
import { dynamoDbGlobalTable } from './cloudformation/resources/dynamodb-global-table';
import { dynamoDbTable } from './cloudformation/resources/dynamodb-table';
import { eventsRule } from './cloudformation/resources/events-rule';
import { iamManagedPolicy } from './cloudformation/resources/iam-managed-policy';
import { iamPolicy } from './cloudformation/resources/iam-policy';
import { iamRole } from './cloudformation/resources/iam-role';
import { lambdaEventInvokeConfig } from './cloudformation/resources/lambda-event-invoke-config';
import { lambdaFunction } from './cloudformation/resources/lambda-function';
import { lambdaPermission } from './cloudformation/resources/lambda-permission';
import { logsLogGroup } from './cloudformation/resources/logs-log-group';
import { CloudWatch } from './cloudwatch/cloudwatch';
import { connectionMetrics } from './direct-connect/connection-metrics';
import { DirectConnect, type Write } from './direct-connect/direct-connect';
import type { NetworkState } from './direct-connect/network';
import { toWire } from './direct-connect/wire';
import { DynamoDb } from './dynamodb/dynamodb';
import { cloudTrailEvent } from './events/cloudtrail';
import { Deliveries } from './events/deliveries';
import { EventBridge } from './events/event-bridge';
import { Iam } from './iam/iam';
import { Sessions } from './iam/sessions';
import type { RunFunction } from './lambda/invocation';
import { Lambda } from './lambda/lambda';
import { Logs, type LogsOptions } from './logs/logs';
import { randomUuid } from './random-text';
import { S3 } from './s3/s3';
import { Ssm } from './ssm/ssm';
import { Sts } from './sts/sts';

export interface ServicesOptions {
  readonly clock: Clock;
  /** A number from 0 up to, but not including, 1. */
  readonly random: () => number;
  /** Twelve digits. */
  readonly accountId: string;
  /** What is in the network at the beginning. @default nothing */
  readonly state?: NetworkState;
  /** How long a connection is in transition, and a link that was up is `pending`, after it joins or leaves a LAG. */
  readonly transitionMilliseconds: number;
  /** How old what Direct Connect's Describe operations answer can be. @default 0 */
  readonly describeLagMilliseconds?: number;
  /** Runs the functions' code. */
  readonly run: RunFunction;
  /** Invocations of functions at a time; the rest wait. @default 8 */
  readonly concurrency?: number;
  readonly writeLog: LogsOptions['write'];
  /** Where custom resources put their answers, without a slash at its end. */
  readonly responseUrlBase: string;
}

/** The emulated services, wired to each other: without a server, real time or files. */
export type Services = ReturnType<typeof createServices>;

/** The sandbox knows the commercial Regions alone. */
const partition = 'aws';

export function createServices(options: ServicesOptions) {
  const { clock, random, accountId } = options;
  const iam = new Iam({ accountId, partition, random });
  const sessions = new Sessions(iam, clock);
  const { authorize } = iam;
  const logs = new Logs({
    clock,
    accountId,
    partition,
    authorize,
    write: options.writeLog,
    onLine: (region, line) => cloudWatch.readLog(region, line),
  });
  const lambda = new Lambda({
    clock,
    random,
    accountId,
    partition,
    sessions,
    logs,
    run: options.run,
    onRun: run => cloudWatch.readRun(run),
    ...(options.concurrency !== undefined && { concurrency: options.concurrency }),
  });
  const ssm = new Ssm(clock, authorize);
  const s3 = new S3({ clock, accountId });
  const dynamoDb = new DynamoDb({ clock, accountId, partition, authorize });
  const deliveries = new Deliveries(clock, lambda);
  const eventBridge = new EventBridge({ clock, random, accountId, partition, deliveries });
  const tellCloudTrail = ({ operation, input, caller, answer, error }: Write): void => {
    if (!eventBridge.listens(caller.region)) return;
    const call = {
      service: 'directconnect',
      operation,
      caller,
      time: clock.now(),
      input: JSON.parse(JSON.stringify(input)),
      ...(answer && { answer: JSON.parse(toWire(answer)) }),
      ...(error && { error }),
    };
    const ids = { event: randomUuid(random), request: randomUuid(random), user: sessions.userIdOf(caller) };
    eventBridge.put(cloudTrailEvent(call, ids));
  };
  const directConnect = new DirectConnect({
    clock,
    random,
    authorize,
    transitionMilliseconds: options.transitionMilliseconds,
    describeLagMilliseconds: options.describeLagMilliseconds ?? 0,
    onWrite: tellCloudTrail,
    ...(options.state && { state: options.state }),
  });
  const cloudWatch = new CloudWatch({
    clock,
    accountId,
    partition,
    source: connectionMetrics(directConnect.network),
    onStateChange: ({ arn, region, settings, state }, alarmData) => {
      const source = 'aws.cloudwatch';
      const told = { source, 'detail-type': 'CloudWatch Alarm State Change', region, resources: [arn] };
      eventBridge.put({ ...told, detail: alarmData });
      const invoker = { service: 'lambda.alarms.cloudwatch.amazonaws.com', arn, accountId };
      const time = new Date(clock.now()).toISOString();
      for (const action of settings.actionsEnabled ? settings.actions[state.value] : []) {
        deliveries.deliver(invoker, action, () => ({ source, alarmArn: arn, accountId, time, region, alarmData }));
      }
    },
  });
  /** CloudFormation waits until it sees its own changes. */
  const directConnectAsItIs: DirectConnectApi = {
    call: (operation, input, caller) => directConnect.call(operation, input, caller, 'now'),
  };
  const cloudFormation = new CloudFormation({
    clock,
    random,
    partition,
    responseUrlBase: options.responseUrlBase,
    invokeAsynchronously: (functionArn, event) => {
      lambda.invokeAsynchronously(functionArn, event);
    },
    readSsmParameter: name => ssm.find(name),
    readTemplate: url => {
      const object = s3.findObjectByUrl(url);
      return object && new TextDecoder().decode(object.bytes);
    },
    resourceTypes: [
      iamRole(iam),
      iamPolicy(iam),
      iamManagedPolicy(iam),
      lambdaFunction(lambda, (bucket, key) => s3.getObject(bucket, key).bytes),
      lambdaPermission(lambda),
      lambdaEventInvokeConfig(lambda),
      logsLogGroup(logs),
      eventsRule(eventBridge),
      cloudWatchAlarm(cloudWatch),
      dynamoDbTable(dynamoDb),
      dynamoDbGlobalTable(dynamoDb),
      directConnectLag(directConnectAsItIs),
      directConnectConnection(directConnectAsItIs),
      cdkMetadata,
    ],
  });
  const sts = new Sts(sessions);
  return {
    ...{ iam, sessions, logs, lambda, s3, dynamoDb, directConnect, cloudFormation, ssm, sts },
    ...{ cloudWatch, deliveries, eventBridge },
  };
}
