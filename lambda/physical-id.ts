/**
 * What a physical id says of a membership: the connection, and how the pair came to be.
 *
 * - `dxcon-…`: the Create put the connection into the LAG;
 * - `dxcon-…/adopted`: the Create found it there;
 * - `dxcon-…/from/dxlag-…`: the Create moved it there, out of a LAG that the resource did not own.
 *
 * The second part matters to a rollback alone, which is to leave things as they were found.
 */
export interface MembershipId {
  readonly connectionId: string;
  readonly adopted: boolean;
  readonly movedFrom?: string;
}

export function formatPhysicalId({ connectionId, adopted, movedFrom }: MembershipId): string {
  if (adopted) return `${connectionId}/adopted`;
  return movedFrom === undefined ? connectionId : `${connectionId}/from/${movedFrom}`;
}

/** @returns `undefined` for an id that is not a membership's: CloudFormation invents one where no answer gave it one */
export function parsePhysicalId(physicalId: string): MembershipId | undefined {
  const match = /^(dxcon-[a-z0-9]{8,21})(?:\/(adopted)|\/from\/(dxlag-[a-z0-9]{8,21}))?$/.exec(physicalId);
  const [, connectionId, adopted, movedFrom] = match ?? [];
  if (connectionId === undefined) return undefined;
  return { connectionId, adopted: adopted !== undefined, ...(movedFrom === undefined ? {} : { movedFrom }) };
}
