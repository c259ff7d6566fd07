import type { Clock } from '../clock';
import { randomUuid } from '../random-text';
import type { ChangeSet } from './change-set';
import { EventLog } from './events';
import type { Json, Properties, ResourceState } from './resource-type';
import type { StackDefinition, StackIdentity } from './stack-definition';
import type { DeletionPolicy } from './template';

export type ResourceStatus =
  | `${'CREATE' | 'UPDATE' | 'DELETE'}_${'IN_PROGRESS' | 'COMPLETE' | 'FAILED'}`
  | 'DELETE_SKIPPED';

export type StackStatus =
  | 'REVIEW_IN_PROGRESS'
  | `${'CREATE' | 'UPDATE' | 'DELETE' | 'ROLLBACK' | 'UPDATE_ROLLBACK'}_${'IN_PROGRESS' | 'COMPLETE' | 'FAILED'}`
  | `${'UPDATE' | 'UPDATE_ROLLBACK'}_COMPLETE_CLEANUP_IN_PROGRESS`;

/** One physical resource of a stack. Never changed in place: a change puts another in its stead. */
export interface StackResource {
  readonly logicalId: string;
  readonly type: string;
  /** What the provider answered. Absent where it never got that far. */
  readonly state: ResourceState | undefined;
  /** With which it was made or last changed. */
  readonly properties: Properties;
  /** Properties of a change that failed: the resource may have these, the old ones, or a part of each. */
  readonly attempted: Properties | undefined;
  /** What it depended on when it was made or last changed. */
  readonly dependencies: ReadonlySet<string>;
  readonly deletionPolicy: DeletionPolicy;
  readonly updateReplacePolicy: DeletionPolicy;
  readonly metadata: Json | undefined;
  readonly status: ResourceStatus;
  readonly reason: string | undefined;
  readonly timestamp: number;
}

export interface StackOutput {
  readonly key: string;
  readonly value: string;
  readonly description: string | undefined;
  readonly exportName: string | undefined;
}

/** A state that a rollback can go back to. */
export interface StableState {
  readonly definition: StackDefinition;
  readonly resources: ReadonlyMap<string, StackResource>;
}

export interface OperationFacts {
  readonly clientRequestToken: string | undefined;
}

/** What is known of one stack. What happens to it is in `operation.ts`. */
export class Stack {
  status: StackStatus = 'REVIEW_IN_PROGRESS';
  statusReason: string | undefined;
  readonly creationTime: number;
  lastUpdatedTime: number | undefined;
  deletionTime: number | undefined;
  definition: StackDefinition | undefined;
  /** The last state ending in `_COMPLETE`, while an operation or a failed one is under way. */
  stable: StableState | undefined;
  /** By logical id, what the stack holds now. */
  readonly resources = new Map<string, StackResource>();
  /** What was replaced and still exists; the clean-up deletes it. */
  replaced: StackResource[] = [];
  /** What was deleted together with the stack, for who still asks. */
  readonly deletedResources = new Map<string, StackResource>();
  outputs: readonly StackOutput[] = [];
  /** Names of exports that this stack's values use. */
  readonly imports = new Set<string>();
  readonly changeSets = new Map<string, ChangeSet>();
  changeSetId: string | undefined;
  capabilities: readonly string[] = [];
  roleArn: string | undefined;
  disableRollback = false;
  /** Whether the operation under way leaves what it did when something fails. */
  keepsAfterFailure = false;
  retainExceptOnCreate = false;
  terminationProtection = false;
  /** Settles when the operation under way has ended; of a nested stack, its part of its parent's operation. */
  settled: Promise<void> = Promise.resolve();
  /** Whether a nested stack has come to the clean-up that its parent's operation ends with, or undoes. */
  awaitsParent = false;
  private readonly log: EventLog;
  private operationId: string;
  private clientRequestToken: string | undefined;

  constructor(
    readonly identity: StackIdentity,
    private readonly clock: Clock,
    private readonly random: () => number,
    /** The stack that it is a resource of. */
    readonly parent?: Stack,
  ) {
    this.log = new EventLog(clock, random);
    this.creationTime = clock.now();
    this.operationId = randomUuid(random);
  }

  get name(): string {
    return this.identity.stackName;
  }

  get id(): string {
    return this.identity.stackId;
  }

  /** The outermost of the stacks that it is nested in; itself where it is not nested. */
  get root(): Stack {
    return this.parent?.root ?? this;
  }

  /** Of the operation that was begun last. */
  get facts(): OperationFacts {
    return { clientRequestToken: this.clientRequestToken };
  }

  get isInProgress(): boolean {
    return this.status.endsWith('_IN_PROGRESS') && this.status !== 'REVIEW_IN_PROGRESS';
  }

  get isDeleted(): boolean {
    return this.status === 'DELETE_COMPLETE';
  }

  get events() {
    return this.log.newestFirst();
  }

  /** Begins an operation: an id of its own, and the status it begins with. */
  begin(status: StackStatus, reason: string | undefined, facts?: OperationFacts): void {
    this.operationId = randomUuid(this.random);
    if (facts) this.clientRequestToken = facts.clientRequestToken;
    this.enter(status, reason);
  }

  enter(status: StackStatus, reason?: string): void {
    this.status = status;
    this.statusReason = reason;
    this.addEvent(this.name, this.id, 'AWS::CloudFormation::Stack', status, reason, undefined);
    // So descriptions of real stacks have it, those that were rolled back to nothing among them.
    if (status === 'DELETE_IN_PROGRESS' || status === 'ROLLBACK_IN_PROGRESS') this.deletionTime = this.clock.now();
  }

  /** Records the resource in its new status, with an event. */
  record(
    resource: StackResource,
    status: ResourceStatus,
    reason?: string,
    eventProperties = resource.properties,
  ): StackResource {
    const timestamp = this.resourceEvent(resource, status, reason, eventProperties);
    const recorded = { ...resource, status, reason, timestamp };
    this.resources.set(resource.logicalId, recorded);
    return recorded;
  }

  /** An event alone, for a physical resource that is no longer the logical id's own. */
  resourceEvent(
    resource: StackResource,
    status: ResourceStatus,
    reason?: string,
    eventProperties = resource.properties,
  ): number {
    const physicalId = resource.state?.physicalId ?? '';
    return this.addEvent(resource.logicalId, physicalId, resource.type, status, reason, eventProperties);
  }

  private addEvent(
    logicalId: string,
    physicalId: string,
    resourceType: string,
    status: string,
    reason: string | undefined,
    properties: Properties | undefined,
  ): number {
    const { operationId, clientRequestToken } = this;
    return this.log.add(
      { operationId, clientRequestToken, logicalId, physicalId, resourceType, status, reason, properties },
      logicalId === this.name && resourceType === 'AWS::CloudFormation::Stack',
    );
  }
}
