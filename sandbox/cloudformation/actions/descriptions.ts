import { type Change, type ChangeDetail, type ChangeSet, changeSourceOf } from '../change-set';
import type { StackEvent } from '../events';
import type { Stack, StackResource } from '../stack';
import type { StackDefinition } from '../stack-definition';

const time = (milliseconds: number | undefined): Date | undefined =>
  milliseconds === undefined ? undefined : new Date(milliseconds);

export const describeStack = (stack: Stack): object => ({
  StackId: stack.id,
  StackName: stack.name,
  ChangeSetId: stack.changeSetId,
  Description: stack.definition?.template.description,
  Parameters: stack.definition ? describeParameters(stack.definition) : [],
  CreationTime: time(stack.creationTime),
  DeletionTime: time(stack.deletionTime),
  LastUpdatedTime: time(stack.lastUpdatedTime),
  RollbackConfiguration: {},
  StackStatus: stack.status,
  StackStatusReason: reasonOf(stack),
  DisableRollback: stack.disableRollback,
  NotificationARNs: [],
  Capabilities: stack.capabilities,
  Outputs: stack.outputs.map(({ key, value, description, exportName }) => ({
    OutputKey: key,
    OutputValue: value,
    Description: description,
    ExportName: exportName,
  })),
  RoleARN: stack.roleArn,
  Tags: stack.definition?.tags ?? [],
  EnableTerminationProtection: stack.root.terminationProtection,
  ...ancestorsOf(stack),
  DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
});

export const summarizeStack = (stack: Stack): object => ({
  StackId: stack.id,
  StackName: stack.name,
  TemplateDescription: stack.definition?.template.description,
  CreationTime: time(stack.creationTime),
  LastUpdatedTime: time(stack.lastUpdatedTime),
  DeletionTime: time(stack.deletionTime),
  StackStatus: stack.status,
  StackStatusReason: reasonOf(stack),
  ...ancestorsOf(stack),
  DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
});

/** So descriptions of real stacks have it: while something is under way, its reason is in the events alone. */
const reasonOf = ({ isInProgress, statusReason }: Stack): string | undefined =>
  isInProgress ? undefined : statusReason;

const ancestorsOf = (stack: Stack): object =>
  stack.parent ? { ParentId: stack.parent.id, RootId: stack.root.id } : {};

const describeParameters = ({ parameters }: StackDefinition): readonly object[] =>
  [...parameters].map(([name, { text, resolved, noEcho }]) => ({
    ParameterKey: name,
    ParameterValue: noEcho ? '****' : text,
    ResolvedValue: resolved,
  }));

export const describeEvent = (stack: Stack, event: StackEvent) => ({
  StackId: stack.id,
  EventId: event.eventId,
  StackName: stack.name,
  OperationId: event.operationId,
  LogicalResourceId: event.logicalId,
  PhysicalResourceId: event.physicalId,
  ResourceType: event.resourceType,
  Timestamp: time(event.timestamp),
  ResourceStatus: event.status,
  ResourceStatusReason: event.reason,
  ResourceProperties: event.properties && JSON.stringify(event.properties),
  ClientRequestToken: event.clientRequestToken,
});

/** The resources of a stack; of one that is gone, those it had. */
export const resourcesOf = (stack: Stack): readonly StackResource[] => {
  const gone = [...stack.deletedResources.values()].filter(({ logicalId }) => !stack.resources.has(logicalId));
  const isOver = stack.isDeleted || stack.status.startsWith('ROLLBACK_') || stack.status.startsWith('DELETE_');
  return [...stack.resources.values(), ...(isOver ? gone : [])];
};

export const describeResource = (stack: Stack, resource: StackResource): object => ({
  StackName: stack.name,
  StackId: stack.id,
  ...identify(resource),
  Timestamp: time(resource.timestamp),
  ResourceStatus: resource.status,
  ResourceStatusReason: resource.reason,
  DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
});

export const detailResource = (stack: Stack, resource: StackResource): object => ({
  StackName: stack.name,
  StackId: stack.id,
  ...summarizeResource(resource),
  Metadata: resource.metadata === undefined ? undefined : JSON.stringify(resource.metadata),
});

export const summarizeResource = (resource: StackResource): object => ({
  ...identify(resource),
  LastUpdatedTimestamp: time(resource.timestamp),
  ResourceStatus: resource.status,
  ResourceStatusReason: resource.reason,
  DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
});

const identify = ({ logicalId, state, type }: StackResource): object => ({
  LogicalResourceId: logicalId,
  PhysicalResourceId: state?.physicalId,
  ResourceType: type,
});

export const summarizeChangeSet = (stack: Stack, changeSet: ChangeSet): object => ({
  StackId: stack.id,
  StackName: stack.name,
  ChangeSetId: changeSet.id,
  ChangeSetName: changeSet.name,
  ExecutionStatus: changeSet.executionStatus,
  Status: changeSet.status,
  StatusReason: changeSet.statusReason,
  CreationTime: time(changeSet.creationTime),
  Description: changeSet.description,
  IncludeNestedStacks: changeSet.includeNestedStacks,
});

export const describeChangeSet = (stack: Stack, changeSet: ChangeSet): object => ({
  ...summarizeChangeSet(stack, changeSet),
  Parameters: changeSet.definition ? describeParameters(changeSet.definition) : [],
  NotificationARNs: [],
  RollbackConfiguration: {},
  Capabilities: changeSet.capabilities,
  Tags: changeSet.definition?.tags ?? [],
  Changes: changeSet.changes.map(describeChange),
  OnStackFailure: changeSet.onStackFailure,
});

const describeChange = (change: Change): object => ({
  Type: 'Resource',
  ResourceChange: {
    PolicyAction: change.policyAction,
    Action: change.action,
    LogicalResourceId: change.logicalId,
    PhysicalResourceId: change.physicalId,
    ResourceType: change.type,
    Replacement: change.replacement,
    Scope: [...new Set(change.details.map(({ attribute }) => attribute))],
    Details: change.details.map(describeDetail),
  },
});

const describeDetail = (detail: ChangeDetail): object => ({
  Target: {
    Attribute: detail.attribute,
    Name: detail.name,
    RequiresRecreation: detail.requiresRecreation,
  },
  Evaluation: detail.evaluation,
  ChangeSource: changeSourceOf(detail),
  CausingEntity: detail.causingEntity,
});
