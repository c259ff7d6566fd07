import type { Caller } from '../caller';
import type { Json } from '../cloudformation/resource-type';
import type { Told } from './event-bridge';

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

/** Ids of CloudTrail's record and of the request, and of the caller as `GetCallerIdentity` answers it. */
export interface RecordIds {
  readonly event: string;
  readonly request: string;
  readonly user: string;
}

/**
 * What CloudTrail tells EventBridge of a call, at once; in AWS it takes up to some minutes.
 *
 * Source: CloudTrail user guide, "CloudTrail record contents" and "CloudTrail userIdentity element"; EventBridge user guide,
 * "AWS service events delivered via AWS CloudTrail".
 */
export function cloudTrailEvent(call: ApiCall, ids: RecordIds): Told {
  const { service, operation, caller, error } = call;
  const invokedBy = caller.principalArn.endsWith('/AWSCloudFormation') ? 'cloudformation.amazonaws.com' : undefined;
  return {
    'detail-type': 'AWS API Call via CloudTrail',
    source: `aws.${service}`,
    region: caller.region,
    resources: [],
    detail: {
      eventVersion: '1.11',
      userIdentity: { ...identityOf(caller, ids.user), ...(invokedBy !== undefined && { invokedBy }) },
      eventTime: `${new Date(call.time).toISOString().slice(0, 19)}Z`,
      eventSource: `${service}.amazonaws.com`,
      eventName: operation,
      awsRegion: caller.region,
      sourceIPAddress: invokedBy ?? '127.0.0.1',
      userAgent: invokedBy ?? 'direct-connect-sandbox',
      ...(error && { errorCode: error.code, errorMessage: error.message }),
      requestParameters: orNull(call.input),
      responseElements: orNull(call.answer ?? null),
      requestID: ids.request,
      eventID: ids.event,
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
