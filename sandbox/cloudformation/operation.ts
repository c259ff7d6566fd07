import { contextOf, type Engine, messageOf, resourceTypeOf } from './engine';
import { resolveOutputs } from './outputs';
import { Provisioning } from './provisioning';
import { Removal } from './removal';
import type { OperationFacts, Stack, StackResource } from './stack';
import type { StackDefinition } from './stack-definition';

export type OnFailure = 'DO_NOTHING' | 'ROLLBACK' | 'DELETE';

/** Tries of a deletion in a clean-up, after which the resource is left where it is. Source: AWS Knowledge Center. */
const cleanUpAttempts = 3;

const none: ReadonlySet<string> = new Set();

/** What happens to a stack. Each operation begins with its first event at once, and ends as the stack's `settled`. */
export class Operations {
  constructor(private readonly engine: Engine) {}

  create(stack: Stack, definition: StackDefinition, onFailure: OnFailure, facts: OperationFacts): void {
    stack.definition = definition;
    stack.begin('CREATE_IN_PROGRESS', 'User Initiated', facts);
    stack.settled = this.runCreate(stack, definition, onFailure);
  }

  update(stack: Stack, definition: StackDefinition, facts: OperationFacts): void {
    if (stack.status.endsWith('_COMPLETE') && stack.definition)
      stack.stable = { definition: stack.definition, resources: new Map(stack.resources) };
    stack.definition = definition;
    stack.lastUpdatedTime = this.engine.clock.now();
    stack.begin('UPDATE_IN_PROGRESS', 'User Initiated', facts);
    stack.settled = this.runUpdate(stack, definition);
  }

  /** Goes back to the last stable state; a stack that never had one loses all its resources. */
  rollback(stack: Stack, facts: OperationFacts): void {
    stack.lastUpdatedTime = this.engine.clock.now();
    if (stack.stable) {
      stack.begin('UPDATE_ROLLBACK_IN_PROGRESS', 'User Initiated', facts);
      stack.settled = this.goBack(stack, none);
    } else {
      stack.begin('ROLLBACK_IN_PROGRESS', 'User Initiated', facts);
      stack.settled = this.removeCreated(stack);
    }
  }

  continueRollback(stack: Stack, skip: ReadonlySet<string>, facts: OperationFacts): void {
    stack.begin('UPDATE_ROLLBACK_IN_PROGRESS', 'User Initiated', facts);
    stack.settled = this.goBack(stack, skip);
  }

  delete(stack: Stack, retain: ReadonlySet<string>, facts: OperationFacts): void {
    stack.begin('DELETE_IN_PROGRESS', 'User Initiated', facts);
    stack.settled = this.runDelete(stack, retain);
  }

  private async runCreate(stack: Stack, definition: StackDefinition, onFailure: OnFailure): Promise<void> {
    const failure = await this.provision(stack, definition, onFailure === 'DO_NOTHING');
    if (failure === undefined) {
      stack.enter('CREATE_COMPLETE');
    } else if (onFailure === 'DO_NOTHING') {
      stack.enter('CREATE_FAILED', failure);
    } else if (onFailure === 'DELETE') {
      stack.begin('DELETE_IN_PROGRESS', `${failure}Delete requested by user.`);
      await this.runDelete(stack, none);
    } else {
      stack.begin('ROLLBACK_IN_PROGRESS', `${failure}Rollback requested by user.`);
      await this.removeCreated(stack);
    }
  }

  private async runUpdate(stack: Stack, definition: StackDefinition): Promise<void> {
    const failure = await this.provision(stack, definition, stack.disableRollback);
    if (failure === undefined) {
      stack.enter('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
      const failed = await this.cleanUp(stack, definition, retainReplacedOrRemoved);
      stack.stable = undefined;
      stack.enter(
        'UPDATE_COMPLETE',
        failed ? 'Update successful. One or more resources could not be deleted.' : undefined,
      );
    } else if (stack.disableRollback) {
      stack.enter('UPDATE_FAILED', failure);
    } else {
      stack.begin('UPDATE_ROLLBACK_IN_PROGRESS', failure);
      await this.goBack(stack, none);
    }
  }

  /** @returns why it failed, or `undefined` */
  private async provision(
    stack: Stack,
    definition: StackDefinition,
    goOnAfterFailure: boolean,
  ): Promise<string | undefined> {
    const provisioning = new Provisioning(this.engine, stack, definition, { goOnAfterFailure, skip: none });
    stack.imports.clear();
    await provisioning.run();
    if (provisioning.hasFailed) {
      if (goOnAfterFailure) await this.rollBackFailedUpdates(stack, provisioning.failedToUpdate);
      return failureOf(provisioning);
    }
    return this.takeOutputs(stack, definition);
  }

  private async goBack(stack: Stack, skip: ReadonlySet<string>): Promise<void> {
    const { stable } = stack;
    if (!stable) throw new Error(`Stack ${stack.name} has no state to go back to.`);
    stack.definition = stable.definition;
    // What the update replaced is what the rollback goes back to: it stays.
    const wanted = ({ logicalId, state }: StackResource) =>
      stable.resources.get(logicalId)?.state?.physicalId === state?.physicalId;
    const goneBackTo = stack.replaced.filter(wanted);
    stack.replaced = stack.replaced.filter(resource => !wanted(resource));
    const provisioning = new Provisioning(this.engine, stack, stable.definition, {
      goOnAfterFailure: false,
      backTo: stable.resources,
      skip,
    });
    stack.imports.clear();
    await provisioning.run();
    const failure = provisioning.hasFailed ? failureOf(provisioning) : this.takeOutputs(stack, stable.definition);
    if (failure !== undefined) {
      // What was not reached is still there, for the next try or for a deletion of the stack.
      const isReached = ({ logicalId, state }: StackResource) =>
        stack.resources.get(logicalId)?.state?.physicalId === state?.physicalId;
      stack.replaced.push(...goneBackTo.filter(resource => !isReached(resource)));
      stack.enter('UPDATE_ROLLBACK_FAILED', failure);
      return;
    }
    stack.enter('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
    // Whether AWS gives a reason here when a deletion fails is not known: the events of the resource have it.
    await this.cleanUp(stack, stable.definition, resource => retainCreated(stack, resource));
    stack.stable = undefined;
    stack.enter('UPDATE_ROLLBACK_COMPLETE');
  }

  /** @returns whether a resource could not be deleted: it is no longer the stack's, and still exists */
  private async cleanUp(
    stack: Stack,
    definition: StackDefinition,
    retain: (resource: StackResource, isReplaced: boolean) => boolean,
  ): Promise<boolean> {
    const replaced = new Set(stack.replaced);
    const removed = [...stack.resources.values()].filter(({ logicalId }) => !definition.resources.has(logicalId));
    const removal = new Removal(this.engine, stack, [...replaced, ...removed], {
      attempts: cleanUpAttempts,
      retain: resource => retain(resource, replaced.has(resource)),
    });
    await removal.run();
    stack.replaced = [];
    for (const { logicalId } of removed) stack.resources.delete(logicalId);
    stack.deletedResources.clear();
    return removal.failed.length > 0;
  }

  /** The rollback of a creation. */
  private async removeCreated(stack: Stack): Promise<void> {
    const resources = [...stack.resources.values(), ...stack.replaced];
    const removal = new Removal(this.engine, stack, resources, {
      attempts: 1,
      retain: resource => retainCreated(stack, resource),
    });
    await removal.run();
    stack.outputs = [];
    stack.imports.clear();
    if (removal.failed.length > 0) stack.enter('ROLLBACK_FAILED', failedToDelete(removal));
    else stack.enter('ROLLBACK_COMPLETE');
  }

  private async runDelete(stack: Stack, retain: ReadonlySet<string>): Promise<void> {
    const resources = [...stack.resources.values(), ...stack.replaced];
    const removal = new Removal(this.engine, stack, resources, {
      attempts: 1,
      retain: ({ logicalId, deletionPolicy }) => deletionPolicy !== 'Delete' || retain.has(logicalId),
    });
    await removal.run();
    if (removal.failed.length > 0) {
      stack.enter('DELETE_FAILED', failedToDelete(removal));
      return;
    }
    stack.outputs = [];
    stack.imports.clear();
    stack.enter('DELETE_COMPLETE');
  }

  /**
   * Without rollback, AWS keeps what succeeded "while rolling back failed resources to their last known stable
   * state" (stack failure options). It does not document events for that: there are none here.
   */
  private async rollBackFailedUpdates(stack: Stack, failed: readonly string[]): Promise<void> {
    await Promise.all(
      failed.map(async logicalId => {
        const resource = stack.resources.get(logicalId);
        if (!resource?.attempted || !resource.state) return;
        const { properties, attempted, state } = resource;
        const type = resourceTypeOf(this.engine, resource.type);
        const context = contextOf(this.engine, stack, logicalId);
        try {
          const restored = await type.update(state.physicalId, properties, attempted, context);
          if (restored.physicalId !== state.physicalId) stack.replaced.push(resource);
          stack.replaced = stack.replaced.filter(
            other => other.logicalId !== logicalId || other.state?.physicalId !== restored.physicalId,
          );
          stack.resources.set(logicalId, { ...resource, state: restored, attempted: undefined });
        } catch (error) {
          const reason = `${resource.reason ?? ''} Rolling it back failed too: ${messageOf(error)}`.trim();
          stack.resources.set(logicalId, { ...resource, reason });
        }
      }),
    );
  }

  /** @returns why the outputs cannot be made, or `undefined` */
  private takeOutputs(stack: Stack, definition: StackDefinition): string | undefined {
    try {
      stack.outputs = resolveOutputs(this.engine, stack, definition);
      return undefined;
    } catch (error) {
      const message = messageOf(error);
      return message.endsWith('.') ? `${message} ` : `${message}. `;
    }
  }
}

const retainReplacedOrRemoved = (resource: StackResource, isReplaced: boolean): boolean =>
  (isReplaced ? resource.updateReplacePolicy : resource.deletionPolicy) !== 'Delete';

/** In a rollback, what the operation itself created: `RetainExceptOnCreate` is made for this. */
const retainCreated = (stack: Stack, resource: StackResource): boolean =>
  resource.deletionPolicy === 'Retain' && !stack.retainExceptOnCreate;

const failureOf = ({ failedToCreate, failedToUpdate }: Provisioning): string =>
  list('create', failedToCreate) + list('update', failedToUpdate);

const failedToDelete = ({ failed }: Removal): string => list('delete', failed);

/** AWS's text, with its space at the end. */
const list = (verb: string, logicalIds: readonly string[]): string =>
  logicalIds.length === 0 ? '' : `The following resource(s) failed to ${verb}: [${logicalIds.join(', ')}]. `;
