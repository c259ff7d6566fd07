import { changesOf, hasChanges } from '../comparison';
import type { Engine } from '../engine';
import type { Operations, UpdateFailure } from '../operation';
import type { Properties, ResourceContext, ResourceState, ResourceType } from '../resource-type';
import type { Stack } from '../stack';
import type { StackDefinition, StackIdentity } from '../stack-definition';
import type { Stacks } from '../stacks';
import { unchangedNestedStacks } from '../unchanged-nested-stacks';
import { checkUpdatable } from '../updatable';
import { validationError } from '../validation-error';
import { type NestedDefinitionSources, nestedDefinition } from './nested-definition';

export interface NestedStackOptions extends NestedDefinitionSources {
  readonly engine: Engine;
  readonly stacks: Stacks;
  readonly operations: Operations;
}

const longestStackName = 128;

/**
 * `AWS::CloudFormation::Stack`: a stack that is a resource of another one. The statuses, their order and their reasons
 * are those of public logs (amplify-cli #82, #911, #1093, #2619, #3260, #5721, amplify-hosting #10, #702): a nested
 * stack fails at once and has its parent delete it; it turns back at once where another resource of its parent fails;
 * and it leaves its clean-up to its parent's.
 */
export function cloudFormationStack(options: NestedStackOptions): ResourceType {
  const { engine, stacks, operations } = options;

  const find = (physicalId: string, { region }: ResourceContext): Stack | undefined => {
    const stack = stacks.find(physicalId, region);
    return stack?.isDeleted ? undefined : stack;
  };
  const require = (physicalId: string, context: ResourceContext): Stack => {
    const stack = find(physicalId, context);
    if (stack) return stack;
    throw validationError(`Stack [${physicalId}] does not exist`);
  };
  const parentIn = (context: ResourceContext): Stack =>
    stacks.require(context.stackId, context.region, id => `Stack [${id}] does not exist`);
  const differs = (stack: Stack, definition: StackDefinition, unchanged?: ReadonlySet<string>): boolean => {
    const importValue = (name: string) => stacks.exportedValue(stack.identity.region, name);
    const changes = changesOf(stack, definition, engine.findResourceType, importValue, unchanged);
    return hasChanges(stack, definition, changes);
  };
  const define = (properties: Properties, identity: StackIdentity, parent: Stack): Promise<StackDefinition> =>
    nestedDefinition(options, engine.findResourceType, properties, identity, parent);
  /** Between one nested stack and the next, others are served. */
  const takeTurns = (): Promise<void> => engine.clock.sleep(0);

  return {
    typeName: 'AWS::CloudFormation::Stack',
    properties: { Parameters: 'in place', Tags: 'in place', TemplateURL: 'in place' },
    required: ['TemplateURL'],

    async create(properties, context) {
      const parent = parentIn(context);
      const identity = stacks.newIdentity(context.generatedName(longestStackName), context);
      await takeTurns();
      const definition = await define(properties, identity, parent);
      if (context.cancelled?.aborted) throw new Error('Resource creation cancelled');
      const stack = stacks.add(identity, parent);
      takeOver(parent, stack);
      // So a description of a real one has it, of a parent with rollback: the rollback is its parent's.
      stack.disableRollback = true;
      context.initiated?.(stack.id);
      operations.create(stack, definition, parent.keepsAfterFailure ? 'DO_NOTHING' : 'PARENT', parent.facts);
      await unlessCancelled(stack.settled, context);
      if (stack.status === 'CREATE_COMPLETE') return stateOf(stack);
      throw new Error(`Embedded stack ${stack.id} was not successfully created: ${stack.statusReason ?? ''}`);
    },

    async update(physicalId, properties, _old, context) {
      const parent = parentIn(context);
      const stack = require(physicalId, context);
      if (!stack.awaitsParent) checkUpdatable(stack);
      await takeTurns();
      const definition = await define(properties, stack.identity, parent);
      if (context.cancelled?.aborted) throw new Error('Resource update cancelled');
      if (!differs(stack, definition)) return stateOf(stack);
      takeOver(parent, stack);
      const { keepsAfterFailure, facts } = parent;
      const forward = operations.update(stack, definition, { ...facts, keepsAfterFailure, isPart: true });
      const turnBack = () => {
        if (stack.status === 'UPDATE_IN_PROGRESS') operations.cancelUpdate(stack, 'Initiated by parent stack');
      };
      context.cancelled?.addEventListener('abort', turnBack);
      const failure = await unlessCancelled(forward, context);
      context.cancelled?.removeEventListener('abort', turnBack);
      if (!failure) return stateOf(stack);
      throw notUpdated(stack.id, failure);
    },

    async delete(physicalId, _properties, context) {
      const stack = find(physicalId, context);
      if (!stack) return;
      if (stack.status !== 'DELETE_IN_PROGRESS') {
        // An update that its parent did not wait for comes to its end first.
        if (stack.isInProgress && !stack.awaitsParent && stack.status !== 'CREATE_IN_PROGRESS') await stack.settled;
        stacks.checkExports(stack, []);
        operations.delete(stack, new Set(), parentIn(context).facts);
      }
      await stack.settled;
      if (!stack.isDeleted)
        throw new Error(`Embedded stack ${stack.id} was not successfully deleted: ${stack.statusReason ?? ''}`);
    },

    nested: {
      async isUnchanged(physicalId, properties, context) {
        const stack = find(physicalId, context);
        if (!stack) return false;
        try {
          const definition = await define(properties, stack.identity, parentIn(context));
          return !differs(stack, definition, await unchangedNestedStacks(engine, stack));
        } catch {
          // What is wrong with it shows when the change is made, as it does on AWS.
          return false;
        }
      },

      async rollBack(physicalId, wish, context) {
        const stack = require(physicalId, context);
        await stack.settled;
        const isUpdated = stack.awaitsParent && stack.status === 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS';
        const isTriedAgain = stack.status === 'UPDATE_ROLLBACK_FAILED' && wish.again;
        if (isUpdated || isTriedAgain || stack.status === 'UPDATE_FAILED') {
          operations.rollBackPart(stack, wish, parentIn(context).facts);
          await stack.settled;
        }
        if (stack.status === 'UPDATE_ROLLBACK_FAILED')
          throw notUpdated(stack.id, { status: stack.status, reason: stack.statusReason });
        return stateOf(stack);
      },

      cleanUp(physicalId, context) {
        const stack = find(physicalId, context);
        return stack?.awaitsParent ? () => operations.cleanUpPart(stack) : undefined;
      },
    },
  };
}

function takeOver(parent: Stack, stack: Stack): void {
  stack.capabilities = parent.capabilities;
  stack.roleArn = parent.roleArn;
  stack.retainExceptOnCreate = parent.retainExceptOnCreate;
}

/** The parent does not wait for a nested stack that is not wanted any more. */
function unlessCancelled<T>(promise: Promise<T>, { cancelled }: ResourceContext): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new Error('Resource cancelled'));
    cancelled?.addEventListener('abort', giveUp);
    promise.then(resolve, reject).finally(() => cancelled?.removeEventListener('abort', giveUp));
  });
}

const notUpdated = (id: string, { status, reason = '' }: UpdateFailure): Error =>
  new Error(`Embedded stack ${id} was not successfully updated. Currently in ${status} with reason: ${reason}`);

function stateOf(stack: Stack): ResourceState {
  const attributes: { [name: string]: Properties[string] } = {};
  for (const { key, value } of stack.outputs) attributes[`Outputs.${key}`] = value;
  return { physicalId: stack.id, attributes };
}
