import { contextOf, type Engine, resourceTypeOf } from './engine';
import { messageOf } from './error-message';
import type { Stack, StackResource } from './stack';

export interface RemovalOptions {
  /** How often a deletion is tried before it counts as failed. */
  readonly attempts: number;
  /** Resources that stay, with the event DELETE_SKIPPED. */
  readonly retain: (resource: StackResource) => boolean;
}

/** Deletes physical resources of a stack, in parallel, each after everything that depends on it. */
export class Removal {
  /** Logical ids of what could not be deleted. */
  readonly failed: string[] = [];
  private readonly started = new Map<StackResource, Promise<void>>();
  private readonly starting = new Set<StackResource>();

  constructor(
    private readonly engine: Engine,
    private readonly stack: Stack,
    private readonly resources: readonly StackResource[],
    private readonly options: RemovalOptions,
  ) {}

  async run(): Promise<void> {
    await Promise.all(this.resources.map(resource => this.start(resource)));
  }

  private start(resource: StackResource): Promise<void> {
    const started = this.started.get(resource);
    if (started) return started;
    this.starting.add(resource);
    // Resources of two templates' times can depend on each other in a circle: whatever closes it is not waited for.
    const dependents = this.resources.filter(
      other => other !== resource && other.dependencies.has(resource.logicalId) && !this.starting.has(other),
    );
    const promise = this.removeAfter(
      dependents.map(dependent => this.start(dependent)),
      resource,
    );
    this.starting.delete(resource);
    this.started.set(resource, promise);
    return promise;
  }

  private async removeAfter(dependents: readonly Promise<void>[], resource: StackResource): Promise<void> {
    // A dependent that could not be deleted does not hold up what it depends on: AWS goes on with the rest of the
    // stack, and reports of failed deletions name both (a subnet and its VPC).
    await Promise.all(dependents);
    const { stack, engine, options } = this;
    const { state } = resource;
    if (!state) {
      this.mark(resource, 'DELETE_COMPLETE');
      return;
    }
    if (options.retain(resource)) {
      this.mark(resource, 'DELETE_SKIPPED');
      return;
    }
    const type = resourceTypeOf(engine, resource.type);
    const properties = resource.attempted ?? resource.properties;
    for (let attempt = 1; attempt <= options.attempts; attempt++) {
      this.mark(resource, 'DELETE_IN_PROGRESS');
      try {
        await type.delete(state.physicalId, properties, contextOf(engine, stack, resource.logicalId));
        this.mark(resource, 'DELETE_COMPLETE');
        return;
      } catch (error) {
        this.mark(resource, 'DELETE_FAILED', messageOf(error));
      }
    }
    this.failed.push(resource.logicalId);
  }

  /** The event, and the new status where the resource is still the logical id's own. */
  private mark(
    resource: StackResource,
    status: 'DELETE_IN_PROGRESS' | 'DELETE_COMPLETE' | 'DELETE_FAILED' | 'DELETE_SKIPPED',
    reason?: string,
  ): void {
    const { stack } = this;
    const isGone = status === 'DELETE_COMPLETE' || status === 'DELETE_SKIPPED';
    const own = stack.resources.get(resource.logicalId);
    if (own?.state?.physicalId !== resource.state?.physicalId || stack.replaced.includes(resource)) {
      stack.resourceEvent(resource, status, reason);
      if (isGone) stack.replaced = stack.replaced.filter(other => other !== resource);
      return;
    }
    const recorded = stack.record(resource, status, reason);
    if (isGone) {
      stack.resources.delete(resource.logicalId);
      stack.deletedResources.set(resource.logicalId, recorded);
    }
  }
}
