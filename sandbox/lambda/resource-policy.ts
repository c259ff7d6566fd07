import { AwsError } from '../aws-error';
import type { Json } from '../cloudformation/resource-type';
import { evaluate } from '../iam/evaluate';
import { checkResourcePolicy, type PolicyDocument } from '../iam/policy-document';

/** What `AddPermission` takes of one statement. */
export interface Permission {
  /** Such as `lambda:InvokeFunction`. */
  readonly action: string;
  /** A service such as `events.amazonaws.com`, an account, or an ARN. */
  readonly principal: string;
  readonly sourceArn?: string | undefined;
  readonly sourceAccount?: string | undefined;
  /** Of an organization: then no service fits, since none is in one. */
  readonly principalOrgId?: string | undefined;
}

/** Something of a service that wants to invoke a function, such as a rule of EventBridge. */
export interface Invoker {
  /** Such as `events.amazonaws.com`. */
  readonly service: string;
  readonly arn: string;
  /** Twelve digits. */
  readonly accountId: string;
}

/** A function's statements, by their ids. */
export type Permissions = ReadonlyMap<string, Permission>;

/** Bytes; source: Lambda quotas, "Function resource-based policy". */
const largest = 20_480;

/** @throws {AwsError} InvalidParameterValueException for what can be no statement */
export async function checkPermission(functionArn: string, id: string, permission: Permission): Promise<void> {
  if (!/^(\*|\d{12}|arn:.+|[a-z0-9-]+(\.[a-z0-9-]+)+)$/.test(permission.principal)) {
    const message = `The provided principal was invalid: ${permission.principal} is no service, account or ARN.`;
    throw new AwsError('InvalidParameterValueException', message);
  }
  try {
    await checkResourcePolicy(functionArn, policyOf(functionArn, new Map([[id, permission]])));
  } catch (cause) {
    if (!(cause instanceof AwsError)) throw cause;
    throw new AwsError('InvalidParameterValueException', cause.message, 400, { cause });
  }
}

/**
 * The policy with one more statement, which was checked.
 *
 * @throws {AwsError} ResourceConflictException, PolicyLengthExceededException
 */
export function withPermission(
  functionArn: string,
  permissions: Permissions,
  id: string,
  permission: Permission,
): Permissions {
  if (permissions.has(id)) {
    throw new AwsError('ResourceConflictException', `The statement id (${id}) provided already exists.`, 409);
  }
  const more = new Map(permissions).set(id, permission);
  if (JSON.stringify(policyOf(functionArn, more)).length > largest) {
    throw new AwsError('PolicyLengthExceededException', `The final policy size is bigger than the limit (${largest}).`);
  }
  return more;
}

/** Whether the function's own policy lets a service invoke it. */
export async function mayInvoke(functionArn: string, permissions: Permissions, invoker: Invoker): Promise<boolean> {
  if (permissions.size === 0) return false;
  const decision = await evaluate({
    principalArn: invoker.service,
    action: 'lambda:InvokeFunction',
    resourceArn: functionArn,
    accountId: invoker.accountId,
    context: { 'aws:SourceAccount': invoker.accountId, 'aws:SourceArn': invoker.arn },
    identityPolicies: [],
    resourcePolicy: policyOf(functionArn, permissions),
  });
  return decision.allowed;
}

function policyOf(functionArn: string, permissions: Permissions): PolicyDocument {
  const ofServices = [...permissions].filter(([, { principalOrgId }]) => principalOrgId === undefined);
  const statements = ofServices.map(([id, { action, principal, sourceArn, sourceAccount }]): Json => {
    const condition = {
      ...(sourceAccount !== undefined && { StringEquals: { 'aws:SourceAccount': sourceAccount } }),
      ...(sourceArn !== undefined && { ArnLike: { 'aws:SourceArn': sourceArn } }),
    };
    return {
      Sid: id.replace(/[^A-Za-z0-9]/g, ''),
      Effect: 'Allow',
      Principal: principal === '*' ? '*' : { [principal.includes('.') ? 'Service' : 'AWS']: principal },
      Action: action,
      Resource: functionArn,
      ...(Object.keys(condition).length > 0 && { Condition: condition }),
    };
  });
  return { Version: '2012-10-17', Id: 'default', Statement: statements };
}
