import { type Entry, type Journal, sentAt } from '../../lambda/journal';
import type { Clock } from '../../sandbox/clock';

/** A journal in memory, with times of its clock: what `logStreamJournal` keeps in CloudWatch Logs. */
export function memoryJournal(clock: Clock): Journal {
  const stacks = new Map<string, Map<string, Entry>>();
  const of = (stackId: string) => {
    const entries = stacks.get(stackId) ?? new Map<string, Entry>();
    stacks.set(stackId, entries);
    return entries;
  };
  return {
    async mark(event, mark) {
      const entries = of(event.StackId);
      const sent = sentAt(event);
      const known: Entry = entries.get(event.RequestId) ?? {
        logicalId: event.LogicalResourceId,
        requestId: event.RequestId,
        requestType: event.RequestType,
        ...(sent === undefined ? {} : { sentAt: sent }),
        beganAt: clock.now(),
      };
      const change = typeof mark === 'string' ? { outcome: mark } : 'claims' in mark ? mark : { association: mark };
      entries.set(event.RequestId, { ...known, ...(change as Partial<Entry>) });
    },
    read: async (stackId, logicalId) =>
      [...of(stackId).values()].filter(entry => logicalId === undefined || entry.logicalId === logicalId),
  };
}
