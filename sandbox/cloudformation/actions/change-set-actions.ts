import { AwsError } from '../../aws-error';
import type { Caller } from '../../caller';
import { randomUuid } from '../../random-text';
import { type ChangeSet, noChangesInChangeSet } from '../change-set';
import { hasChanges } from '../comparison';
import { flag, oneOf, optionalText, type QueryInput, requiredText } from '../input';
import type { Stack } from '../stack';
import { toolkitStackName } from '../toolkit-stack';
import { unchangedNestedStacks } from '../unchanged-nested-stacks';
import { checkUpdatable } from '../updatable';
import { validationError } from '../validation-error';
import { type DefinitionInput, definitionParameters, readDefinition } from './definition-input';
import { describeChangeSet, summarizeChangeSet } from './descriptions';
import { onlyPage, page } from './pages';
import type { Action, Service } from './service';
import { compare, doesNotExist, onFailureChoices, startCreation, startUpdate } from './stack-actions';

export const changeSetActions: Readonly<Record<string, Action>> = {
  CreateChangeSet: {
    parameters: [
      ...definitionParameters,
      'ChangeSetName',
      'ChangeSetType',
      'ClientToken',
      'Description',
      'UsePreviousTemplate',
      'IncludeNestedStacks',
      'ImportExistingResources',
      'OnStackFailure',
    ],
    async run(service, input, caller) {
      const type = oneOf(input, 'ChangeSetType', ['CREATE', 'UPDATE']) ?? 'UPDATE';
      const name = requiredText(input, 'ChangeSetName');
      const stackName = requiredText(input, 'StackName');
      // AWS's text is not known; that it is for new stacks alone is documented.
      if (type === 'UPDATE' && oneOf(input, 'OnStackFailure', onFailureChoices) === 'DELETE')
        throw validationError('OnStackFailure DELETE is for a change set of type CREATE.');
      const existing = service.stacks.find(stackName, caller.region);
      checkStackFor(type, existing, stackName, name);
      if (existing?.changeSets.has(name))
        throw new AwsError(
          'AlreadyExistsException',
          `ChangeSet ${name} cannot be created due to a mismatch with existing attribute Name`,
        );
      const identity = existing?.identity ?? service.stacks.newIdentity(stackName, caller);
      // Whatever `cdk bootstrap` asks for, there is nothing to do.
      const wanted =
        stackName === toolkitStackName && existing
          ? undefined
          : await readDefinition(service, input, caller, identity, type === 'UPDATE' ? existing : undefined);
      const stack = existing ?? service.stacks.add(identity);
      if (!existing) stack.begin('REVIEW_IN_PROGRESS', 'User Initiated', { clientRequestToken: undefined });
      const includeNestedStacks = flag(input, 'IncludeNestedStacks') ?? false;
      const unchanged =
        includeNestedStacks && existing ? await unchangedNestedStacks(service.engine, existing) : new Set<string>();
      const changeSet = newChangeSet(service, stack, wanted, input, { type, name, includeNestedStacks, unchanged });
      stack.changeSets.set(name, changeSet);
      return { Id: changeSet.id, StackId: stack.id };
    },
  },

  DescribeChangeSet: {
    parameters: ['ChangeSetName', 'StackName', 'NextToken', 'IncludePropertyValues'],
    run(service, input, caller) {
      onlyPage(input);
      const { stack, changeSet } = requireChangeSet(service, input, caller);
      return describeChangeSet(stack, changeSet);
    },
  },

  ListChangeSets: {
    parameters: ['StackName', 'NextToken'],
    run(service, input, caller) {
      const stack = service.stacks.require(requiredText(input, 'StackName'), caller.region, doesNotExist);
      const { items, nextToken } = page([...stack.changeSets.values()], input, {
        list: `ListChangeSets ${stack.id}`,
        key: ({ id }) => id,
      });
      return { Summaries: items.map(changeSet => summarizeChangeSet(stack, changeSet)), NextToken: nextToken };
    },
  },

  DeleteChangeSet: {
    parameters: ['ChangeSetName', 'StackName'],
    run(service, input, caller) {
      const { stack, changeSet } = findChangeSet(service, input, caller);
      // One that does not exist is a success: the CDK CLI deletes before it creates.
      if (!changeSet) return {};
      if (changeSet.executionStatus === 'EXECUTE_IN_PROGRESS') throw invalidStatus(changeSet, 'deleted');
      stack.changeSets.delete(changeSet.name);
      return {};
    },
  },

  ExecuteChangeSet: {
    parameters: ['ChangeSetName', 'StackName', 'ClientRequestToken', 'DisableRollback', 'RetainExceptOnCreate'],
    run(service, input, caller) {
      const { stack, changeSet } = requireChangeSet(service, input, caller);
      const { definition, capabilities, roleArn } = changeSet;
      if (changeSet.executionStatus !== 'AVAILABLE' || !definition) throw invalidStatus(changeSet, 'executed');
      checkStackFor(changeSet.type, stack, stack.name, changeSet.name);
      const wanted = { definition, capabilities, roleArn };
      const onFailure = onFailureChoices.find(choice => choice === changeSet.onStackFailure);
      // AWS's text is not known; that there can be only one of the two is documented.
      if (onFailure !== undefined && flag(input, 'DisableRollback') !== undefined)
        throw validationError('DisableRollback: the change set says with OnStackFailure what a failure leads to.');
      if (changeSet.type === 'CREATE') {
        // So descriptions of real stacks have it: the stack was made with its change set.
        stack.lastUpdatedTime = service.engine.clock.now();
        startCreation(service, stack, wanted, onFailure, input);
      } else startUpdate(service, stack, wanted, onFailure, input);
      changeSet.executionStatus = 'EXECUTE_IN_PROGRESS';
      stack.changeSetId = changeSet.id;
      // The others were made for the stack as it was.
      stack.changeSets.clear();
      stack.changeSets.set(changeSet.name, changeSet);
      stack.settled = stack.settled.then(() => {
        changeSet.executionStatus = isSuccess(stack) ? 'EXECUTE_COMPLETE' : 'EXECUTE_FAILED';
      });
      return {};
    },
  },
};

const isSuccess = ({ status }: Stack): boolean => status === 'CREATE_COMPLETE' || status === 'UPDATE_COMPLETE';

function checkStackFor(type: ChangeSet['type'], stack: Stack | undefined, stackName: string, name: string): void {
  if (type === 'UPDATE') {
    if (!stack) throw validationError(doesNotExist(stackName));
    checkUpdatable(stack);
  } else if (stack && stack.status !== 'REVIEW_IN_PROGRESS')
    throw validationError(
      `Stack [${stackName}] already exists and cannot be created again with the changeSet [${name}].`,
    );
}

interface ChangeSetFacts extends Pick<ChangeSet, 'type' | 'name' | 'includeNestedStacks'> {
  readonly unchanged: ReadonlySet<string>;
}

function newChangeSet(
  service: Service,
  stack: Stack,
  /** What the stack is to be; `undefined` where it stays as it is whatever it is to be. */
  wanted: DefinitionInput | undefined,
  input: QueryInput,
  { type, name, includeNestedStacks, unchanged }: ChangeSetFacts,
): ChangeSet {
  const { clock, random } = service.engine;
  const { partition, region, accountId } = stack.identity;
  const base = {
    id: `arn:${partition}:cloudformation:${region}:${accountId}:changeSet/${name}/${randomUuid(random)}`,
    name,
    type,
    description: optionalText(input, 'Description'),
    creationTime: clock.now(),
    capabilities: wanted?.capabilities ?? [],
    roleArn: wanted?.roleArn,
    onStackFailure: oneOf(input, 'OnStackFailure', onFailureChoices),
    includeNestedStacks,
    definition: wanted?.definition,
  };
  const failed = (statusReason: string): ChangeSet => ({
    ...base,
    status: 'FAILED',
    statusReason,
    executionStatus: 'UNAVAILABLE',
    changes: [],
  });
  if (wanted === undefined) return failed(noChangesInChangeSet);
  const { definition } = wanted;
  try {
    const changes = compare(service, stack, definition, unchanged);
    if (!hasChanges(stack, definition, changes)) return failed(noChangesInChangeSet);
    return { ...base, status: 'CREATE_COMPLETE', statusReason: undefined, executionStatus: 'AVAILABLE', changes };
  } catch (error) {
    if (error instanceof AwsError) return failed(error.message);
    throw error;
  }
}

interface Found {
  readonly stack: Stack;
  readonly changeSet: ChangeSet;
}

function requireChangeSet(service: Service, input: QueryInput, caller: Caller): Found {
  const { stack, changeSet } = findChangeSet(service, input, caller);
  if (changeSet) return { stack, changeSet };
  throw new AwsError('ChangeSetNotFound', `ChangeSet [${requiredText(input, 'ChangeSetName')}] does not exist`, 404);
}

/** By name and stack, or by its id alone. */
function findChangeSet(
  service: Service,
  input: QueryInput,
  caller: Caller,
): { readonly stack: Stack; readonly changeSet: ChangeSet | undefined } {
  const nameOrId = requiredText(input, 'ChangeSetName');
  const stackName = optionalText(input, 'StackName');
  const inStack = (stack: Stack) =>
    [...stack.changeSets.values()].find(({ id, name }) => id === nameOrId || name === nameOrId);
  if (stackName !== undefined) {
    const stack = service.stacks.require(stackName, caller.region, doesNotExist);
    return { stack, changeSet: inStack(stack) };
  }
  const stack = service.stacks.inRegion(caller.region).find(inStack);
  if (stack) return { stack, changeSet: inStack(stack) };
  if (!nameOrId.startsWith('arn:'))
    throw validationError('StackName must be specified if ChangeSetName is not specified as an ARN.');
  throw new AwsError('ChangeSetNotFound', `ChangeSet [${nameOrId}] does not exist`, 404);
}

const invalidStatus = ({ id, status, executionStatus }: ChangeSet, what: string): AwsError =>
  new AwsError(
    'InvalidChangeSetStatus',
    `ChangeSet [${id}] cannot be ${what} in its current status of [${status}], execution status [${executionStatus}]`,
  );
