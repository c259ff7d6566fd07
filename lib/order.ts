import type { CfnCondition, CfnResource } from 'aws-cdk-lib';
import type { Needs } from './needs';

/** What the order of a LAG's memberships follows from. */
export interface Orderable {
  readonly resource: CfnResource;
  /** Whether it takes part in the order. */
  readonly ordered: boolean;
  /** How many links of the LAG may be down at once. */
  readonly maxUnavailable: number;
}

/** A resource, and one that is to be there before it. */
export type Edge = readonly [later: CfnResource, earlier: CfnResource];

/**
 * What the memberships of each LAG have to depend on, so that no more of them than `maxUnavailable` are changed at once. They
 * come in the order given, but for what the application has in another one already.
 *
 * There is never a circle, whatever LAGs, dependencies and references there are. Those that others come after are all in one
 * order with everything that they need, and depend on what is earlier in it; the last of each LAG nothing comes after.
 *
 * @returns nothing where the application's resources need each other in a circle, and so are in no order
 */
export function orderOf(needs: Needs, lags: readonly (readonly Orderable[])[]): Edge[] {
  const chains = lags.map(lag => {
    const ordered = lag.filter(membership => membership.ordered);
    const step = Math.min(...ordered.map(membership => membership.maxUnavailable));
    return { resources: ordered.map(({ resource }) => resource), step };
  });
  // Not the last ones: to know what they need is to resolve them, which takes time.
  const inOrder = needs.inOrder(chains.flatMap(({ resources, step }) => resources.slice(0, -step)));
  if (inOrder === undefined) return [];
  const places = new Map(inOrder.map((resource, place) => [resource, place]));
  const placeOf = (resource: CfnResource) => places.get(resource) ?? places.size;
  return chains.flatMap(({ resources, step }) => {
    const chain = [...resources].sort((one, other) => placeOf(one) - placeOf(other));
    return chain.flatMap((later, place) => {
      const earlier = before(chain, place, step, later.cfnOptions.condition);
      return earlier === undefined ? [] : [[later, earlier] as const];
    });
  });
}

/**
 * The one so many steps before, or the next before that: not one that another condition may leave out of the stack, which CDK
 * warns of and can take for an error.
 */
function before(
  chain: readonly CfnResource[],
  place: number,
  step: number,
  condition: CfnCondition | undefined,
): CfnResource | undefined {
  const earlier = chain[place - step];
  if (earlier === undefined || [undefined, condition].includes(earlier.cfnOptions.condition)) return earlier;
  return before(chain, place - step, step, condition);
}
