import { noUpdates } from '../change-set';
import { changesOf, hasChanges } from '../comparison';
import { flag, oneOf, optionalText, type QueryInput, requiredText, texts } from '../input';
import type { OnFailure } from '../operation';
import type { OperationFacts, Stack } from '../stack';
import type { StackDefinition } from '../stack-definition';
import { checkUpdatable, isPaused } from '../updatable';
import { validationError } from '../validation-error';
import { type DefinitionInput, definitionParameters, readDefinition, refuseExpress } from './definition-input';
import type { Action, Service } from './service';

export const onFailureChoices: readonly OnFailure[] = ['DO_NOTHING', 'ROLLBACK', 'DELETE'];

/** The text of the actions that change a stack. */
export const doesNotExist = (nameOrId: string): string => `Stack [${nameOrId}] does not exist`;

const executionParameters = ['DisableRollback', 'RetainExceptOnCreate', 'ClientRequestToken'];

export const stackActions: Readonly<Record<string, Action>> = {
  CreateStack: {
    parameters: [...definitionParameters, ...executionParameters, 'OnFailure', 'EnableTerminationProtection'],
    async run(service, input, caller) {
      const identity = service.stacks.newIdentity(requiredText(input, 'StackName'), caller);
      const onFailure = oneOf(input, 'OnFailure', onFailureChoices);
      if (onFailure !== undefined && flag(input, 'DisableRollback') !== undefined)
        throw validationError('You can specify either DisableRollback or OnFailure, but not both.');
      const wanted = await readDefinition(service, input, caller, identity);
      const stack = service.stacks.add(identity);
      stack.terminationProtection = flag(input, 'EnableTerminationProtection') ?? false;
      startCreation(service, stack, wanted, onFailure, input);
      return { StackId: stack.id };
    },
  },

  UpdateStack: {
    parameters: [...definitionParameters, ...executionParameters, 'UsePreviousTemplate'],
    async run(service, input, caller) {
      const stack = service.stacks.require(requiredText(input, 'StackName'), caller.region, doesNotExist);
      checkUpdatable(stack);
      const wanted = await readDefinition(service, input, caller, stack.identity, stack);
      checkUpdatable(stack);
      if (!hasChanges(stack, wanted.definition, compare(service, stack, wanted.definition)))
        throw validationError(noUpdates);
      startUpdate(service, stack, wanted, undefined, input);
      return { StackId: stack.id };
    },
  },

  DeleteStack: {
    parameters: ['StackName', 'RetainResources', 'RoleARN', 'ClientRequestToken', 'DeploymentConfig'],
    run(service, input, caller) {
      refuseExpress(input);
      const stack = service.stacks.find(requiredText(input, 'StackName'), caller.region);
      // A stack that does not exist, or goes already, is a success.
      if (!stack || stack.isDeleted || stack.status === 'DELETE_IN_PROGRESS') return {};
      if (stack.root.terminationProtection)
        throw validationError(`Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`);
      if (stack.isInProgress && stack.status !== 'CREATE_IN_PROGRESS')
        throw validationError(`Stack [${stack.name}] cannot be deleted while in status ${stack.status}`);
      const retain = new Set(texts(input, 'RetainResources'));
      // AWS's text is not known.
      if (retain.size > 0 && stack.status !== 'DELETE_FAILED')
        throw validationError(
          `RetainResources is for a stack in DELETE_FAILED; [${stack.name}] is in ${stack.status}.`,
        );
      // Source: rebuy-de/aws-nuke, issue 270.
      if ([...retain].some(logicalId => !stack.resources.has(logicalId)))
        throw validationError(
          'The specified resources to retain must be in a valid state. Do not specify resources that are in the DELETE_COMPLETE state.',
        );
      service.stacks.checkExports(stack, []);
      service.operations.delete(stack, retain, factsOf(input));
      return {};
    },
  },

  UpdateTerminationProtection: {
    parameters: ['StackName', 'EnableTerminationProtection'],
    run(service, input, caller) {
      const stack = service.stacks.require(requiredText(input, 'StackName'), caller.region, doesNotExist);
      // AWS's text is not known; that the outermost stack alone has it is documented.
      if (stack.parent)
        throw validationError(`Stack [${stack.name}] is nested: set the termination protection of ${stack.root.id}.`);
      stack.terminationProtection = flag(input, 'EnableTerminationProtection') ?? false;
      return { StackId: stack.id };
    },
  },

  CancelUpdateStack: {
    parameters: ['StackName', 'ClientRequestToken'],
    run(service, input, caller) {
      const stack = service.stacks.require(requiredText(input, 'StackName'), caller.region, doesNotExist);
      if (stack.status !== 'UPDATE_IN_PROGRESS')
        throw validationError('CancelUpdateStack cannot be called from current stack status');
      // What AWS does with an update that began where a creation without rollback had failed is not known.
      if (!stack.stable)
        throw validationError(`Stack [${stack.name}] never was in a state that an update can be taken back to.`);
      service.operations.cancelUpdate(stack, 'User Initiated', factsOf(input));
      return {};
    },
  },

  RollbackStack: {
    parameters: ['StackName', 'RoleARN', 'RetainExceptOnCreate', 'ClientRequestToken'],
    run(service, input, caller) {
      const stack = service.stacks.require(requiredText(input, 'StackName'), caller.region, doesNotExist);
      // AWS's text is not known; that these two statuses can be rolled back is documented.
      if (!isPaused(stack))
        throw validationError(
          `Stack:${stack.id} is in ${stack.status} state and can not be rolled back; CREATE_FAILED and UPDATE_FAILED can.`,
        );
      stack.retainExceptOnCreate = flag(input, 'RetainExceptOnCreate') ?? false;
      service.operations.rollback(stack, factsOf(input));
      return { StackId: stack.id };
    },
  },

  ContinueUpdateRollback: {
    parameters: ['StackName', 'RoleARN', 'ResourcesToSkip', 'ClientRequestToken'],
    run(service, input, caller) {
      const stack = service.stacks.require(requiredText(input, 'StackName'), caller.region, doesNotExist);
      // AWS's text is not known.
      if (stack.status !== 'UPDATE_ROLLBACK_FAILED')
        throw validationError(`Stack:${stack.id} is in ${stack.status} state and can not continue an update rollback.`);
      service.operations.continueRollback(stack, resourcesToSkip(service, input, stack), factsOf(input));
      return {};
    },
  },
};

/** A resource of a nested stack is named `<name of the nested stack>.<logical id>`. */
function resourcesToSkip(service: Service, input: QueryInput, stack: Stack): ReadonlySet<string> {
  const names = texts(input, 'ResourcesToSkip');
  const full = (name: string) => (name.includes('.') ? name : `${stack.name}.${name}`);
  const wrong = names.filter(name => {
    const [stackName = '', logicalId = ''] = full(name).split('.');
    const found = service.stacks.find(stackName, stack.identity.region);
    return found?.root !== stack.root || found.resources.get(logicalId)?.status !== 'UPDATE_FAILED';
  });
  // AWS's text is not known; that only such resources can be skipped is documented.
  if (wrong.length > 0)
    throw validationError(`ResourcesToSkip takes resources in UPDATE_FAILED only; not [${wrong.join(', ')}].`);
  return new Set(names.map(full));
}

export const factsOf = (input: QueryInput): OperationFacts => ({
  clientRequestToken: optionalText(input, 'ClientRequestToken'),
});

/** @param unchanged nested stacks that are known to have no changes of their own. @default none */
export const compare = (
  service: Service,
  stack: Stack,
  definition: StackDefinition,
  unchanged: ReadonlySet<string> = new Set(),
) =>
  changesOf(
    stack,
    definition,
    service.engine.findResourceType,
    name => service.stacks.exportedValue(stack.identity.region, name),
    unchanged,
  );

export function startCreation(
  service: Service,
  stack: Stack,
  wanted: DefinitionInput,
  onFailure: OnFailure | undefined,
  input: QueryInput,
): void {
  take(stack, wanted, onFailure, input);
  const choice = onFailure ?? (stack.disableRollback ? 'DO_NOTHING' : 'ROLLBACK');
  service.operations.create(stack, wanted.definition, choice, factsOf(input));
}

/** @throws AwsError where the stack waits for a rollback, and the update would bring one */
export function startUpdate(
  service: Service,
  stack: Stack,
  wanted: DefinitionInput,
  onFailure: OnFailure | undefined,
  input: QueryInput,
): void {
  if (isPaused(stack) && !disablesRollback(onFailure, input))
    throw validationError(
      `This stack is currently in a non-terminal [${stack.status}] state. To update the stack from this state, please use the disable-rollback parameter with update-stack API. To rollback to the last known good state, use the rollback-stack API`,
    );
  take(stack, wanted, onFailure, input);
  const keepsAfterFailure = stack.disableRollback;
  void service.operations.update(stack, wanted.definition, { ...factsOf(input), keepsAfterFailure });
}

function take(
  stack: Stack,
  { capabilities, roleArn }: DefinitionInput,
  onFailure: OnFailure | undefined,
  input: QueryInput,
): void {
  stack.capabilities = capabilities;
  stack.roleArn = roleArn;
  stack.disableRollback = disablesRollback(onFailure, input);
  stack.retainExceptOnCreate = flag(input, 'RetainExceptOnCreate') ?? false;
}

const disablesRollback = (onFailure: OnFailure | undefined, input: QueryInput): boolean =>
  onFailure === 'DO_NOTHING' || (flag(input, 'DisableRollback') ?? false);
