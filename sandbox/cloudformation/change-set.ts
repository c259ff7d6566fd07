import { messageOf } from './engine';
import { noValue, type Resolved, resolve, type Values } from './intrinsics';
import { equal } from './json';
import { resourceChange } from './resource-change';
import type { Json, Properties, ResourceState } from './resource-type';
import type { Stack, StackResource } from './stack';
import type { StackDefinition } from './stack-definition';
import { type FindResourceType, isCustomResource, type TemplateResource } from './template';
import { validationError } from './validation-error';

export interface ChangeDetail {
  readonly attribute: 'Properties' | 'Metadata' | 'DeletionPolicy' | 'UpdateReplacePolicy';
  /** The property. */
  readonly name?: string;
  readonly requiresRecreation: 'Never' | 'Conditionally' | 'Always';
  /** `Dynamic` where the value is known only when the change is made. */
  readonly evaluation: 'Static' | 'Dynamic';
  /** What makes it dynamic: a logical id, or `logicalId.attribute`. */
  readonly causingEntity?: string;
}

export interface Change {
  readonly action: 'Add' | 'Modify' | 'Remove';
  readonly logicalId: string;
  readonly physicalId?: string;
  readonly type: string;
  readonly replacement?: 'True' | 'False' | 'Conditional';
  readonly policyAction?: 'Delete' | 'Retain' | 'ReplaceAndDelete' | 'ReplaceAndRetain';
  readonly details: readonly ChangeDetail[];
}

export interface ChangeSet {
  readonly id: string;
  readonly name: string;
  readonly type: 'CREATE' | 'UPDATE';
  readonly description: string | undefined;
  readonly creationTime: number;
  readonly status: 'CREATE_COMPLETE' | 'FAILED';
  readonly statusReason: string | undefined;
  executionStatus: 'AVAILABLE' | 'UNAVAILABLE' | 'EXECUTE_IN_PROGRESS' | 'EXECUTE_COMPLETE' | 'EXECUTE_FAILED';
  readonly definition: StackDefinition | undefined;
  readonly capabilities: readonly string[];
  readonly roleArn: string | undefined;
  readonly onStackFailure: string | undefined;
  readonly changes: readonly Change[];
}

/** AWS's texts for the same thing: of a change set, and of UpdateStack. */
export const noChangesInChangeSet =
  "The submitted information didn't contain changes. Submit different information to create a change set.";
export const noUpdates = 'No updates are to be performed.';

/** A value that only the change itself gives. */
class NotYetKnown extends Error {
  override readonly name = 'NotYetKnown';

  constructor(readonly causingEntity: string) {
    super(`${causingEntity} is known only after the change`);
  }
}

/** @throws AwsError ValidationError where a resource would change its type */
export function changesOf(
  stack: Stack,
  definition: StackDefinition,
  findResourceType: FindResourceType,
  importValue: (exportName: string) => Json,
): readonly Change[] {
  return new Comparison(stack, definition, findResourceType, importValue).changes();
}

/** Whether an update has anything to do. Source: the Updating Stacks pages of the CloudFormation User Guide. */
export function hasChanges(stack: Stack, definition: StackDefinition, changes: readonly Change[]): boolean {
  const { definition: old } = stack;
  const outputs = ({ outputs }: StackDefinition) => JSON.stringify([...outputs]);
  return (
    changes.length > 0 ||
    !old ||
    outputs(old) !== outputs(definition) ||
    !equal(tagsOf(old), tagsOf(definition)) ||
    !equal(parametersOf(old), parametersOf(definition))
  );
}

class Comparison {
  /** Resources whose `Ref` may change, and whose attributes may. */
  private readonly newIds = new Set<string>();
  private readonly changing = new Set<string>();

  constructor(
    private readonly stack: Stack,
    private readonly definition: StackDefinition,
    private readonly findResourceType: FindResourceType,
    private readonly importValue: (exportName: string) => Json,
  ) {}

  changes(): readonly Change[] {
    const { stack, definition } = this;
    this.refuseChangedTypes();
    const changes: Change[] = [];
    for (const logicalId of definition.order) {
      const declared = definition.resources.get(logicalId);
      const change = declared && this.changeOf(logicalId, declared, stack.resources.get(logicalId));
      if (!change) continue;
      this.changing.add(logicalId);
      if (change.action === 'Add' || change.replacement !== 'False') this.newIds.add(logicalId);
      changes.push(change);
    }
    for (const resource of stack.resources.values())
      if (!definition.resources.has(resource.logicalId)) changes.push(removal(resource));
    return changes;
  }

  private refuseChangedTypes(): void {
    const changed = [...this.stack.resources.values()].filter(({ logicalId, type }) => {
      const declared = this.definition.resources.get(logicalId);
      return declared && declared.type !== type;
    });
    if (changed.length > 0)
      throw validationError(
        `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${changed.map(({ logicalId }) => logicalId).join(', ')}]`,
      );
  }

  private changeOf(
    logicalId: string,
    declared: TemplateResource,
    current: StackResource | undefined,
  ): Change | undefined {
    if (!current || current.status === 'CREATE_FAILED')
      return { action: 'Add', logicalId, type: declared.type, details: [] };
    const details = [...this.propertyDetails(declared, current), ...attributeDetails(declared, current)];
    // A resource that failed to update is tried again, even with the same properties.
    if (details.length === 0 && current.status !== 'UPDATE_FAILED' && !current.attempted) return undefined;
    const recreations = details.map(({ requiresRecreation, evaluation }) =>
      requiresRecreation === 'Always' && evaluation === 'Dynamic' ? 'Conditionally' : requiresRecreation,
    );
    const replaces = recreations.includes('Always');
    const replacement = replaces ? 'True' : recreations.includes('Conditionally') ? 'Conditional' : 'False';
    return {
      action: 'Modify',
      logicalId,
      type: declared.type,
      replacement,
      ...(current.state ? { physicalId: current.state.physicalId } : {}),
      ...(replaces
        ? { policyAction: declared.updateReplacePolicy === 'Delete' ? 'ReplaceAndDelete' : 'ReplaceAndRetain' }
        : {}),
      details,
    };
  }

  private propertyDetails(declared: TemplateResource, current: StackResource): readonly ChangeDetail[] {
    const type = this.findResourceType(declared.type);
    if (!type) return [];
    const known: { [name: string]: Json } = {};
    const old: { [name: string]: Json } = { ...current.properties };
    const dynamic: ChangeDetail[] = [];
    const replaces = (name: string) => !isCustomResource(declared.type) && type.properties[name] !== 'in place';
    for (const [name, value] of Object.entries(declared.properties)) {
      const resolved = this.resolved(value);
      if (resolved instanceof NotYetKnown) {
        delete old[name];
        const requiresRecreation = replaces(name) ? 'Always' : 'Never';
        const { causingEntity } = resolved;
        dynamic.push({ attribute: 'Properties', name, requiresRecreation, evaluation: 'Dynamic', causingEntity });
      } else if (resolved !== noValue) known[name] = resolved;
    }
    const change = resourceChange(type, old, known);
    const changed = change.kind === 'none' ? [] : change.properties;
    return [
      ...changed.map(
        (name): ChangeDetail => ({
          attribute: 'Properties',
          name,
          requiresRecreation: replaces(name) ? 'Always' : 'Never',
          evaluation: 'Static',
        }),
      ),
      ...dynamic,
    ];
  }

  private resolved(value: Json): Resolved | NotYetKnown {
    try {
      return resolve(value, this.values());
    } catch (error) {
      if (error instanceof NotYetKnown) return error;
      // An attribute or an import that is not there fails when the change is made, as it does on AWS.
      return new NotYetKnown(messageOf(error));
    }
  }

  private values(): Values {
    const values = this.definition.values(logicalId => this.stateNow(logicalId), this.importValue);
    return {
      ...values,
      attribute: (logicalId, name) => {
        if (this.changing.has(logicalId)) throw new NotYetKnown(`${logicalId}.${name}`);
        return values.attribute(logicalId, name);
      },
    };
  }

  private stateNow(logicalId: string): ResourceState {
    const state = this.stack.resources.get(logicalId)?.state;
    if (!state || this.newIds.has(logicalId)) throw new NotYetKnown(logicalId);
    return state;
  }
}

function attributeDetails(declared: TemplateResource, current: StackResource): readonly ChangeDetail[] {
  const detail = (attribute: ChangeDetail['attribute']): ChangeDetail => ({
    attribute,
    requiresRecreation: 'Never',
    evaluation: 'Static',
  });
  return [
    ...(equal(declared.metadata, current.metadata) ? [] : [detail('Metadata')]),
    ...(declared.deletionPolicy === current.deletionPolicy ? [] : [detail('DeletionPolicy')]),
    ...(declared.updateReplacePolicy === current.updateReplacePolicy ? [] : [detail('UpdateReplacePolicy')]),
  ];
}

const removal = ({ logicalId, type, state, deletionPolicy }: StackResource): Change => ({
  action: 'Remove',
  logicalId,
  type,
  ...(state ? { physicalId: state.physicalId } : {}),
  policyAction: deletionPolicy === 'Delete' ? 'Delete' : 'Retain',
  details: [],
});

const tagsOf = ({ tags }: StackDefinition): Properties =>
  Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));

const parametersOf = ({ parameters }: StackDefinition): Properties =>
  Object.fromEntries([...parameters].map(([name, { value }]) => [name, value]));

/** The kind of a dynamic value, for `ChangeSource`. */
export const changeSourceOf = ({ evaluation, causingEntity }: ChangeDetail): string => {
  if (evaluation === 'Static') return 'DirectModification';
  return causingEntity?.includes('.') ? 'ResourceAttribute' : 'ResourceReference';
};
