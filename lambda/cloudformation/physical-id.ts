/**
 * What a physical id says of a membership: the connection, and how the pair came to be.
 *
 * - `dxcon-…`: the Create put the connection into the LAG;
 * - `dxcon-…/adopted`: the Create found it there;
 * - `dxcon-…/from/dxlag-…`: the Create moved it there, out of a LAG that the resource did not own.
 *
 * The second part is for who reads it, and for the day when the record is lost.
 */
export interface MembershipId {
  readonly connectionId: string;
  readonly adopted: boolean;
  readonly movedFrom?: string;
}

/**
 * @param found where the connection was found
 * @param lagId of the pair
 */
export function formatPhysicalId(connectionId: string, found: { readonly lagId?: string }, lagId: string): string {
  if (found.lagId === lagId) return `${connectionId}/adopted`;
  return found.lagId === undefined ? connectionId : `${connectionId}/from/${found.lagId}`;
}

/** @returns `undefined` for an id that is not a membership's: CloudFormation invents one where no answer gave it one */
export function parsePhysicalId(physicalId: string): MembershipId | undefined {
  const match = /^(dxcon-[a-z0-9]{8,21})(?:\/(adopted)|\/from\/(dxlag-[a-z0-9]{8,21}))?$/.exec(physicalId);
  const [, connectionId, adopted, movedFrom] = match ?? [];
  if (connectionId === undefined) return undefined;
  return { connectionId, adopted: adopted !== undefined, ...(movedFrom === undefined ? {} : { movedFrom }) };
}
