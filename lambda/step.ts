import type { Connection, Lag } from '@aws-sdk/client-direct-connect';
import type { ErrorFacts } from './errors';
import type { Pair } from './event';
import type { Failure } from './reason';
import type { Stack } from './stack';
import type { Standing } from './standing';

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
  | { readonly do: 'describe stack' }
  | { readonly do: 'describe claims' }
  | Write;

/** What to do next. */
export type Step =
  | Call
  /** AWS accepted a change that Describe does not show yet: look again later, and do not repeat it. */
  | { readonly do: 'wait'; readonly for: Write }
  /** The connection is in the LAG; its link is not up yet, and the request asks to wait for that. */
  | { readonly do: 'wait until available'; readonly connectionId: string }
  /** The goal cannot be reached; what was left on the way to it is to be put back. */
  | { readonly do: 'give up'; readonly failure: Failure }
  | { readonly do: 'succeed'; readonly physicalId: string; readonly connection?: Connection }
  | { readonly do: 'fail'; readonly physicalId: string; readonly reason: string };

/**
 * What is known so far. A connection or LAG that is not here was not looked at, or is no longer trusted: every write
 * that did not clearly succeed takes the connection out, so that the next step looks before anything is repeated.
 */
export interface View {
  readonly connections: ReadonlyMap<string, Connection | 'not found'>;
  /** Each connection as it was last seen, trusted or not: for a reason's words alone. */
  readonly lastSeen?: ReadonlyMap<string, Connection>;
  readonly lags: ReadonlyMap<string, Lag | 'not found'>;
  readonly stack?: Stack;
  /** The connections that other resources of the stack have or want. */
  readonly claims?: ReadonlySet<string>;
  /** Where the event stands among those of its resource. */
  readonly standing: Standing;
  /** Calls that AWS accepted, by {@link callKey}. */
  readonly accepted: ReadonlySet<string>;
  /** Calls that AWS refused for good, by {@link callKey}. */
  readonly refused: ReadonlyMap<string, ErrorFacts>;
  /** The time to wait for the link is over. */
  readonly waitedForLink?: boolean;
  /** Why the goal was given up; from then on only what was left is put back. */
  readonly failure?: Failure;
  /** Set when the time for putting back has ended too. */
  readonly outOfTime?: boolean;
}

export function callKey(call: Call): string {
  switch (call.do) {
    case 'describe stack':
    case 'describe claims':
      return call.do;
    case 'describe connection':
      return `${call.do} ${call.connectionId}`;
    case 'describe LAG':
      return `${call.do} ${call.lagId}`;
    case 'lower minimum links':
      return `${call.do} of ${call.lagId} to ${call.minimumLinks}`;
    default:
      return `${call.do} ${call.pair.connectionId} ${call.pair.lagId}`;
  }
}
