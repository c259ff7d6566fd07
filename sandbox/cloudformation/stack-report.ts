import type { Stack } from './stack';
import type { FindResourceType } from './template';

export interface ReportedEvent {
  /** Milliseconds since 1970-01-01T00:00Z. */
  readonly time: number;
  readonly stack: string;
  readonly logicalId: string;
  readonly resourceType: string;
  readonly status: string;
  readonly reason?: string;
}

export interface StackReport {
  readonly events: readonly ReportedEvent[];
  /** Resources of types that the sandbox does not emulate. */
  readonly placeholders: readonly { readonly stack: string; readonly logicalId: string; readonly type: string }[];
  /** The status of each stack that is not nested. */
  readonly statuses: readonly { readonly stack: string; readonly status: string }[];
}

export function reportOf(stacks: readonly Stack[], findResourceType: FindResourceType, from: number): StackReport {
  const events = stacks.flatMap(stack =>
    stack.events.map(({ timestamp, logicalId, resourceType, status, reason }) => ({
      time: timestamp,
      stack: stack.name,
      logicalId,
      resourceType,
      status,
      ...(reason !== undefined && { reason }),
    })),
  );
  return {
    events: events.filter(({ time }) => time >= from).sort((one, other) => one.time - other.time),
    placeholders: stacks.flatMap(stack =>
      [...(stack.definition?.resources ?? [])]
        .filter(([, { type }]) => findResourceType(type)?.isPlaceholder)
        .map(([logicalId, { type }]) => ({ stack: stack.name, logicalId, type })),
    ),
    statuses: stacks.filter(stack => !stack.parent).map(stack => ({ stack: stack.name, status: stack.status })),
  };
}
