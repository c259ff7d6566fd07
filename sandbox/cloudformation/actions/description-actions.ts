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
import { page } from './pages';
import type { Action } from './service';
import { doesNotExist } from './stack-actions';

/** The text of the actions that only look; the CDK CLI compares it word for word. */
export const withIdDoesNotExist = (nameOrId: string): string => `Stack with id ${nameOrId} does not exist`;

/** Source: API reference of DescribeStackResources, which has no pages. */
const mostDescribed = 100;

const sizeOf = (item: object): number => Buffer.byteLength(JSON.stringify(item));

export const descriptionActions: Readonly<Record<string, Action>> = {
  DescribeStacks: {
    parameters: ['StackName', 'NextToken'],
    run(service, input, caller) {
      const name = optionalText(input, 'StackName');
      const all: readonly Stack[] =
        name === undefined
          ? service.stacks.inRegion(caller.region).filter(({ isDeleted }) => !isDeleted)
          : [service.stacks.require(name, caller.region, withIdDoesNotExist)];
      const { items, nextToken } = page(all, input, { list: `DescribeStacks ${name ?? ''}`, key: ({ id }) => id });
      return { Stacks: items.map(describeStack), NextToken: nextToken };
    },
  },

  ListStacks: {
    parameters: ['StackStatusFilter', 'NextToken'],
    run(service, input, caller) {
      const statuses = texts(input, 'StackStatusFilter');
      const all = service.stacks
        .inRegion(caller.region)
        .filter(({ status }) => statuses.length === 0 || statuses.includes(status));
      const { items, nextToken } = page(all, input, { list: `ListStacks ${statuses}`, key: ({ id }) => id });
      return { StackSummaries: items.map(summarizeStack), NextToken: nextToken };
    },
  },

  DescribeStackEvents: {
    parameters: ['StackName', 'NextToken'],
    run(service, input, caller) {
      const stack = service.stacks.require(requiredText(input, 'StackName'), caller.region, doesNotExist);
      const { items, nextToken } = page(
        stack.events.map(event => describeEvent(stack, event)),
        input,
        { list: `DescribeStackEvents ${stack.id}`, key: ({ EventId }) => EventId, bytes: sizeOf },
      );
      return { StackEvents: items, NextToken: nextToken };
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
      const { items, nextToken } = page(
        events.map(event => {
          // AWS's model of this operation has no name of the stack.
          const { StackName: _name, ...described } = describeEvent(stack, event);
          return { ...described, EventType: 'STACK_EVENT' };
        }),
        input,
        { list: `DescribeEvents ${stack.id}`, key: ({ EventId }) => EventId, bytes: sizeOf },
      );
      return { OperationEvents: items, NextToken: nextToken };
    },
  },

  DescribeStackResource: {
    parameters: ['StackName', 'LogicalResourceId'],
    run(service, input, caller) {
      const name = requiredText(input, 'StackName');
      const stack = service.stacks.require(name, caller.region, () => `Stack '${name}' does not exist`);
      const logicalId = requiredText(input, 'LogicalResourceId');
      // A resource that is gone is told of where its stack is gone too.
      const resource = stack.resources.get(logicalId) ?? (stack.isDeleted && stack.deletedResources.get(logicalId));
      if (!resource) throw validationError(`Resource ${logicalId} does not exist for stack ${name}`);
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
      return {
        StackResources: resources.slice(0, mostDescribed).map(resource => describeResource(stack, resource)),
      };
    },
  },

  ListStackResources: {
    parameters: ['StackName', 'NextToken'],
    run(service, input, caller) {
      const stack = service.stacks.require(requiredText(input, 'StackName'), caller.region, withIdDoesNotExist);
      const { items, nextToken } = page(resourcesOf(stack), input, {
        list: `ListStackResources ${stack.id}`,
        key: ({ logicalId }) => logicalId,
      });
      return { StackResourceSummaries: items.map(summarizeResource), NextToken: nextToken };
    },
  },

  ListExports: {
    parameters: ['NextToken'],
    run(service, input, caller) {
      const { items, nextToken } = page(service.stacks.exports(caller.region), input, {
        list: 'ListExports',
        key: ({ exportName }) => exportName,
      });
      return {
        Exports: items.map(({ stack, exportName, value }) => ({
          ExportingStackId: stack.id,
          Name: exportName,
          Value: value,
        })),
        NextToken: nextToken,
      };
    },
  },
};
