import type { Connection, Lag } from '@aws-sdk/client-direct-connect';
import type { ErrorFacts } from '../aws/errors';
import type { Operation } from '../cloudformation/operation';
import type { Resource, Stack } from '../cloudformation/stack';
import type { Pair } from '../pair';
import type { ConnectionRecord, Owner, Place } from '../record/record';
import type { Obstacle } from './capacity';

/** The calls that change something. */
export type Write =
  | {
      readonly do: 'associate';
      readonly pair: Pair;
      /** The LAG that AWS takes the connection out of in the same call. */
      readonly movesFrom?: string;
    }
  | { readonly do: 'disassociate'; readonly pair: Pair }
  | { readonly do: 'lower minimum links'; readonly lagId: string; readonly minimumLinks: number };

/** The calls that look, and the calls that write. */
export type Call =
  | { readonly do: 'describe connection'; readonly connectionId: string }
  | { readonly do: 'describe LAG'; readonly lagId: string }
  | { readonly do: 'describe virtual interfaces'; readonly lagId: string }
  | { readonly do: 'describe hosted connections'; readonly lagId: string }
  | { readonly do: 'describe stack' }
  | { readonly do: 'describe operation' }
  | { readonly do: 'read record'; readonly connectionId: string }
  | { readonly do: 'describe resource'; readonly owner: Owner }
  | Write;

/** What to do next. */
export type Step =
  | Call
  /** AWS accepted a change that Describe does not show yet: look again later, and do not repeat it. */
  | { readonly do: 'wait'; readonly for: Write }
  /** The LAG is full, of what the same rollback is about to take out: look again later. */
  | { readonly do: 'wait for a slot'; readonly lagId: string; readonly connectionId: string }
  /**
   * The link is not up yet.
   *
   * `seconds`: how long to wait at most; absent: as long as there is time
   */
  | { readonly do: 'wait until available'; readonly connectionId: string; readonly seconds?: number }
  /** A link that is up is about to be interrupted: to be counted first among those of its LAGs that are down. */
  | {
      readonly do: 'take a turn';
      readonly lagIds: readonly string[];
      readonly connectionId: string;
      readonly most: number;
    }
  /** Too many links of the LAGs are down. `behind`: which ones. */
  | {
      readonly do: 'wait for a turn';
      readonly lagIds: readonly string[];
      readonly connectionId: string;
      readonly behind: readonly string[];
    }
  /** Another connection than the event's own stays where traffic runs. */
  | { readonly do: 'leave'; readonly outage: Outage }
  /** The goal cannot be reached; what was left on the way to it is to be put back. */
  | { readonly do: 'give up'; readonly failure: Failure }
  | {
      readonly do: 'succeed';
      readonly physicalId: string;
      readonly connection?: Connection;
      /** Why the connection is left where it is, though the event asks for something else: for the log. */
      readonly because?: string;
    }
  | { readonly do: 'fail'; readonly physicalId: string; readonly reason: string };

/** A connection is the last operational link of a LAG, and the LAG carries something. */
export interface Outage {
  readonly problem: 'outage';
  readonly connectionId: string;
  readonly last: 'operational link' | 'member';
  readonly lagId: string;
  readonly carries: readonly string[];
}

/** Why a goal was given up. */
export type Failure =
  | { readonly problem: 'connection gone'; readonly connectionId: string }
  | { readonly problem: 'in another LAG'; readonly lagId: string }
  /** `by`: logical id of another membership. */
  | { readonly problem: 'taken'; readonly lagId: string; readonly by: string }
  | { readonly problem: 'LAG cannot take it'; readonly obstacle: Obstacle }
  /** AWS refused a call for good. */
  | { readonly problem: 'refused'; readonly call: Call; readonly error: ErrorFacts }
  /** The connection is in the LAG, but its link did not come up in time. `seconds`: absent where all the time was waited. */
  | { readonly problem: 'not available'; readonly seconds?: number; readonly state: string }
  /** So many links of a LAG would have stayed operational, and at least so many are asked for. */
  | {
      readonly problem: 'too few links';
      readonly lagId: string;
      readonly members: number;
      readonly operational: number;
      readonly least: number;
      readonly asked: 'the LAG' | 'minLinksInService';
    }
  | Outage
  /** Other links of the LAGs were down for all of the time. */
  | { readonly problem: 'no turn'; readonly behind: readonly string[]; readonly most: number }
  /** The stack's members of a LAG cannot all be as it declares them. */
  | { readonly problem: 'plan'; readonly lagId: string; readonly why: string; readonly remedy: string }
  /** CloudFormation is not at work on the resource: the event is late, or not from CloudFormation. */
  | { readonly problem: 'not asked'; readonly logicalId: string; readonly found: string }
  /** Nothing may be written for this event any more. */
  | { readonly problem: 'barred'; readonly why: string }
  /** The record could not be read or written. */
  | { readonly problem: 'no record'; readonly error: ErrorFacts }
  /** The time budget ended: what was tried, in words, and the last error. */
  | { readonly problem: 'out of time'; readonly tried: string; readonly error?: ErrorFacts };

/**
 * What is known so far. A connection or LAG that is not here was not looked at, or is no longer trusted: every write
 * that did not clearly succeed takes the connection out, so that the next step looks before anything is repeated.
 */
export interface View {
  readonly connections: ReadonlyMap<string, Connection | 'not found'>;
  /** Each connection as it was last seen, trusted or not: for a reason's words alone. */
  readonly lastSeen: ReadonlyMap<string, Connection>;
  readonly lags: ReadonlyMap<string, Lag | 'not found'>;
  readonly stack?: Stack;
  /** What is happening to the stack, where the event is a Delete. */
  readonly operation?: Operation;
  /** What CloudFormation says of the resources of claims, the event's own among them, by {@link ownerKey}. */
  readonly resources: ReadonlyMap<string, Resource | 'not found'>;
  /** How often the event's own resource was looked at. */
  readonly ownLooks: number;
  /** What LAGs carry, by the {@link callKey} of the look. */
  readonly carried: ReadonlyMap<string, readonly string[]>;
  /** The LAGs in which the event may interrupt a link, each with the connections that other events interrupt there. */
  readonly turns: ReadonlyMap<string, readonly string[]>;
  /** Links of a LAG that are interrupted, and need not be seen to be down yet: by other events, and by this one just now. */
  readonly interruptedIn: (lagId: string) => readonly string[];
  /** Other connections than the event's own that are left where traffic runs. */
  readonly left: ReadonlyMap<string, Outage>;
  /** Connections that AWS has refused to change while another change of them is under way. */
  readonly inTransition: ReadonlySet<string>;
  /** Connections whose link this invocation has interrupted. */
  readonly interrupted: ReadonlySet<string>;
  /** Whether this event has interrupted a link that was up. */
  readonly hasInterrupted: (connectionId: string) => boolean;
  /** The membership that the event is for. */
  readonly owner: Owner;
  /** What is known of a connection from events before; `undefined` where it was not read. */
  readonly record: (connectionId: string) => ConnectionRecord | undefined;
  /** The connections that the event gives up, and those that earlier events have left behind. */
  readonly others: readonly string[];
  /** Why nothing may be written for this event, in words; absent where it may. */
  readonly barred?: string | undefined;
  /** Set where the table that says more is gone, and so nothing may be written. */
  readonly missing?: ErrorFacts | undefined;
  /** Calls that AWS accepted, by {@link callKey}. */
  readonly accepted: ReadonlySet<string>;
  /** Calls that AWS refused for good, by {@link refusalKey}. */
  readonly refused: ReadonlyMap<string, ErrorFacts>;
  /** The time to wait for the link is over. */
  readonly waitedForLink?: boolean;
  /** The time to wait for a turn is over. */
  readonly waitedForTurn?: boolean;
  /** The time to wait for a slot is over. */
  readonly waitedForSlot?: boolean;
  /** Why the goal was given up; from then on only what was left is put back. */
  readonly failure?: Failure;
  /** Set when the time for putting back has ended too. */
  readonly outOfTime?: boolean;
}

export function ownerKey({ stackId, logicalId }: Owner): string {
  return `${logicalId} of ${stackId}`;
}

/** Where the connection of a write is before it, as far as the decision was based on that. */
export function placeBefore(call: Write): Place {
  if (call.do === 'disassociate') return { lagId: call.pair.lagId };
  return call.do === 'associate' && call.movesFrom !== undefined ? { lagId: call.movesFrom } : {};
}

/** Where the connection of a write is after it. */
export function placeAfter(call: Write): Place {
  return call.do === 'associate' ? { lagId: call.pair.lagId } : {};
}

export function isWrite(step: Step): step is Write {
  return step.do === 'associate' || step.do === 'disassociate' || step.do === 'lower minimum links';
}

export function callKey(call: Call): string {
  switch (call.do) {
    case 'describe stack':
    case 'describe operation':
      return call.do;
    case 'describe resource':
      return `${call.do} ${ownerKey(call.owner)}`;
    case 'describe connection':
    case 'read record':
      return `${call.do} ${call.connectionId}`;
    case 'describe LAG':
    case 'describe virtual interfaces':
    case 'describe hosted connections':
      return `${call.do} ${call.lagId}`;
    case 'lower minimum links':
      return `${call.do} of ${call.lagId} to ${call.minimumLinks}`;
    default:
      return `${call.do} ${call.pair.connectionId} ${call.pair.lagId}`;
  }
}

export function giveUp(failure: Failure): Step {
  return { do: 'give up', failure };
}

/** AWS may refuse to move a connection out of a LAG into one that it lets a standalone connection join. */
export function refusalKey(call: Call): string {
  const movesFrom = call.do === 'associate' ? call.movesFrom : undefined;
  return movesFrom === undefined ? callKey(call) : `${callKey(call)} out of ${movesFrom}`;
}

/** A call that looks, unless it was refused for good. */
export function look(call: Call, view: View): Step {
  const error = view.refused.get(refusalKey(call));
  return error === undefined ? call : giveUp({ problem: 'refused', call, error });
}

/** A write, unless it may not be done or was refused for good, or is done and does not show yet. */
export function write(call: Write, view: View): Step {
  if (view.barred !== undefined) return giveUp({ problem: 'barred', why: view.barred });
  if (view.missing !== undefined) return giveUp({ problem: 'no record', error: view.missing });
  const error = view.refused.get(refusalKey(call));
  if (error !== undefined) return giveUp({ problem: 'refused', call, error });
  const outage = 'pair' in call ? view.left.get(call.pair.connectionId) : undefined;
  if (outage !== undefined) return giveUp(outage);
  return view.accepted.has(callKey(call)) ? { do: 'wait', for: call } : call;
}
