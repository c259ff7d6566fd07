import { AwsError } from '../aws-error';
import type { Authorize, Caller } from '../caller';
import type { Json } from '../cloudformation/resource-type';
import { iamId } from '../random-text';
import { awsManagedPolicies } from './aws-managed-policies';
import { denialText, type Evaluation, evaluate } from './evaluate';
import { identityPolicy, type Policy, trustPolicy } from './policy-document';

/** Characters; source: "IAM and AWS STS quotas". */
const quota = { inlinePoliciesOfRole: 10_240, managedPolicy: 6_144, managedPoliciesPerRole: 10, arn: 2_048 };

export interface Role {
  readonly name: string;
  readonly arn: string;
  /** Such as `AROA…`: another one for a role of the same name made later. */
  readonly id: string;
  readonly trustPolicy: Policy;
  readonly description: string;
  readonly maximumSessionSeconds: number;
  /** ARN of a managed policy. */
  readonly permissionsBoundary: string | undefined;
  /** By policy name. */
  readonly inlinePolicies: ReadonlyMap<string, Policy>;
  /** ARNs. */
  readonly attachedPolicies: ReadonlySet<string>;
}

/** What `createRole` and `updateRole` take, already free of intrinsic functions. */
export interface RoleSettings {
  readonly trustPolicy: Json | undefined;
  readonly description?: string | undefined;
  /** @default 3600 */
  readonly maximumSessionSeconds?: number | undefined;
  readonly permissionsBoundary?: string | undefined;
}

export interface ManagedPolicy {
  readonly name: string;
  readonly arn: string;
  readonly id: string;
  readonly document: Policy;
}

export interface IamOptions {
  readonly accountId: string;
  readonly partition: string;
  readonly random: () => number;
}

type MutableRole = Role & { inlinePolicies: Map<string, Policy>; attachedPolicies: Set<string> };

/** One account's roles and policies. Changes take effect at once; in AWS they can take seconds. */
export class Iam {
  private readonly roles = new Map<string, MutableRole>();
  private readonly policies = new Map<string, ManagedPolicy>();

  constructor(readonly options: IamOptions) {}

  async createRole(name: string, path: string, settings: RoleSettings): Promise<Role> {
    const checked = this.checkedSettings(name, settings);
    if (this.roles.has(name)) throw new AwsError('EntityAlreadyExists', `Role with name ${name} already exists.`, 409);
    const role: MutableRole = {
      name,
      arn: `arn:${this.options.partition}:iam::${this.options.accountId}:role${path}${name}`,
      id: iamId('AROA', this.options.random),
      ...checked,
      inlinePolicies: new Map(),
      attachedPolicies: new Set(),
    };
    this.roles.set(name, role);
    return role;
  }

  async updateRole(name: string, settings: RoleSettings): Promise<Role> {
    const checked = this.checkedSettings(name, settings);
    const role: MutableRole = { ...this.roleOf(name), ...checked };
    this.roles.set(name, role);
    return role;
  }

  /** @throws {AwsError} DeleteConflict while a policy is still in the role or attached to it */
  deleteRole(name: string): void {
    const role = this.roleOf(name);
    if (role.inlinePolicies.size > 0 || role.attachedPolicies.size > 0) {
      const which = role.inlinePolicies.size > 0 ? 'delete policies' : 'detach all policies';
      throw new AwsError('DeleteConflict', `Cannot delete entity, must ${which} first.`, 409);
    }
    this.roles.delete(name);
  }

  /** The role of this name or ARN. */
  findRole(nameOrArn: string): Role | undefined {
    const named = this.roles.get(nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1));
    return nameOrArn.startsWith('arn:') && named?.arn !== nameOrArn ? undefined : named;
  }

  async putRolePolicy(roleName: string, policyName: string, document: Json | undefined): Promise<void> {
    const policy = identityPolicy(policyName, document);
    const role = this.roleOf(roleName);
    const others = [...role.inlinePolicies].filter(([name]) => name !== policyName).map(([, other]) => other.size);
    if (others.reduce((sum, size) => sum + size, policy.size) > quota.inlinePoliciesOfRole) {
      const message = `Maximum policy size of ${quota.inlinePoliciesOfRole} bytes exceeded for role ${roleName}`;
      throw new AwsError('LimitExceeded', message, 409);
    }
    role.inlinePolicies.set(policyName, policy);
  }

  /** Succeeds where the policy or the role is gone already. */
  deleteRolePolicy(roleName: string, policyName: string): void {
    this.roles.get(roleName)?.inlinePolicies.delete(policyName);
  }

  attachRolePolicy(roleName: string, policyArn: string): void {
    const role = this.roleOf(roleName);
    this.documentOf(policyArn);
    if (!role.attachedPolicies.has(policyArn) && role.attachedPolicies.size >= quota.managedPoliciesPerRole) {
      throw new AwsError(
        'LimitExceeded',
        `Cannot exceed quota for PoliciesPerRole: ${quota.managedPoliciesPerRole}`,
        409,
      );
    }
    role.attachedPolicies.add(policyArn);
  }

  /** Succeeds where the policy is not attached, or the role is gone already. */
  detachRolePolicy(roleName: string, policyArn: string): void {
    this.roles.get(roleName)?.attachedPolicies.delete(policyArn);
  }

  async createPolicy(name: string, path: string, document: Json | undefined): Promise<ManagedPolicy> {
    const policy: ManagedPolicy = {
      name,
      arn: `arn:${this.options.partition}:iam::${this.options.accountId}:policy${path}${name}`,
      id: iamId('ANPA', this.options.random),
      document: managedPolicyDocument(name, document),
    };
    if (this.policies.has(policy.arn)) {
      throw new AwsError(
        'EntityAlreadyExists',
        `A policy called ${name} already exists. Duplicate names are not allowed.`,
        409,
      );
    }
    this.policies.set(policy.arn, policy);
    return policy;
  }

  async updatePolicy(arn: string, document: Json | undefined): Promise<ManagedPolicy> {
    const policy = this.policies.get(arn);
    if (!policy) throw noSuchPolicy(arn);
    const updated = { ...policy, document: managedPolicyDocument(policy.name, document) };
    this.policies.set(arn, updated);
    return updated;
  }

  /** @throws {AwsError} DeleteConflict while a role uses the policy */
  deletePolicy(arn: string): void {
    const user = [...this.roles.values()].find(
      role => role.attachedPolicies.has(arn) || role.permissionsBoundary === arn,
    );
    if (user) {
      throw new AwsError(
        'DeleteConflict',
        `Cannot delete a policy attached to entities. Role ${user.name} uses it.`,
        409,
      );
    }
    this.policies.delete(arn);
  }

  readonly authorize: Authorize = async (caller, action, resourceArn) => {
    if (caller.roleArn === undefined) return undefined;
    // What a pattern takes to match grows with the text.
    if (resourceArn.length > quota.arn)
      return `User: ${caller.principalArn} is not authorized to perform: ${action}: its resource has ${resourceArn.length} characters, and an ARN up to ${quota.arn}`;
    const role = this.findRole(caller.roleArn);
    if (!role)
      throw new AwsError('UnrecognizedClientException', `The role ${caller.roleArn} does not exist any more.`, 403);
    const decision = evaluate({
      principalArn: caller.principalArn,
      action,
      resourceArn,
      accountId: caller.accountId,
      context: contextOf(caller),
      ...this.policiesOf(role),
    });
    return decision.allowed ? undefined : denialText(caller.principalArn, action, resourceArn, decision);
  };

  /** What a session of the role is judged by. */
  policiesOf(role: Role): Pick<Evaluation, 'identityPolicies' | 'permissionsBoundary'> {
    const boundary = role.permissionsBoundary;
    return {
      identityPolicies: [
        ...role.inlinePolicies.values(),
        ...[...role.attachedPolicies].map(arn => this.documentOf(arn)),
      ],
      ...(boundary !== undefined && { permissionsBoundary: this.documentOf(boundary) }),
    };
  }

  private roleOf(name: string): MutableRole {
    const role = this.roles.get(name);
    if (!role) throw new AwsError('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
    return role;
  }

  private documentOf(policyArn: string): Policy {
    const own = this.policies.get(policyArn)?.document;
    if (own) return own;
    const ofAws = `arn:${this.options.partition}:iam::aws:policy/`;
    const known = policyArn.startsWith(ofAws) ? awsManagedPolicies[policyArn.slice(ofAws.length)] : undefined;
    if (known) return known;
    if (policyArn.startsWith(ofAws)) {
      const has = Object.keys(awsManagedPolicies).join(', ');
      throw new AwsError(
        'NoSuchEntity',
        `The sandbox does not know the AWS managed policy ${policyArn}; it has ${has}.`,
        404,
      );
    }
    throw noSuchPolicy(policyArn);
  }

  private checkedSettings(name: string, settings: RoleSettings) {
    if (settings.permissionsBoundary !== undefined) this.documentOf(settings.permissionsBoundary);
    return {
      trustPolicy: trustPolicy(`AssumeRolePolicyDocument of ${name}`, settings.trustPolicy),
      description: settings.description ?? '',
      maximumSessionSeconds: settings.maximumSessionSeconds ?? 3600,
      permissionsBoundary: settings.permissionsBoundary,
    };
  }
}

function managedPolicyDocument(name: string, document: Json | undefined): Policy {
  const policy = identityPolicy(name, document);
  if (policy.size <= quota.managedPolicy) return policy;
  throw new AwsError('LimitExceeded', `Cannot exceed quota for PolicySize: ${quota.managedPolicy}`, 409);
}

/** What a user's or a role's own request says of itself. */
export const contextOf = (caller: Caller): Evaluation['context'] => ({
  'aws:PrincipalAccount': caller.accountId,
  'aws:PrincipalArn': caller.roleArn ?? caller.principalArn,
  'aws:PrincipalIsAWSService': 'false',
  'aws:RequestedRegion': caller.region,
  'aws:ViaAWSService': 'false',
});

const noSuchPolicy = (arn: string) =>
  new AwsError('NoSuchEntity', `Policy ${arn} does not exist or is not attachable.`, 404);
