import type { Change, ChangeDetail } from './change-set';
import { messageOf } from './error-message';
import { noValue, type Resolved, resolve, type Values } from './intrinsics';
import { equal } from './json';
import { resourceChange } from './resource-change';
import type { Json, Properties, ResourceState } from './resource-type';
import type { Stack, StackResource } from './stack';
import type { StackDefinition } from './stack-definition';
import { type FindResourceType, isCustomResource, type TemplateResource } from './template';
import { validationError } from './validation-error';

/** A value that only the change itself gives. */
class NotYetKnown extends Error {
  override readonly name = 'NotYetKnown';

  constructor(readonly causingEntity: string) {
    super(`${causingEntity} is known only after the change`);
  }
}

/**
 * @param unchanged nested stacks, by logical id, that are known to have no changes of their own; of others that is not
 * known before they are asked. @default none
 * @throws AwsError ValidationError where a resource would change its type
 */
export function changesOf(
  stack: Stack,
  definition: StackDefinition,
  findResourceType: FindResourceType,
  importValue: (exportName: string) => Json,
  unchanged: ReadonlySet<string> = new Set(),
): readonly Change[] {
  return new Comparison(stack, definition, findResourceType, importValue, unchanged).changes();
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
    private readonly unchanged: ReadonlySet<string>,
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
    const details = [
      ...this.propertyDetails(declared, current),
      ...attributeDetails(declared, current),
      ...this.nestedDetails(current),
    ];
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
    const replaces = (name: string) =>
      !isCustomResource(declared.type) && !type.isPlaceholder && type.properties[name] !== 'in place';
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

  /** Source: the API reference of ResourceChangeDetail, ChangeSource `Automatic`. */
  private nestedDetails({ logicalId, type }: StackResource): readonly ChangeDetail[] {
    if (!this.findResourceType(type)?.nested || this.unchanged.has(logicalId)) return [];
    return [{ attribute: 'Properties', requiresRecreation: 'Never', evaluation: 'Dynamic' }];
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
