import type { Connection, Lag } from '@aws-sdk/client-direct-connect';

/** Why a LAG cannot take a connection, and what to do about it. */
export interface Obstacle {
  /** Continues "Connection … cannot join LAG …: ". */
  readonly why: string;
  readonly remedy: string;
}

/** To be followed by the account and the Region. */
export const NO_SUCH_LAG = 'there is no such LAG';

/** Fast connections are the fewer: AWS, "Link aggregation groups": 2 of 100 Gbps or 400 Gbps, 4 of any slower. */
const MEMBER_LIMITS: { readonly [bandwidth: string]: number } = { '100Gbps': 2, '400Gbps': 2 };
const MEMBER_LIMIT = 4;

/** How many members a LAG takes. */
export function memberLimit({ connectionsBandwidth = '' }: Lag): number {
  return MEMBER_LIMITS[connectionsBandwidth] ?? MEMBER_LIMIT;
}

/** A connection that Direct Connect still lists, but that is no more. */
export function isGone(connection: Connection | 'not found'): connection is 'not found' {
  return connection === 'not found' || ['deleted', 'deleting', 'rejected'].includes(connection.connectionState ?? '');
}

/** The same of a LAG. */
export function isLagGone(lag: Lag | 'not found'): lag is 'not found' {
  return lag === 'not found' || ['deleted', 'deleting'].includes(lag.lagState ?? '');
}

/** The members of a LAG that take a slot. */
export function members(lag: Lag): readonly Connection[] {
  return (lag.connections ?? []).filter(connection => !isGone(connection));
}

/**
 * Everything about a LAG that can be known before a connection is moved there. AWS publishes no error texts for these,
 * so they are decided from what Describe returns. What Describe leaves out (a connection that has no device yet, say)
 * stops nothing: AWS decides then.
 *
 * Source: API reference, AssociateConnectionWithLag: same endpoint, same bandwidth; user guide, "Link aggregation
 * groups": member limits, MACsec.
 */
export function whyLagCannotTake(lag: Lag | 'not found', connection: Connection): Obstacle | undefined {
  if (lag === 'not found') {
    return { why: NO_SUCH_LAG, remedy: 'Correct lagId.' };
  }
  if (connection.vlan !== undefined && connection.vlan !== 0) {
    return {
      why: `it is a hosted connection, a VLAN (${connection.vlan}) of an AWS Direct Connect Partner's connection, and no line of its own`,
      remedy: 'Name a dedicated connection, or ask the partner.',
    };
  }
  if (lag.lagState === 'deleted' || lag.lagState === 'deleting') {
    return { why: `the LAG is ${lag.lagState}`, remedy: 'Name a LAG that exists.' };
  }
  if (differs(lag.location, connection.location)) {
    return {
      why: `the connection is at location ${connection.location}, the LAG at ${lag.location}`,
      remedy: 'Name a LAG at the location of the connection.',
    };
  }
  const [ofConnection, ofLag] = devices(connection, lag);
  if (differs(ofConnection, ofLag)) {
    return {
      why: `the connection is on device ${ofConnection}, the LAG on ${ofLag}`,
      remedy: 'Name a LAG on the same device; AWS Support can move a connection to another device.',
    };
  }
  if (differs(lag.connectionsBandwidth, connection.bandwidth)) {
    return {
      why: `the connection has ${connection.bandwidth}, the members of the LAG have ${lag.connectionsBandwidth}`,
      remedy: 'Name a LAG of the same bandwidth.',
    };
  }
  if (differs(lag.macSecCapable, connection.macSecCapable)) {
    const [capable, incapable] = lag.macSecCapable ? ['LAG', 'connection'] : ['connection', 'LAG'];
    return {
      why: `the ${capable} was requested with MACsec, the ${incapable} was not`,
      remedy: 'Name a LAG and a connection that were both requested with MACsec, or both without.',
    };
  }
  if (hasKey(connection) && !hasKey(lag)) {
    return {
      why: 'the connection has a MACsec key, which AWS drops when it joins, and the LAG has none',
      remedy:
        `Give the LAG a key first (aws directconnect associate-mac-sec-key --connection-id ${lag.lagId} --secret-arn …), ` +
        'or take the key of the connection away.',
    };
  }
  // It may be in the LAG by now, through a delivery of the same event beside this one.
  const taken = members(lag).filter(({ connectionId }) => connectionId !== connection.connectionId).length;
  const limit = memberLimit(lag);
  if (taken >= limit) {
    return {
      why: `the LAG is full: it has ${taken} of at most ${limit} members`,
      remedy: 'Take a member out of it first, or name another LAG.',
    };
  }
  return undefined;
}

/** Source: AWS's agent toolkit, "managing LAGs": a member uses the LAG's keys, and its own are dropped. */
function hasKey({ macSecKeys = [] }: Connection | Lag): boolean {
  return macSecKeys.some(({ state }) => state !== 'disassociated' && state !== 'disassociating');
}

/** Both by the newer name, or both by the older one: the two name the same device differently. */
function devices(connection: Connection, lag: Lag): readonly [string | undefined, string | undefined] {
  const both = (one: string | undefined, other: string | undefined) => Boolean(one) && Boolean(other);
  return both(connection.awsDeviceV2, lag.awsDeviceV2)
    ? [connection.awsDeviceV2, lag.awsDeviceV2]
    : [connection.awsDevice, lag.awsDevice];
}

function differs<T>(one: T | undefined, other: T | undefined): boolean {
  return one !== undefined && other !== undefined && one !== '' && other !== '' && one !== other;
}
