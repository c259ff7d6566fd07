import type { Engine } from './engine';
import type { Properties, ResourceType } from './resource-type';
import type { Stack, StackResource } from './stack';
import { resolveProperties, type StackDefinition } from './stack-definition';
import type { TemplateResource } from './template';

/** A resource that an operation is about to create or to change. */
export interface ResourceTask {
  readonly logicalId: string;
  readonly declared: TemplateResource;
  readonly type: ResourceType;
  /** Resolved. */
  readonly properties: Properties;
}

/** @throws Error that names what a property refers to and is not there */
export function propertiesNow(
  engine: Engine,
  stack: Stack,
  definition: StackDefinition,
  declared: TemplateResource,
): Properties {
  const values = definition.values(
    logicalId => {
      const state = stack.resources.get(logicalId)?.state;
      if (!state) throw new Error(`Resource ${logicalId} does not exist`);
      return state;
    },
    exportName => engine.importValue(stack, exportName),
  );
  const properties = resolveProperties(declared.properties, values);
  for (const name of engine.findResourceType(declared.type)?.required ?? [])
    if (!Object.hasOwn(properties, name)) throw new Error(`Property ${name} cannot be empty.`);
  return properties;
}

export const unprovisioned = ({ logicalId, declared, type, properties }: ResourceTask): StackResource => ({
  logicalId,
  type: type.typeName,
  state: undefined,
  properties,
  attempted: undefined,
  dependencies: new Set(),
  deletionPolicy: declared.deletionPolicy,
  updateReplacePolicy: declared.updateReplacePolicy,
  metadata: declared.metadata,
  status: 'CREATE_IN_PROGRESS',
  reason: undefined,
  timestamp: 0,
});

/** What a resource takes over from its template, whatever becomes of its properties. */
export const declaredFacts = ({ logicalId, declared }: ResourceTask, definition: StackDefinition) => ({
  dependencies: definition.dependencies.get(logicalId) ?? new Set<string>(),
  deletionPolicy: declared.deletionPolicy,
  updateReplacePolicy: declared.updateReplacePolicy,
  metadata: declared.metadata,
});

/** CloudFormation takes over the physical id of a failed answer too. */
export function afterFailedUpdate(
  current: StackResource,
  attempted: Properties,
  physicalId: string | undefined,
): StackResource {
  const { state } = current;
  if (!state || physicalId === undefined || physicalId === state.physicalId) return { ...current, attempted };
  return { ...current, attempted, state: { ...state, physicalId } };
}

/** Status, reason and time of the failure that is on record. */
export function failureOnRecord(
  stack: Stack,
  logicalId: string,
): Pick<StackResource, 'status' | 'reason' | 'timestamp'> {
  const recorded = stack.resources.get(logicalId);
  return {
    status: recorded?.status ?? 'UPDATE_FAILED',
    reason: recorded?.reason,
    timestamp: recorded?.timestamp ?? 0,
  };
}
