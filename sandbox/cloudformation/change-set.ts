import type { StackDefinition } from './stack-definition';

export interface ChangeDetail {
  readonly attribute: 'Properties' | 'Metadata' | 'DeletionPolicy' | 'UpdateReplacePolicy';
  /** The property. */
  readonly name?: string;
  readonly requiresRecreation: 'Never' | 'Conditionally' | 'Always';
  /** `Dynamic` where the value is known only when the change is made. */
  readonly evaluation: 'Static' | 'Dynamic';
  /** What makes it dynamic: a logical id, or `logicalId.attribute`; absent where a nested stack itself may change. */
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
  readonly includeNestedStacks: boolean;
  readonly changes: readonly Change[];
}

/** AWS's texts for the same thing: of a change set, and of UpdateStack. */
export const noChangesInChangeSet =
  "The submitted information didn't contain changes. Submit different information to create a change set.";
export const noUpdates = 'No updates are to be performed.';

/** The kind of a dynamic value, for `ChangeSource`. */
export const changeSourceOf = ({ evaluation, causingEntity }: ChangeDetail): string => {
  if (evaluation === 'Static') return 'DirectModification';
  if (causingEntity === undefined) return 'Automatic';
  return causingEntity.includes('.') ? 'ResourceAttribute' : 'ResourceReference';
};
