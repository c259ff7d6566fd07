import type { Clock } from '../clock';
import { randomAlphanumeric } from '../random-text';
import type { Json, ResourceContext, ResourceType } from './resource-type';
import type { Stack, StackOutput } from './stack';
import type { FindResourceType } from './template';

/** What every operation on every stack works with. */
export interface Engine {
  readonly clock: Clock;
  readonly random: () => number;
  readonly findResourceType: FindResourceType;
  /** Value of an export, and that `stack` uses it from now on. @throws Error where there is none */
  readonly importValue: (stack: Stack, exportName: string) => Json;
  /** That no export collides with another stack's, and that no export in use changes. @throws Error naming it */
  readonly checkExports: (stack: Stack, outputs: readonly StackOutput[]) => void;
}

export function resourceTypeOf(engine: Engine, typeName: string): ResourceType {
  const type = engine.findResourceType(typeName);
  if (!type) throw new Error(`The sandbox does not know the resource type ${typeName}.`);
  return type;
}

/** @param underWay what a creation or an update is told besides */
export function contextOf(
  engine: Engine,
  stack: Stack,
  logicalId: string,
  underWay: Pick<ResourceContext, 'cancelled' | 'initiated'> = {},
): ResourceContext {
  const { partition, accountId, region, stackName, stackId } = stack.identity;
  const { clock, random } = engine;
  return {
    clock,
    random,
    partition,
    accountId,
    region,
    stackName,
    stackId,
    logicalId,
    generatedName: maximumLength => {
      const suffix = `-${randomAlphanumeric(12, random)}`;
      return `${stackName}-${logicalId}`.slice(0, maximumLength - suffix.length) + suffix;
    },
    ...underWay,
  };
}
