import { contextOf, type Engine, resourceTypeOf } from './engine';
import { Removal } from './removal';
import type { Stack, StackResource } from './stack';

/** Tries of a deletion, after which the resource is left where it is. Source: AWS Knowledge Center. */
const attempts = 3;

/**
 * Ends an update or its rollback: deletes what was replaced or is no longer declared, and has nested stacks do the same.
 *
 * @returns whether it all went; what could not be deleted is no longer the stack's, and still exists
 */
export async function cleanUp(engine: Engine, stack: Stack, isRollback: boolean): Promise<boolean> {
  const declared = stack.definition?.resources ?? new Map<string, unknown>();
  const replaced = new Set(stack.replaced);
  const removed = [...stack.resources.values()].filter(({ logicalId }) => !declared.has(logicalId));
  const removal = new Removal(engine, stack, [...replaced, ...removed], {
    attempts,
    retain: resource =>
      isRollback ? retainsCreated(stack, resource) : retainsReplacedOrRemoved(resource, replaced.has(resource)),
  });
  const kept = [...stack.resources.values()].filter(({ logicalId }) => declared.has(logicalId));
  await Promise.all([removal.run(), ...kept.map(resource => cleanUpNested(engine, stack, resource))]);
  stack.replaced = [];
  for (const { logicalId } of removed) stack.resources.delete(logicalId);
  stack.deletedResources.clear();
  return removal.failed.length === 0;
}

async function cleanUpNested(engine: Engine, stack: Stack, resource: StackResource): Promise<void> {
  const { logicalId, type, state } = resource;
  if (!state) return;
  const { nested } = resourceTypeOf(engine, type);
  const clean = nested?.cleanUp(state.physicalId, contextOf(engine, stack, logicalId));
  if (!clean) return;
  stack.record(resource, 'UPDATE_IN_PROGRESS');
  await clean();
  stack.record(resource, 'UPDATE_COMPLETE');
}

const retainsReplacedOrRemoved = (resource: StackResource, isReplaced: boolean): boolean =>
  (isReplaced ? resource.updateReplacePolicy : resource.deletionPolicy) !== 'Delete';

/** In a rollback, what the operation itself created: `RetainExceptOnCreate` is made for this. */
const retainsCreated = (stack: Stack, { deletionPolicy }: StackResource): boolean =>
  deletionPolicy === 'Retain' && !stack.retainExceptOnCreate;
