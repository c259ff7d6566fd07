import { CfnDeletionPolicy, CfnResource, type IResolveContext, Stack, Token } from 'aws-cdk-lib';
import { CfnLag } from 'aws-cdk-lib/aws-directconnect';
import type { IConstruct } from 'constructs';
import { Needs, resolve } from './needs';
import { type Edge, type Orderable, orderOf } from './order';
import { warnOfMembers } from './warnings';

/** AWS, "Link aggregation groups": the most that a LAG takes. */
export const MOST_MEMBERS = 4;

/** A membership as the template has it. */
interface Declared extends Orderable {
  readonly connectionId: string;
  readonly lagId: string;
  /** Absent for the stack's own. */
  readonly region: string | undefined;
}

/** The memberships of a stack, which get to know of each other, and their order, once all of them are known. */
export class Memberships {
  private static readonly ofStacks = new WeakMap<Stack, Memberships>();

  /** Those of the construct's stack. */
  static of(construct: IConstruct): Memberships {
    const stack = Stack.of(construct);
    const memberships = Memberships.ofStacks.get(stack) ?? new Memberships(stack);
    Memberships.ofStacks.set(stack, memberships);
    return memberships;
  }

  private readonly declared: Declared[] = [];
  private readonly members = new Map<CfnResource, readonly string[]>();
  private edges: readonly Edge[] = [];
  private isSettling = false;

  private constructor(private readonly stack: Stack) {}

  /** To be called for each membership. */
  declare(membership: Declared): void {
    this.declared.push(membership);
  }

  /**
   * The connections that the stack declares in the LAG of a membership: the handler has to know which of them stay. Nothing
   * where there is one. An empty list where that cannot be told: where one stays in the LAG when its membership goes, where a
   * condition may leave one out of the stack, and where a connection is of a resource that needs one of the memberships.
   */
  membersOf(resource: CfnResource, { preparing }: IResolveContext): readonly string[] | undefined {
    // CDK resolves every element once before it renders any, to find the references between stacks. The dependencies of
    // constructs are those of resources by then, what aspects have added too, and a dependency more is rendered. An aspect
    // would be too early: of the stack, it visits the stack before other aspects visit what is in it.
    if (preparing && !this.isSettling && resource === this.declared[0]?.resource) this.settle();
    return this.members.get(resource);
  }

  private settle(): void {
    // What a synthesis before this one has settled is no wish of the application, which may have changed since.
    for (const [later, earlier] of this.edges) later.removeResourceDependency(earlier);
    this.edges = [];
    this.members.clear();
    const lags = [...this.lags().values()].filter(lag => lag.length > 1);
    if (lags.length === 0) return;
    for (const lag of lags) warnOfExcess(lag);
    this.isSettling = true;
    try {
      const needs = new Needs(this.stack);
      this.edges = orderOf(needs, lags).filter(([later, earlier]) => !later.obtainDependencies().includes(earlier));
      for (const [later, earlier] of this.edges) {
        later.addResourceDependency(earlier);
        needs.add(later, earlier);
      }
      for (const lag of lags) this.tell(lag, needs);
    } finally {
      this.isSettling = false;
    }
  }

  /** By what they name as their LAG, in the order in which they were made. */
  private lags(): Map<string, Declared[]> {
    const lags = new Map<string, Declared[]>();
    for (const membership of this.declared) {
      const { lagId, region } = membership;
      const key = JSON.stringify([region, Token.isUnresolved(lagId) ? this.lagOf(lagId) : lagId]);
      const members = lags.get(key) ?? [];
      members.push(membership);
      lags.set(key, members);
    }
    return lags;
  }

  /** What tells LAGs apart that are tokens: a `CfnLag` is the same by its name, its id and its ARN. */
  private lagOf(lagId: string): unknown {
    const { resolved, targets } = resolve(lagId, this.stack);
    const [target, ...others] = targets;
    const isLag = CfnResource.isCfnResource(target) && target.cfnResourceType === CfnLag.CFN_RESOURCE_TYPE_NAME;
    return isLag && others.length === 0 ? { path: target.node.path } : resolved;
  }

  private tell(lag: readonly Declared[], needs: Needs): void {
    const resources = new Set(lag.map(({ resource }) => resource));
    for (const resource of resources) this.members.set(resource, []);
    if ([...resources].some(isRetained)) return;
    const connections = lag.flatMap(({ connectionId, resource }) => needs.in(resource, connectionId));
    if ([...resources, ...connections].some(({ cfnOptions }) => cfnOptions.condition !== undefined)) return;
    if (needs.reach(connections, resources)) return;
    const ids = lag.map(({ connectionId }) => connectionId);
    for (const resource of resources) {
      this.members.set(resource, ids);
      for (const connection of connections) needs.add(resource, connection);
    }
  }
}

/** Whatever conditions say: one of those that a condition may leave out is no excess. */
function warnOfExcess(lag: readonly Declared[]): void {
  const all = lag.filter(({ resource }) => resource.cfnOptions.condition === undefined);
  const beyond = all[MOST_MEMBERS];
  if (beyond === undefined) return;
  const named = Token.isUnresolved(beyond.lagId) ? 'the same token' : JSON.stringify(beyond.lagId);
  warnOfMembers(beyond.resource, named, all.length, MOST_MEMBERS);
}

/** Whether the connection stays in its LAG when the membership goes, or is given another connection. */
export function isRetained(resource: IConstruct | undefined): boolean {
  if (!CfnResource.isCfnResource(resource)) return false;
  const { deletionPolicy, updateReplacePolicy } = resource.cfnOptions;
  return [deletionPolicy, updateReplacePolicy].some(
    policy => policy !== undefined && policy !== CfnDeletionPolicy.DELETE,
  );
}
