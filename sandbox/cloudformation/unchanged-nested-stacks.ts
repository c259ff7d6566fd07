import { contextOf, type Engine } from './engine';
import type { Stack } from './stack';

/** By logical id, the nested stacks in `stack` that would change nothing if they were updated with the same properties. */
export async function unchangedNestedStacks(engine: Engine, stack: Stack): Promise<ReadonlySet<string>> {
  const unchanged = new Set<string>();
  for (const { logicalId, type, state, properties } of stack.resources.values()) {
    const nested = engine.findResourceType(type)?.nested;
    if (!nested || !state) continue;
    if (await nested.isUnchanged(state.physicalId, properties, contextOf(engine, stack, logicalId)))
      unchanged.add(logicalId);
  }
  return unchanged;
}
