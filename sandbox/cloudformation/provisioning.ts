import { contextOf, type Engine, resourceTypeOf } from './engine';
import { messageOf } from './error-message';
import { InFlight, type ProviderOperation, type ProviderResult } from './in-flight';
import { Removal } from './removal';
import { resourceChange } from './resource-change';
import {
  afterFailedUpdate,
  declaredFacts,
  failureOnRecord,
  propertiesNow,
  type ResourceTask,
  unprovisioned,
} from './resource-record';
import type { Properties, ResourceContext, ResourceState, RollbackWish } from './resource-type';
import type { Stack, StackResource } from './stack';
import type { StackDefinition } from './stack-definition';
import { isCustomResource } from './template';

export interface ProvisioningOptions {
  /** Whether a failure leaves what does not depend on it alone (`--no-rollback`), or ends everything. */
  readonly goOnAfterFailure: boolean;
  /** In the rollback of an update. */
  readonly rollback?: {
    /** The resources to go back to. */
    readonly to: ReadonlyMap<string, StackResource>;
    readonly wish: RollbackWish;
  };
}

/** Creates and changes resources until the stack is what its definition says; deletes nothing. */
export class Provisioning {
  /** Logical ids, in the order of their failures. Cancelled ones are among them. */
  readonly failedToCreate: string[] = [];
  readonly failedToUpdate: string[] = [];
  private stopped = false;
  private readonly inFlight = new InFlight();
  private readonly cancelled = new Set<string>();

  constructor(
    private readonly engine: Engine,
    private readonly stack: Stack,
    private readonly definition: StackDefinition,
    private readonly options: ProvisioningOptions,
  ) {}

  get hasFailed(): boolean {
    return this.stopped || this.failedToCreate.length + this.failedToUpdate.length > 0;
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
    const before = options.rollback?.to.get(logicalId);
    const type = resourceTypeOf(this.engine, declared.type);
    if (current && options.rollback?.wish.skip.has(`${stack.name}.${logicalId}`))
      return this.leave(current, before ?? current);
    let properties: Properties;
    try {
      properties = propertiesNow(this.engine, stack, this.definition, declared);
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

  private async create(task: ResourceTask): Promise<boolean> {
    const { stack } = this;
    let resource = stack.record(
      { ...unprovisioned(task), ...declaredFacts(task, this.definition) },
      'CREATE_IN_PROGRESS',
    );
    const initiated = (physicalId: string) => {
      resource = stack.record(
        { ...resource, state: { physicalId, attributes: {} } },
        'CREATE_IN_PROGRESS',
        'Resource creation Initiated',
      );
    };
    const result = await this.call(task, 'CREATE', context => task.type.create(task.properties, context), initiated);
    if ('error' in result) {
      const { physicalId } = result;
      if (physicalId !== undefined) resource = { ...resource, state: { physicalId, attributes: {} } };
      this.fail(resource, 'CREATE', result.error);
      return false;
    }
    const isInitiated = resource.state !== undefined;
    resource = { ...resource, state: result.state };
    if (this.settledTooLate(resource, 'CREATE_FAILED')) return false;
    if (!isInitiated) stack.record(resource, 'CREATE_IN_PROGRESS', 'Resource creation Initiated');
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
    if (change.kind === 'in place' || attempted || task.type.nested) return this.update(task, current);
    const unchanged = { ...current, ...declaredFacts(task, this.definition) };
    if (current.status === 'UPDATE_FAILED') stack.record(unchanged, 'UPDATE_COMPLETE');
    else stack.resources.set(task.logicalId, unchanged);
    return true;
  }

  private async update(task: ResourceTask, current: StackResource): Promise<boolean> {
    const { stack, options } = this;
    const { logicalId, properties, type } = task;
    const old = current.attempted ?? current.properties;
    const physicalId = current.state?.physicalId ?? '';
    stack.record(current, 'UPDATE_IN_PROGRESS', undefined, properties);
    const result = await this.call(task, 'UPDATE', context =>
      type.nested && options.rollback
        ? type.nested.rollBack(physicalId, options.rollback.wish, context)
        : type.update(physicalId, properties, old, context),
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
    const { stack } = this;
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
    const result = await this.call(task, 'UPDATE', context => task.type.create(task.properties, context));
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

  private call(
    { logicalId }: ResourceTask,
    operation: ProviderOperation,
    provider: (context: ResourceContext) => Promise<ResourceState>,
    initiated?: (physicalId: string) => void,
  ): Promise<ProviderResult> {
    return this.inFlight.call(logicalId, operation, cancelled =>
      provider(contextOf(this.engine, this.stack, logicalId, { cancelled, ...(initiated && { initiated }) })),
    );
  }

  private fail(
    resource: StackResource,
    operation: ProviderOperation,
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
  stop(): void {
    this.stopped = true;
    const { stack } = this;
    this.inFlight.cancel((logicalId, operation) => {
      const resource = stack.resources.get(logicalId);
      if (!resource) return;
      this.cancelled.add(logicalId);
      stack.record(
        resource,
        `${operation}_FAILED`,
        operation === 'CREATE' ? 'Resource creation cancelled' : 'Resource update cancelled',
      );
      (operation === 'CREATE' ? this.failedToCreate : this.failedToUpdate).push(logicalId);
    });
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
