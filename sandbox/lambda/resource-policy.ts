import { AwsError } from '../aws-error';
import type { Json } from '../cloudformation/resource-type';
import { evaluate } from '../iam/evaluate';
import { functionPolicy } from '../iam/policy-document';

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

/**
 * The policy with one more statement.
 *
 * @throws {AwsError} ResourceConflictException, PolicyLengthExceededException, InvalidParameterValueException
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
  if (!/^(\*|\d{12}|arn:.+|[a-z0-9-]+(\.[a-z0-9-]+)+)$/.test(permission.principal)) {
    const message = `The provided principal was invalid: ${permission.principal} is no service, account or ARN.`;
    throw new AwsError('InvalidParameterValueException', message);
  }
  const more = new Map(permissions).set(id, permission);
  const policy = policyOf(functionArn, more);
  if (policy && JSON.stringify(policy).length > largest) {
    throw new AwsError(
      'PolicyLengthExceededException',
      `The final policy size is bigger than the limit (${largest}).`,
      400,
    );
  }
  try {
    if (policy) functionPolicy(functionArn, policy);
  } catch (cause) {
    if (!(cause instanceof AwsError)) throw cause;
    throw new AwsError('InvalidParameterValueException', cause.message, 400, { cause });
  }
  return more;
}

/** Whether the function's own policy lets a service invoke it. */
export function mayInvoke(functionArn: string, permissions: Permissions, invoker: Invoker): boolean {
  const policy = policyOf(functionArn, permissions);
  if (!policy) return false;
  const decision = evaluate({
    principalArn: invoker.service,
    action: 'lambda:InvokeFunction',
    resourceArn: functionArn,
    accountId: invoker.accountId,
    context: { 'aws:SourceAccount': invoker.accountId, 'aws:SourceArn': invoker.arn },
    identityPolicies: [],
    resourcePolicy: functionPolicy(functionArn, policy),
  });
  return decision.allowed;
}

/** @returns nothing where no statement is about a service */
function policyOf(functionArn: string, permissions: Permissions): { [name: string]: Json } | undefined {
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
  return statements.length > 0 ? { Version: '2012-10-17', Id: 'default', Statement: statements } : undefined;
}
