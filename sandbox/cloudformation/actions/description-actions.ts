import { object, optionalText, requiredText, texts } from '../input';
import type { Stack } from '../stack';
import { validationError } from '../validation-error';
import {
  describeEvent,
  describeResource,
  describeStack,
  detailResource,
  resourcesOf,
  summarizeResource,
  summarizeStack,
} from './descriptions';
import type { Action } from './service';
import { doesNotExist } from './stack-actions';

/** The text of the actions that only look; the CDK CLI compares it word for word. */
export const withIdDoesNotExist = (nameOrId: string): string => `Stack with id ${nameOrId} does not exist`;

export const descriptionActions: Readonly<Record<string, Action>> = {
  DescribeStacks: {
    parameters: ['StackName', 'NextToken'],
    run(service, input, caller) {
      const name = optionalText(input, 'StackName');
      const stacks: readonly Stack[] =
        name === undefined
          ? service.stacks.inRegion(caller.region).filter(({ isDeleted }) => !isDeleted)
          : [service.stacks.require(name, caller.region, withIdDoesNotExist)];
      return { Stacks: stacks.map(describeStack) };
    },
  },

  ListStacks: {
    parameters: ['StackStatusFilter', 'NextToken'],
    run(service, input, caller) {
      const statuses = texts(input, 'StackStatusFilter');
      const stacks = service.stacks
        .inRegion(caller.region)
        .filter(({ status }) => statuses.length === 0 || statuses.includes(status));
      return { StackSummaries: stacks.map(summarizeStack) };
    },
  },

  DescribeStackEvents: {
    parameters: ['StackName', 'NextToken'],
    run(service, input, caller) {
      const stack = service.stacks.require(requiredText(input, 'StackName'), caller.region, doesNotExist);
      return { StackEvents: stack.events.map(event => describeEvent(stack, event)) };
    },
  },

  /** Events of a change set are its validation errors; the sandbox makes none, since it refuses the request instead. */
  DescribeEvents: {
    parameters: ['StackName', 'ChangeSetName', 'OperationId', 'Filters', 'NextToken'],
    run(service, input, caller) {
      if (optionalText(input, 'ChangeSetName') !== undefined) return { OperationEvents: [] };
      const stack = service.stacks.require(requiredText(input, 'StackName'), caller.region, withIdDoesNotExist);
      const operationId = optionalText(input, 'OperationId');
      const failedOnly = optionalText(object(input, 'Filters'), 'FailedEvents') === 'true';
      const events = stack.events.filter(
        event =>
          (operationId === undefined || event.operationId === operationId) &&
          (!failedOnly || event.status.endsWith('_FAILED')),
      );
      return { OperationEvents: events.map(event => ({ ...describeEvent(stack, event), EventType: 'STACK_EVENT' })) };
    },
  },

  DescribeStackResource: {
    parameters: ['StackName', 'LogicalResourceId'],
    run(service, input, caller) {
      const name = requiredText(input, 'StackName');
      const stack = service.stacks.require(name, caller.region, () => `Stack '${name}' does not exist`);
      const logicalId = requiredText(input, 'LogicalResourceId');
      const resource = resourcesOf(stack).find(other => other.logicalId === logicalId);
      if (!resource) throw validationError(`Resource ${logicalId} does not exist for stack ${stack.name}`);
      return { StackResourceDetail: detailResource(stack, resource) };
    },
  },

  DescribeStackResources: {
    parameters: ['StackName', 'LogicalResourceId', 'PhysicalResourceId'],
    run(service, input, caller) {
      const [name, logicalId, physicalId] = ['StackName', 'LogicalResourceId', 'PhysicalResourceId'].map(parameter =>
        optionalText(input, parameter),
      );
      const stack =
        name === undefined
          ? service.stacks
              .inRegion(caller.region)
              .find(({ resources }) => [...resources.values()].some(({ state }) => state?.physicalId === physicalId))
          : service.stacks.require(name, caller.region, withIdDoesNotExist);
      if (!stack)
        throw validationError(`Stack for ${physicalId ?? '(no StackName, no PhysicalResourceId)'} does not exist`);
      const resources = resourcesOf(stack).filter(
        resource => logicalId === undefined || resource.logicalId === logicalId,
      );
      return { StackResources: resources.map(resource => describeResource(stack, resource)) };
    },
  },

  ListStackResources: {
    parameters: ['StackName', 'NextToken'],
    run(service, input, caller) {
      const stack = service.stacks.require(requiredText(input, 'StackName'), caller.region, withIdDoesNotExist);
      return { StackResourceSummaries: resourcesOf(stack).map(summarizeResource) };
    },
  },

  ListExports: {
    parameters: ['NextToken'],
    run(service, _input, caller) {
      return {
        Exports: service.stacks
          .exports(caller.region)
          .map(({ stack, exportName, value }) => ({ ExportingStackId: stack.id, Name: exportName, Value: value })),
      };
    },
  },
};
