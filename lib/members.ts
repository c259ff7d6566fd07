import { CfnDeletionPolicy, CfnResource, type IResolvable, Lazy, Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** A membership as the template has it. */
interface Declared {
  readonly connectionId: string;
  readonly lagId: string;
  /** Absent for the stack's own. */
  readonly region: string | undefined;
}

/** AWS, "Link aggregation groups": the most that a LAG takes. */
const MOST_MEMBERS = 4;

const DECLARED = new WeakMap<Stack, Map<CfnResource, Declared>>();

/** To be called for each membership. */
export function declare(resource: CfnResource, declared: Declared): void {
  const stack = Stack.of(resource);
  const all = DECLARED.get(stack) ?? new Map<CfnResource, Declared>();
  DECLARED.set(stack, all.set(resource, declared));
}

/**
 * The connections that the stack declares in the LAG of a membership, once all are known: the handler has to know which of them
 * stay. Nothing where there is one, where one stays in the LAG when its membership goes, where a condition may leave a membership
 * out of the stack, where an id is a token, which could be of a resource that depends on the membership, and where there are
 * more than a LAG can have.
 */
export function membersOf(stack: Stack, { lagId, region }: Omit<Declared, 'connectionId'>): IResolvable {
  const resolved = (value: string) => JSON.stringify(stack.resolve(value));
  const isLag = (other: string) =>
    other === lagId || (Token.isUnresolved(other) && Token.isUnresolved(lagId) && resolved(other) === resolved(lagId));
  return Lazy.any({
    produce: () => {
      const members = [...(DECLARED.get(stack) ?? [])].filter(
        ([, other]) => other.region === region && isLag(other.lagId),
      );
      const ids = members.map(([, { connectionId }]) => connectionId);
      const isKnown = !members.some(([each]) => isRetained(each) || each.cfnOptions.condition !== undefined);
      if (!isKnown || ids.some(id => Token.isUnresolved(id))) return undefined;
      return ids.length > 1 && ids.length <= MOST_MEMBERS ? ids : undefined;
    },
  });
}

/** Whether the connection stays in its LAG when the membership goes, or is given another connection. */
export function isRetained(resource: IConstruct | undefined): boolean {
  if (!CfnResource.isCfnResource(resource)) return false;
  const { deletionPolicy, updateReplacePolicy } = resource.cfnOptions;
  return [deletionPolicy, updateReplacePolicy].some(
    policy => policy !== undefined && policy !== CfnDeletionPolicy.DELETE,
  );
}
