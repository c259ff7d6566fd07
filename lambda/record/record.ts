/** An event of a membership, as far as the events after it have to know it. */
export interface EventMark {
  readonly requestId: string;
  /** `Create`, `Update` or `Delete`. */
  readonly requestType: string;
  /** When CloudFormation sent it, in whole seconds since 1970-01-01T00:00Z; absent where its ResponseURL does not say. */
  readonly sentAt?: number;
  /** Set where the event is about another connection of the membership, and concerns this one too. */
  readonly byTheWay?: boolean;
  /** Set when it is settled: nothing is written for it any more. */
  readonly outcome?: 'done' | 'failed';
}

/** Where a connection is: in a LAG, or standalone. */
export interface Place {
  readonly lagId?: string;
}

export interface Move {
  /** Request id of the event. */
  readonly by: string;
  /** Milliseconds since 1970-01-01T00:00Z. */
  readonly at: number;
  readonly from: Place;
  /** Whether the link was up before one of the event's writes, and so was interrupted. */
  readonly wasUp?: boolean;
}

/** What one membership of one stack has to do with a connection. */
export interface Claim {
  readonly stackId: string;
  readonly logicalId: string;
  /** The newest event of the membership that is about this connection. */
  readonly event: EventMark;
  /** Request id of the newest event that wanted the connection, and did not give it up. */
  readonly wantedBy?: string;
  /** Request ids of the events before it, the newest last: where two were sent in the same second, the order of arrival counts. */
  readonly before: readonly string[];
  /** When the membership came to the connection: milliseconds since 1970-01-01T00:00Z; 0 where that was before the record. */
  readonly since: number;
  /** The LAG that its newest Create or Update asks for. */
  readonly lagId?: string;
  /** The physical id, from the first event on that reached its goal. */
  readonly physicalId?: string;
  /**
   * Where the connection was before the membership had it: known from the first write on, or once it was found in place.
   * Absent where it has not come to that, or that was before the record.
   */
  readonly found?: Place;
  /** When and from where its newest events took the connection away, the newest last: what there is to go back to. */
  readonly moves: readonly Move[];
  /** LAGs in which the membership itself may have left it. */
  readonly places: readonly string[];
  /** The connection for which an Update gives this one up. */
  readonly replacement?: string;
  /** Set where an Update has given the connection up since it was last wanted: its Delete is CloudFormation's to send. */
  readonly givenUp?: boolean;
  /** Whether the template retains the connection: it stays in its LAG when the membership goes, and no Delete comes for it. */
  readonly retained?: boolean;
  /** When the membership gave the connection up for good: milliseconds since 1970-01-01T00:00Z. Kept for late events. */
  readonly gone?: number;
}

/** What is known of one connection. It is one item of the table, and changes as a whole. */
export interface ConnectionRecord {
  /** The newest last. */
  readonly claims: readonly Claim[];
  /** A write that may be on its way to Direct Connect. */
  readonly writing?: {
    readonly by: string;
    /** When it has come to its end in any case: milliseconds since 1970-01-01T00:00Z. */
    readonly until: number;
    /** Where it leads. */
    readonly to: Place;
  };
  /** The last write that has come to its end, and when: Describe may not show it yet. */
  readonly wrote?: Wrote;
}

export interface Wrote {
  readonly to: Place;
  /** Milliseconds since 1970-01-01T00:00Z. */
  readonly at: number;
}

/** What the error of a table that does not exist is called. Source: API reference, DynamoDB GetItem. */
export const NO_TABLE = 'ResourceNotFoundException';

/** A membership's name among all. */
export type Owner = Pick<Claim, 'stackId' | 'logicalId'>;

export function sameOwner(one: Owner, other: Owner): boolean {
  return one.stackId === other.stackId && one.logicalId === other.logicalId;
}

export function claimOf(record: ConnectionRecord | undefined, owner: Owner): Claim | undefined {
  return record?.claims.find(claim => sameOwner(claim, owner));
}

/** Claims of other memberships that want the connection in that LAG, and have not given it up for another. */
export function otherClaims(record: ConnectionRecord | undefined, owner: Owner, lagId: string): readonly Claim[] {
  return (record?.claims ?? []).filter(
    claim =>
      !sameOwner(claim, owner) &&
      claim.gone === undefined &&
      (claim.replacement === undefined || claim.wantedBy === claim.event.requestId) &&
      claim.event.requestType !== 'Delete' &&
      claim.lagId === lagId,
  );
}
