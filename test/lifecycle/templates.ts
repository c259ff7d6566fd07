export const RESOURCE_TYPE = 'Custom::DirectConnectLagMembership';
export const FUNCTION_ARN = 'arn:aws:lambda:eu-central-1:111122223333:function:handler';
export const SIBLING_TYPE = 'Test::Sibling';

export interface Membership {
  readonly connectionId: string;
  readonly lagId: string;
  readonly allowMove?: boolean;
  readonly lowerMinimumLinks?: boolean;
  /** Seconds. */
  readonly waitForAvailable?: number | undefined;
  /** Whether the connection stays where it is when the membership goes. */
  readonly retain?: boolean;
  readonly allowOutage?: boolean;
  readonly reassociate?: boolean;
  readonly maxUnavailable?: number;
}

/** What a stack declares, by logical id. */
export type Declared = { readonly [logicalId: string]: Membership };

export interface SiblingPlan {
  readonly seconds: number;
  readonly fails: boolean;
  /** Whether it begins only when all memberships are done. */
  readonly last: boolean;
  /** Whether each membership depends on the one before it. */
  readonly chained: boolean;
}

export function templateOf(declared: Declared, version: number, plan: SiblingPlan): string {
  return withSibling(membershipsOf(declared, plan), version, plan);
}

export function membershipsOf(declared: Declared, { chained }: SiblingPlan): { readonly [logicalId: string]: object } {
  return Object.fromEntries(
    Object.entries(declared).map(([logicalId, membership], index, all) => [
      logicalId,
      {
        Type: RESOURCE_TYPE,
        ...(membership.retain ? { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' } : {}),
        ...(chained && index > 0 ? { DependsOn: all[index - 1]?.[0] } : {}),
        Properties: {
          ServiceToken: FUNCTION_ARN,
          ConnectionId: membership.connectionId,
          LagId: membership.lagId,
          ...membersOf(declared, membership.lagId),
          ...(membership.retain ? { Retained: 'true' } : {}),
          ...(membership.allowOutage ? { AllowOutage: 'true' } : {}),
          ...(membership.reassociate ? { Reassociate: 'true' } : {}),
          ...((membership.maxUnavailable ?? 1) === 1 ? {} : { MaxUnavailable: String(membership.maxUnavailable) }),
          ...(membership.allowMove ? { AllowMove: 'true' } : {}),
          ...(membership.lowerMinimumLinks ? { LowerMinimumLinks: 'true' } : {}),
          ...(membership.waitForAvailable === undefined
            ? {}
            : { WaitForAvailable: String(membership.waitForAvailable) }),
        },
      },
    ]),
  );
}

/** As the construct has them: where there are several, and none is retained. */
function membersOf(declared: Declared, lagId: string): { readonly Members?: readonly string[] } {
  const members = Object.values(declared).filter(membership => membership.lagId === lagId);
  if (members.length < 2 || members.some(({ retain }) => retain)) return {};
  return { Members: members.map(({ connectionId }) => connectionId) };
}

export function withSibling(
  resources: { readonly [logicalId: string]: object },
  version: number,
  plan: SiblingPlan,
): string {
  const dependsOn = Object.keys(resources);
  const sibling = {
    Type: SIBLING_TYPE,
    Properties: { Seconds: String(plan.seconds), Fails: String(plan.fails), Version: String(version) },
    ...(plan.last && dependsOn.length > 0 ? { DependsOn: dependsOn } : {}),
  };
  return JSON.stringify({ Resources: { ...resources, Sibling: sibling } });
}
