import type { Caller } from '../caller';
import type { Json } from '../cloudformation/resource-type';
import type { AwsEvent } from './input';

/** A call that changed something, or was to. */
export interface ApiCall {
  /** Such as `directconnect`. */
  readonly service: string;
  readonly operation: string;
  readonly caller: Caller;
  /** Milliseconds since 1970-01-01T00:00Z. */
  readonly time: number;
  /** Without secrets. */
  readonly input: Json;
  /** Absent where the call failed. */
  readonly answer?: Json;
  readonly error?: { readonly code: string; readonly message: string };
}

/** Ids that differ from event to event, and the one of the caller, as `GetCallerIdentity` answers it. */
export interface EventIds {
  readonly event: string;
  readonly record: string;
  readonly request: string;
  readonly user: string;
}

/**
 * What EventBridge gets of a call from CloudTrail, at once; in AWS it takes up to some minutes.
 *
 * Source: CloudTrail user guide, "CloudTrail record contents" and "CloudTrail userIdentity element"; EventBridge user guide,
 * "AWS service events delivered via AWS CloudTrail".
 */
export function cloudTrailEvent(call: ApiCall, ids: EventIds): AwsEvent {
  const { service, operation, caller, error } = call;
  const time = `${new Date(call.time).toISOString().slice(0, 19)}Z`;
  const invokedBy = caller.principalArn.endsWith('/AWSCloudFormation') ? 'cloudformation.amazonaws.com' : undefined;
  return {
    version: '0',
    id: ids.event,
    'detail-type': 'AWS API Call via CloudTrail',
    source: `aws.${service}`,
    account: caller.accountId,
    time,
    region: caller.region,
    resources: [],
    detail: {
      eventVersion: '1.11',
      userIdentity: { ...identityOf(caller, ids.user), ...(invokedBy !== undefined && { invokedBy }) },
      eventTime: time,
      eventSource: `${service}.amazonaws.com`,
      eventName: operation,
      awsRegion: caller.region,
      sourceIPAddress: invokedBy ?? '127.0.0.1',
      userAgent: invokedBy ?? 'direct-connect-sandbox',
      ...(error && { errorCode: error.code, errorMessage: error.message }),
      requestParameters: orNull(call.input),
      responseElements: orNull(call.answer ?? null),
      requestID: ids.request,
      eventID: ids.record,
      readOnly: false,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: caller.accountId,
      eventCategory: 'Management',
    },
  };
}

function identityOf(
  { principalArn, accountId, roleArn }: Caller,
  principalId: string,
): { readonly [name: string]: Json } {
  const common = { principalId, arn: principalArn, accountId };
  const [, partition = 'aws', role] = /^arn:([^:]+):sts::\d+:assumed-role\/([^/]+)\//.exec(principalArn) ?? [];
  if (role === undefined) {
    return { type: 'IAMUser', ...common, userName: principalArn.slice(principalArn.lastIndexOf('/') + 1) };
  }
  return {
    type: 'AssumedRole',
    ...common,
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId: principalId.split(':')[0] ?? principalId,
        arn: roleArn ?? `arn:${partition}:iam::${accountId}:role/${role}`,
        accountId,
        userName: role,
      },
    },
  };
}

/** CloudTrail writes nothing as null. */
const orNull = (value: Json): Json =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0 ? null : value;
