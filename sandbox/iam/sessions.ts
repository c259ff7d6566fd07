import { AwsError } from '../aws-error';
import type { Caller } from '../caller';
import type { Clock } from '../clock';
import { iamId, randomAlphanumeric } from '../random-text';
import type { AccessKey } from '../signature';
import { evaluate } from './evaluate';
import { contextOf, type Iam } from './iam';
import { identityPolicy, type Policy } from './policy-document';

export interface Credentials extends AccessKey {
  readonly sessionToken: string;
  /** Told to the caller, but not enforced. */
  readonly expiration: Date;
}

export interface AssumedRole {
  readonly credentials: Credentials;
  /** `arn:aws:sts::<account>:assumed-role/<role>/<session>` */
  readonly arn: string;
  /** `<role id>:<session>` */
  readonly id: string;
}

type Principal = Omit<Caller, 'region'>;

const bootstrapRole =
  /^cdk-hnb659fds-(deploy|file-publishing|image-publishing|lookup|cfn-exec)-role-\d{12}-[a-z]{2}(-[a-z]+)+-\d$/;
const bootstrapRoleId = 'AROASANDBOXBOOTSTRAP0';
const administratorId = 'AIDASANDBOXADMIN00000';
const everything = identityPolicy('everything', { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } });

/** Who holds which credentials. */
export class Sessions {
  private readonly sessions = new Map<string, Principal & { roleId: string; credentials: Credentials }>();
  private readonly ofServices = new Map<string, AssumedRole>();
  readonly administrator: Principal;
  /** Another secret at each start, so that nobody who was not told it is the administrator. No real key has this id. */
  readonly administratorKey: AccessKey;

  constructor(
    private readonly iam: Iam,
    private readonly clock: Clock,
  ) {
    const { accountId, partition, random } = iam.options;
    this.administratorKey = { accessKeyId: 'sandbox', secretAccessKey: randomAlphanumeric(40, random) };
    this.administrator = { accountId, principalArn: `arn:${partition}:iam::${accountId}:user/sandbox` };
  }

  /** Who holds an access key; nobody for a key that was never given out, or whose role is gone. */
  holderOf(accessKeyId: string): { readonly principal: Principal; readonly key: AccessKey } | undefined {
    if (accessKeyId === this.administratorKey.accessKeyId)
      return { principal: this.administrator, key: this.administratorKey };
    const known = this.sessions.get(accessKeyId);
    if (!known) return undefined;
    const { roleId, credentials, ...principal } = known;
    const roleIsGone = principal.roleArn !== undefined && this.iam.findRole(principal.roleArn)?.id !== roleId;
    return roleIsGone ? undefined : { principal, key: credentials };
  }

  /** The unique id of a principal, as `GetCallerIdentity` answers it. */
  userIdOf(caller: Caller): string {
    if (caller.principalArn === this.administrator.principalArn) return administratorId;
    const roleId = caller.roleArn === undefined ? bootstrapRoleId : this.iam.findRole(caller.roleArn)?.id;
    return `${roleId}:${caller.principalArn.slice(caller.principalArn.lastIndexOf('/') + 1)}`;
  }

  /**
   * STS AssumeRole: for the roles that `cdk bootstrap` makes, whose sessions are administrators, and for the roles
   * that stacks made, by their trust policies.
   *
   * @throws {AwsError} AccessDenied, as for a role that does not exist
   */
  async assumeRole(caller: Caller, roleArn: string, sessionName: string, seconds?: number): Promise<AssumedRole> {
    const name = roleArn.slice(roleArn.lastIndexOf('/') + 1);
    const { accountId, partition } = this.iam.options;
    if (roleArn === `arn:${partition}:iam::${accountId}:role/${name}` && bootstrapRole.test(name)) {
      if (caller.roleArn !== undefined) throw notAssumable(caller.principalArn, roleArn);
      return this.open({ name, sessionName, roleId: bootstrapRoleId, roleArn: undefined, seconds });
    }
    const role = this.iam.findRole(roleArn);
    if (!role || !this.mayAssume(caller, roleArn, role.trustPolicy)) {
      throw notAssumable(caller.principalArn, roleArn);
    }
    if (seconds !== undefined && seconds > role.maximumSessionSeconds) {
      const message = 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.';
      throw new AwsError('ValidationError', message);
    }
    return this.open({ name: role.name, sessionName, roleId: role.id, roleArn: role.arn, seconds });
  }

  /** A service's session with the role that it was given; the same one each time. None if the role does not trust the service. */
  async forService(service: string, roleArn: string, sessionName: string): Promise<AssumedRole | undefined> {
    const role = this.iam.findRole(roleArn);
    if (!role || !this.trusts(role.trustPolicy, roleArn, service)) return undefined;
    const key = `${role.id}:${sessionName}`;
    const opened =
      this.ofServices.get(key) ??
      this.open({ name: role.name, sessionName, roleId: role.id, roleArn: role.arn, seconds: undefined });
    this.ofServices.set(key, opened);
    return opened;
  }

  private mayAssume(caller: Caller, roleArn: string, trustPolicy: Policy): boolean {
    const ownRole = caller.roleArn === undefined ? undefined : this.iam.findRole(caller.roleArn);
    return evaluate({
      principalArn: caller.principalArn,
      action: 'sts:AssumeRole',
      resourceArn: roleArn,
      accountId: caller.accountId,
      context: contextOf(caller),
      ...(ownRole ? this.iam.policiesOf(ownRole) : { identityPolicies: [everything] }),
      resourcePolicy: trustPolicy,
    }).allowed;
  }

  private trusts(trustPolicy: Policy, roleArn: string, service: string): boolean {
    return evaluate({
      principalArn: service,
      action: 'sts:AssumeRole',
      resourceArn: roleArn,
      accountId: this.iam.options.accountId,
      // A service acts for the account that its resources are in.
      context: { 'aws:PrincipalIsAWSService': 'true', 'aws:SourceAccount': this.iam.options.accountId },
      identityPolicies: [],
      resourcePolicy: trustPolicy,
    }).allowed;
  }

  private open(session: {
    name: string;
    sessionName: string;
    roleId: string;
    roleArn: string | undefined;
    seconds: number | undefined;
  }): AssumedRole {
    const { accountId, partition, random } = this.iam.options;
    const arn = `arn:${partition}:sts::${accountId}:assumed-role/${session.name}/${session.sessionName}`;
    const accessKeyId = iamId('ASIA', random);
    const credentials = {
      accessKeyId,
      secretAccessKey: randomAlphanumeric(40, random),
      sessionToken: randomAlphanumeric(120, random),
      expiration: new Date(this.clock.now() + (session.seconds ?? 3600) * 1000),
    };
    this.sessions.set(accessKeyId, {
      accountId,
      principalArn: arn,
      roleId: session.roleId,
      credentials,
      ...(session.roleArn !== undefined && { roleArn: session.roleArn }),
    });
    return { arn, id: `${session.roleId}:${session.sessionName}`, credentials };
  }
}

const notAssumable = (principalArn: string, roleArn: string) =>
  new AwsError(
    'AccessDenied',
    `User: ${principalArn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
    403,
  );
