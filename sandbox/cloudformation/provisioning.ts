import { CustomResourceFailure } from './custom-resource';
import { contextOf, type Engine, messageOf, resourceTypeOf } from './engine';
import { Removal } from './removal';
import { resourceChange } from './resource-change';
import { afterFailedUpdate, declaredFacts, failureOnRecord, type ResourceTask, unprovisioned } from './resource-record';
import type { Properties, ResourceState } from './resource-type';
import type { Stack, StackResource } from './stack';
import { resolveProperties, type StackDefinition } from './stack-definition';
import { isCustomResource, type TemplateResource } from './template';

export interface ProvisioningOptions {
  /** Whether a failure leaves what does not depend on it alone (`--no-rollback`), or ends everything. */
  readonly goOnAfterFailure: boolean;
  /** The resources to go back to, in the rollback of an update. */
  readonly backTo?: ReadonlyMap<string, StackResource>;
  /** Logical ids that the rollback leaves as they are. */
  readonly skip: ReadonlySet<string>;
}

/** Creates and changes resources until the stack is what its definition says; deletes nothing. */
export class Provisioning {
  /** Logical ids, in the order of their failures. Cancelled ones are among them. */
  readonly failedToCreate: string[] = [];
  readonly failedToUpdate: string[] = [];
  private stopped = false;
  private readonly inFlight = new Map<string, 'CREATE' | 'UPDATE'>();
  private readonly cancelled = new Set<string>();

  constructor(
    private readonly engine: Engine,
    private readonly stack: Stack,
    private readonly definition: StackDefinition,
    private readonly options: ProvisioningOptions,
  ) {}

  get hasFailed(): boolean {
    return this.failedToCreate.length + this.failedToUpdate.length > 0;
  }

  async run(): Promise<void> {
    const { definition } = this;
    const done = new Map<string, Promise<boolean>>();
    for (const logicalId of definition.order) {
      const dependencies = [...(definition.dependencies.get(logicalId) ?? [])].map(name => done.get(name));
      done.set(logicalId, this.after(dependencies, logicalId));
    }
    await Promise.all(done.values());
  }

  /** @returns whether the resource is as it should be, so that what depends on it can begin */
  private async after(dependencies: readonly (Promise<boolean> | undefined)[], logicalId: string): Promise<boolean> {
    const ready = await Promise.all(dependencies);
    const declared = this.definition.resources.get(logicalId);
    if (this.stopped || ready.includes(false) || !declared) return false;
    const { stack, options } = this;
    const current = stack.resources.get(logicalId);
    const before = options.backTo?.get(logicalId);
    const type = resourceTypeOf(this.engine, declared.type);
    if (current && options.skip.has(logicalId)) return this.leave(current, before ?? current);
    let properties: Properties;
    try {
      properties = this.propertiesOf(declared);
    } catch (error) {
      // Nothing was asked of the provider: only the record can fail.
      this.fail(
        current ?? unprovisioned({ logicalId, declared, type, properties: {} }),
        current ? 'UPDATE' : 'CREATE',
        messageOf(error),
      );
      return false;
    }
    const task = { logicalId, declared, type, properties };
    if (!current) return this.create(task);
    if (current.status === 'CREATE_FAILED') return this.createAgain(task, current);
    return this.change(task, before ? this.restored(current, before) : current);
  }

  private propertiesOf(declared: TemplateResource): Properties {
    const { stack, engine, definition } = this;
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

  private async create(task: ResourceTask): Promise<boolean> {
    const { stack, engine } = this;
    let resource = stack.record(
      { ...unprovisioned(task), ...declaredFacts(task, this.definition) },
      'CREATE_IN_PROGRESS',
    );
    const result = await this.call(task, 'CREATE', () =>
      task.type.create(task.properties, contextOf(engine, stack, task.logicalId)),
    );
    if ('error' in result) {
      const { physicalId } = result;
      resource = { ...resource, state: physicalId === undefined ? undefined : { physicalId, attributes: {} } };
      this.fail(resource, 'CREATE', result.error);
      return false;
    }
    resource = { ...resource, state: result.state };
    if (this.settledTooLate(resource, 'CREATE_FAILED')) return false;
    stack.record(resource, 'CREATE_IN_PROGRESS', 'Resource creation Initiated');
    stack.record(resource, 'CREATE_COMPLETE');
    return true;
  }

  /** A resource that an operation without rollback failed to create goes away before it is created again. */
  private async createAgain(task: ResourceTask, failed: StackResource): Promise<boolean> {
    const { stack, engine } = this;
    if (failed.state) {
      const removal = new Removal(engine, stack, [failed], { attempts: 1, retain: () => false });
      await removal.run();
      if (removal.failed.length > 0) {
        const reason = stack.resources.get(task.logicalId)?.reason ?? 'Its deletion failed.';
        this.fail(failed, 'CREATE', reason);
        return false;
      }
      if (this.stopped) return false;
    }
    return this.create(task);
  }

  private async change(task: ResourceTask, current: StackResource): Promise<boolean> {
    const { stack } = this;
    const change = resourceChange(task.type, current.properties, task.properties);
    const { attempted } = current;
    if (change.kind === 'refused') {
      this.fail(current, 'UPDATE', change.reason);
      return false;
    }
    if (change.kind === 'replacement') return this.replace(task, current);
    if (change.kind === 'in place' || attempted) return this.update(task, current);
    const unchanged = { ...current, ...declaredFacts(task, this.definition) };
    if (current.status === 'UPDATE_FAILED') stack.record(unchanged, 'UPDATE_COMPLETE');
    else stack.resources.set(task.logicalId, unchanged);
    return true;
  }

  private async update(task: ResourceTask, current: StackResource): Promise<boolean> {
    const { stack, engine } = this;
    const { logicalId, properties, type } = task;
    const old = current.attempted ?? current.properties;
    const physicalId = current.state?.physicalId ?? '';
    stack.record(current, 'UPDATE_IN_PROGRESS', undefined, properties);
    const result = await this.call(task, 'UPDATE', () =>
      type.update(physicalId, properties, old, contextOf(engine, stack, logicalId)),
    );
    if ('error' in result) {
      this.fail(afterFailedUpdate(current, properties, result.physicalId), 'UPDATE', result.error, properties);
      return false;
    }
    const updated = {
      ...current,
      ...declaredFacts(task, this.definition),
      state: result.state,
      properties,
      attempted: undefined,
    };
    const isReplaced = result.state.physicalId !== physicalId;
    if (isReplaced) {
      // An id that comes back is in use again: it must not be cleaned up.
      stack.replaced = stack.replaced.filter(
        other => other.logicalId !== logicalId || other.state?.physicalId !== result.state.physicalId,
      );
      stack.replaced.push(current);
    }
    if (this.cancelled.has(logicalId)) {
      // Cancelled, yet done: the rollback takes it back.
      stack.resources.set(logicalId, {
        ...updated,
        properties: current.properties,
        attempted: properties,
        ...failureOnRecord(stack, logicalId),
      });
      return false;
    }
    if (isReplaced)
      stack.record(
        updated,
        'UPDATE_IN_PROGRESS',
        'Requested update required the provider to create a new physical resource',
      );
    stack.record(updated, 'UPDATE_COMPLETE');
    return true;
  }

  private async replace(task: ResourceTask, current: StackResource): Promise<boolean> {
    const { stack, engine } = this;
    if (this.options.goOnAfterFailure) {
      this.fail(current, 'UPDATE', 'Replacement type updates not supported on stack with disable-rollback.');
      return false;
    }
    stack.record(
      current,
      'UPDATE_IN_PROGRESS',
      'Requested update requires the creation of a new physical resource; hence creating one.',
      task.properties,
    );
    const result = await this.call(task, 'UPDATE', () =>
      task.type.create(task.properties, contextOf(engine, stack, task.logicalId)),
    );
    if ('error' in result) {
      this.fail(current, 'UPDATE', result.error, task.properties);
      return false;
    }
    const created = { ...unprovisioned(task), ...declaredFacts(task, this.definition), state: result.state };
    stack.replaced.push(current);
    if (this.settledTooLate(created, 'UPDATE_FAILED')) return false;
    stack.record(created, 'UPDATE_IN_PROGRESS', 'Resource creation Initiated');
    stack.record(created, 'UPDATE_COMPLETE');
    return true;
  }

  /** In a rollback, a resource that was replaced is the one from before again, and the new one is cleaned up. */
  private restored(current: StackResource, before: StackResource): StackResource {
    // A custom resource's provider replaces on its own; it is asked to go back, like any other in-place change.
    if (isCustomResource(current.type) || current.state?.physicalId === before.state?.physicalId) return current;
    this.stack.replaced.push(current);
    const restored: StackResource = { ...before, status: 'UPDATE_FAILED' };
    this.stack.resources.set(before.logicalId, restored);
    return restored;
  }

  private leave(current: StackResource, before: StackResource): boolean {
    const { properties } = before;
    // The CDK CLI knows a skipped resource by this text of AWS's.
    this.stack.record(
      { ...current, properties, attempted: undefined },
      'UPDATE_COMPLETE',
      'Resource skipped during UpdateRollback',
    );
    return true;
  }

  private async call(
    { logicalId, type }: ResourceTask,
    operation: 'CREATE' | 'UPDATE',
    provider: () => Promise<ResourceState>,
  ): Promise<{ readonly state: ResourceState } | { readonly error: string; readonly physicalId: string | undefined }> {
    this.inFlight.set(logicalId, operation);
    try {
      return { state: await provider() };
    } catch (error) {
      const physicalId = error instanceof CustomResourceFailure ? error.physicalId : undefined;
      return { error: messageOf(error) || `${type.typeName} failed without a message`, physicalId };
    } finally {
      this.inFlight.delete(logicalId);
    }
  }

  private fail(
    resource: StackResource,
    operation: 'CREATE' | 'UPDATE',
    reason: string,
    eventProperties: Properties = resource.properties,
  ): void {
    const { stack, options } = this;
    const { logicalId } = resource;
    if (this.settledTooLate(resource, `${operation}_FAILED`)) return;
    stack.record(resource, `${operation}_FAILED`, reason, eventProperties);
    (operation === 'CREATE' ? this.failedToCreate : this.failedToUpdate).push(logicalId);
    if (!options.goOnAfterFailure && !this.stopped) this.stop();
  }

  /** Begins nothing more, and cancels what is under way. */
  private stop(): void {
    this.stopped = true;
    const { stack, engine } = this;
    for (const [logicalId, operation] of this.inFlight) {
      const resource = stack.resources.get(logicalId);
      if (!resource) continue;
      this.cancelled.add(logicalId);
      stack.record(
        resource,
        `${operation}_FAILED`,
        operation === 'CREATE' ? 'Resource creation cancelled' : 'Resource update cancelled',
      );
      (operation === 'CREATE' ? this.failedToCreate : this.failedToUpdate).push(logicalId);
      // What AWS does with an answer that is still on its way is not documented: both ways can be chosen.
      if (!engine.waitForInFlight) engine.customResources.cancel(stack.id, logicalId);
    }
  }

  /** A cancelled resource has failed already: what became of it is recorded, without an event. */
  private settledTooLate(resource: StackResource, status: 'CREATE_FAILED' | 'UPDATE_FAILED'): boolean {
    if (!this.cancelled.has(resource.logicalId)) return false;
    this.stack.resources.set(resource.logicalId, {
      ...resource,
      ...failureOnRecord(this.stack, resource.logicalId),
      status,
    });
    return true;
  }
}
