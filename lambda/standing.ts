import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import type { Pair } from './event';
import { type Association, type Entry, sentAt } from './journal';

/** Where an event stands among the events of its resource. */
export interface Standing {
  /** Why nothing may be written for this event, in words; absent where it may. */
  readonly barred?: string;
  /** This event has put its connection into its LAG, or was about to: it did not find it there. */
  readonly association?: Association;
  /** An earlier event may still have a write on its way. */
  readonly waitsForEarlier: boolean;
  /**
   * What earlier events put into a LAG and no Delete has taken out. Where CloudFormation did not wait for such an
   * event, it does not know of that connection, and the event that it sends instead has to take it away.
   */
  readonly earlierAssociations: readonly Association[];
  /**
   * Where the resource itself may have put a connection beside what CloudFormation believes: for each connection, the pair
   * of the last event that reached its goal, and what events that failed since then have associated.
   */
  readonly ownPairs: readonly Pair[];
}

/**
 * How long an event that was overtaken may still have a write on its way: it looks into the journal before each write,
 * so this is one call and its time-out. Milliseconds.
 */
const LAST_WRITE = 30_000;

/** How long after its beginning an event can still be at work: three invocations and the waits between. Milliseconds. */
const LIFETIME = 50 * 60_000;

/**
 * How long CloudFormation waits for an answer unless the resource says otherwise, in seconds. Source: user guide,
 * `ServiceTimeout` of AWS::CloudFormation::CustomResource.
 */
const SERVICE_TIMEOUT = 3600;

/**
 * @param entries the journal of the event's resource, this event among them
 * @param now milliseconds since 1970-01-01T00:00Z
 */
export function standingOf(event: CloudFormationCustomResourceEvent, entries: readonly Entry[], now: number): Standing {
  const own = entries.find(entry => entry.requestId === event.RequestId);
  const sent = sentAt(event);
  const me = { beganAt: own?.beganAt ?? now, ...(sent === undefined ? {} : { sentAt: sent }) };
  const others = entries.filter(entry => entry.requestId !== event.RequestId);
  const earlier = others.filter(entry => isEarlier(entry, me));
  // A Delete of another connection, which the resource once had, does not concern this event.
  const concerns = (entry: Entry) =>
    entry.requestType !== 'Delete' || entry.claims?.connectionId === own?.claims?.connectionId;
  const later = others.find(entry => !isEarlier(entry, me) && concerns(entry));
  const barred = whyBarred(event, own, later, now);
  const generation = withoutDeleted(earlier);
  return {
    ...(barred === undefined ? {} : { barred }),
    ...(own?.association === undefined ? {} : { association: own.association }),
    waitsForEarlier:
      now < me.beganAt + LAST_WRITE &&
      earlier.some(entry => entry.outcome === undefined && concerns(entry) && now < entry.beganAt + LIFETIME),
    earlierAssociations: generation.flatMap(({ association }) => association ?? []),
    ownPairs: ownPairs(generation),
  };
}

/** The events that made or changed something that no Delete has taken away since. */
export function withoutDeleted(entries: readonly Entry[]): readonly Entry[] {
  const deletes = entries.filter(entry => entry.requestType === 'Delete' && entry.outcome === 'done');
  return entries.filter(
    entry =>
      entry.requestType !== 'Delete' &&
      !deletes.some(
        other =>
          other.logicalId === entry.logicalId &&
          other.claims?.connectionId === entry.claims?.connectionId &&
          isEarlier(entry, other),
      ),
  );
}

function ownPairs(generation: readonly Entry[]): readonly Pair[] {
  const connectionIds = new Set(generation.flatMap(({ claims }) => claims?.connectionId ?? []));
  return [...connectionIds].flatMap(id => {
    const ofConnection = generation.filter(({ claims }) => claims?.connectionId === id);
    const lastDone = latest(ofConnection.filter(entry => entry.outcome === 'done'));
    const since = ofConnection.filter(entry => lastDone === undefined || isEarlier(lastDone, entry));
    return [lastDone?.claims, ...since.map(({ association }) => association)].filter(pair => pair !== undefined);
  });
}

function latest(entries: readonly Entry[]): Entry | undefined {
  return entries.reduce<Entry | undefined>(
    (last, entry) => (last === undefined || isEarlier(last, entry) ? entry : last),
    undefined,
  );
}

/** Whether CloudFormation sent one event before another, as far as that can be told. */
export function isEarlier(one: Pick<Entry, 'sentAt' | 'beganAt'>, other: Pick<Entry, 'sentAt' | 'beganAt'>): boolean {
  if (one.sentAt === undefined || other.sentAt === undefined || one.sentAt === other.sentAt) {
    return one.beganAt < other.beganAt;
  }
  return one.sentAt < other.sentAt;
}

function whyBarred(
  event: CloudFormationCustomResourceEvent,
  own: Entry | undefined,
  later: Entry | undefined,
  now: number,
): string | undefined {
  if (own?.outcome !== undefined) return 'this event was answered before';
  if (later !== undefined) return `CloudFormation has sent a later event for this resource, a ${later.requestType}`;
  const sent = sentAt(event);
  const timeout = Number(event.ResourceProperties.ServiceTimeout) || SERVICE_TIMEOUT;
  const age = sent === undefined ? 0 : Math.floor(now / 1000) - sent;
  if (age >= timeout) return `this event is ${age} s old, and CloudFormation waits ${timeout} s for an answer`;
  return undefined;
}
