import { cleanUp } from './clean-up';
import { contextOf, type Engine, resourceTypeOf } from './engine';
import { messageOf } from './error-message';
import { resolveOutputs } from './outputs';
import { Provisioning, type ProvisioningOptions } from './provisioning';
import { Removal } from './removal';
import type { RollbackWish } from './resource-type';
import type { OperationFacts, Stack, StackResource, StackStatus } from './stack';
import type { StackDefinition } from './stack-definition';

export type OnFailure = 'DO_NOTHING' | 'ROLLBACK' | 'DELETE';

export interface UpdateOptions extends OperationFacts {
  /** Whether a failure leaves what succeeded. */
  readonly keepsAfterFailure: boolean;
  /** Whether it is a part of its parent's operation, which says when it is cleaned up or undone. @default false */
  readonly isPart?: boolean;
}

const none: ReadonlySet<string> = new Set();
const byItself: RollbackWish = { skip: none, again: false };

/** Where an update stood when it failed. */
export interface UpdateFailure {
  readonly status: StackStatus;
  readonly reason: string | undefined;
}

/** What happens to a stack. Each operation begins with its first event at once, and ends as the stack's `settled`. */
export class Operations {
  /** Creations and updates that are on their way forward. */
  private readonly underWay = new Map<Stack, Provisioning>();

  constructor(private readonly engine: Engine) {}

  /** @param onFailure of a nested stack `PARENT`: it fails at once, and is left to its parent's rollback */
  create(stack: Stack, definition: StackDefinition, onFailure: OnFailure | 'PARENT', facts: OperationFacts): void {
    stack.definition = definition;
    stack.keepsAfterFailure = onFailure === 'DO_NOTHING';
    stack.begin('CREATE_IN_PROGRESS', 'User Initiated', facts);
    stack.settled = this.runCreate(stack, definition, onFailure);
  }

  /** @returns `undefined` once it has come to its clean-up, or how it failed; `settled` is later */
  update(stack: Stack, definition: StackDefinition, options: UpdateOptions): Promise<UpdateFailure | undefined> {
    const { keepsAfterFailure, isPart = false } = options;
    if (stack.status.endsWith('_COMPLETE') && stack.definition)
      stack.stable = { definition: stack.definition, resources: new Map(stack.resources) };
    stack.definition = definition;
    stack.keepsAfterFailure = keepsAfterFailure;
    stack.awaitsParent = false;
    stack.lastUpdatedTime = this.engine.clock.now();
    stack.begin('UPDATE_IN_PROGRESS', 'User Initiated', options);
    const forward = this.runUpdate(stack, definition);
    stack.settled = forward.then(async failure => {
      if (!failure) await this.end(stack, isPart);
      else if (failure.status === 'UPDATE_ROLLBACK_IN_PROGRESS') await this.goBack(stack, byItself, isPart);
    });
    return forward;
  }

  /** Turns an update that is on its way back. @param facts of the user's, where the user asks for it */
  cancelUpdate(stack: Stack, reason: string, facts?: OperationFacts): void {
    stack.begin('UPDATE_ROLLBACK_IN_PROGRESS', reason, facts);
    this.underWay.get(stack)?.stop();
  }

  /** Goes back to the last stable state; a stack that never had one loses all its resources. */
  rollback(stack: Stack, facts: OperationFacts): void {
    stack.lastUpdatedTime = this.engine.clock.now();
    if (stack.stable) {
      stack.begin('UPDATE_ROLLBACK_IN_PROGRESS', 'User Initiated', facts);
      stack.settled = this.goBack(stack, { skip: none, again: true }, false);
    } else {
      stack.begin('ROLLBACK_IN_PROGRESS', 'User Initiated', facts);
      stack.settled = this.removeCreated(stack);
    }
  }

  /** @param skip what stays as it is, each as `<stack name>.<logical id>` */
  continueRollback(stack: Stack, skip: ReadonlySet<string>, facts: OperationFacts): void {
    stack.begin('UPDATE_ROLLBACK_IN_PROGRESS', 'User Initiated', facts);
    stack.settled = this.goBack(stack, { skip, again: true }, false);
  }

  /** Undoes a nested stack's part of an update that its parent rolls back. */
  rollBackPart(stack: Stack, wish: RollbackWish, facts: OperationFacts): void {
    stack.awaitsParent = false;
    stack.begin('UPDATE_ROLLBACK_IN_PROGRESS', 'User Initiated', facts);
    stack.settled = this.goBack(stack, wish, true);
  }

  /** The clean-up of a nested stack, together with its parent's. */
  cleanUpPart(stack: Stack): Promise<void> {
    stack.settled = this.end(stack, false);
    return stack.settled;
  }

  /** A creation that is under way is cancelled first. */
  delete(stack: Stack, retain: ReadonlySet<string>, facts: OperationFacts): void {
    const creation = stack.status === 'CREATE_IN_PROGRESS' ? stack.settled : undefined;
    stack.awaitsParent = false;
    stack.begin('DELETE_IN_PROGRESS', 'User Initiated', facts);
    this.underWay.get(stack)?.stop();
    stack.settled = creation ? creation.then(() => this.runDelete(stack, retain)) : this.runDelete(stack, retain);
  }

  private async runCreate(stack: Stack, definition: StackDefinition, onFailure: OnFailure | 'PARENT'): Promise<void> {
    const failure = await this.goForward(stack, definition);
    // A deletion that has begun meanwhile goes on from here.
    if (stack.status !== 'CREATE_IN_PROGRESS') return;
    if (failure === undefined) {
      stack.enter('CREATE_COMPLETE');
    } else if (onFailure === 'DO_NOTHING' || onFailure === 'PARENT') {
      stack.enter('CREATE_FAILED', failure);
    } else if (onFailure === 'DELETE') {
      stack.begin('DELETE_IN_PROGRESS', `${failure}Delete requested by user.`);
      await this.runDelete(stack, none);
    } else {
      stack.begin('ROLLBACK_IN_PROGRESS', `${failure}Rollback requested by user.`);
      await this.removeCreated(stack);
    }
  }

  private async runUpdate(stack: Stack, definition: StackDefinition): Promise<UpdateFailure | undefined> {
    const failure = await this.goForward(stack, definition);
    // Otherwise it was cancelled, and has turned back already.
    if (stack.status === 'UPDATE_IN_PROGRESS') {
      if (failure === undefined) {
        stack.enter('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
        return undefined;
      }
      if (stack.keepsAfterFailure) stack.enter('UPDATE_FAILED', failure);
      else stack.begin('UPDATE_ROLLBACK_IN_PROGRESS', failure);
    }
    return { status: stack.status, reason: stack.statusReason };
  }

  /** @returns why it failed, or `undefined` */
  private async goForward(stack: Stack, definition: StackDefinition): Promise<string | undefined> {
    const { status, keepsAfterFailure } = stack;
    const provisioning = await this.provision(stack, definition, { goOnAfterFailure: keepsAfterFailure });
    if (provisioning.hasFailed) {
      // What was cancelled meanwhile goes back altogether.
      if (keepsAfterFailure && stack.status === status)
        await this.rollBackFailedUpdates(stack, provisioning.failedToUpdate);
      return failureOf(provisioning);
    }
    return this.takeOutputs(stack, definition);
  }

  private async provision(
    stack: Stack,
    definition: StackDefinition,
    options: ProvisioningOptions,
  ): Promise<Provisioning> {
    const provisioning = new Provisioning(this.engine, stack, definition, options);
    this.underWay.set(stack, provisioning);
    stack.imports.clear();
    await provisioning.run();
    this.underWay.delete(stack);
    return provisioning;
  }

  private async goBack(stack: Stack, wish: RollbackWish, isPart: boolean): Promise<void> {
    const { stable } = stack;
    if (!stable) throw new Error(`Stack ${stack.name} has no state to go back to.`);
    stack.definition = stable.definition;
    // What the update replaced is what the rollback goes back to: it stays.
    const wanted = ({ logicalId, state }: StackResource) =>
      stable.resources.get(logicalId)?.state?.physicalId === state?.physicalId;
    const goneBackTo = stack.replaced.filter(wanted);
    stack.replaced = stack.replaced.filter(resource => !wanted(resource));
    const provisioning = await this.provision(stack, stable.definition, {
      goOnAfterFailure: false,
      rollback: { to: stable.resources, wish },
    });
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
    await this.end(stack, isPart);
  }

  /** The clean-up, after which nothing of the operation can be undone: a nested stack waits for its parent's. */
  private async end(stack: Stack, isPart: boolean): Promise<void> {
    stack.awaitsParent = isPart;
    if (isPart) return;
    const isRollback = stack.status === 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS';
    const isClean = await cleanUp(this.engine, stack, isRollback);
    stack.stable = undefined;
    // Whether AWS gives a reason after a rollback when a deletion fails is not known: the events of the resource have it.
    if (isRollback) stack.enter('UPDATE_ROLLBACK_COMPLETE');
    else
      stack.enter(
        'UPDATE_COMPLETE',
        isClean ? undefined : 'Update successful. One or more resources could not be deleted.',
      );
  }

  /** The rollback of a creation. */
  private async removeCreated(stack: Stack): Promise<void> {
    const resources = [...stack.resources.values(), ...stack.replaced];
    const removal = new Removal(this.engine, stack, resources, {
      attempts: 1,
      retain: ({ deletionPolicy }) => deletionPolicy === 'Retain' && !stack.retainExceptOnCreate,
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
        // A nested stack that failed keeps what it did too.
        if (type.nested) return;
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

const failureOf = ({ failedToCreate, failedToUpdate }: Provisioning): string =>
  list('create', failedToCreate) + list('update', failedToUpdate);

const failedToDelete = ({ failed }: Removal): string => list('delete', failed);

/** AWS's text, with its space at the end. */
const list = (verb: string, logicalIds: readonly string[]): string =>
  logicalIds.length === 0 ? '' : `The following resource(s) failed to ${verb}: [${logicalIds.join(', ')}]. `;
