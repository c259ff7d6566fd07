import { AwsError } from '../aws-error';

/**
 * Every error text of the emulated service, each with where it comes from. "Seen" means that somebody published the
 * text as AWS answered it. "Unknown" means that nobody has: the text here is the sandbox's own, and a client must not
 * decide anything from it.
 */

const refused = (message: string) => new AwsError('DirectConnectClientException', message, 400);

/** Seen. */
export const transitioning = (connectionId: string) =>
  refused(`Connection ${connectionId} is in a transitioning state.`);

/** Seen (as a part of the text). */
export const connectionNotFound = (connectionId: string) =>
  refused(`Could not find Connection with ID ${connectionId}`);

/** Seen. */
export const lagNotFound = (lagId: string) => refused(`Could not find Lag with ID ${lagId}`);

/** Seen (as a part of the text): what a change of a deleted connection is answered with. */
export const connectionGone = (connectionId: string) => refused(`Connection does not exist: ${connectionId}`);

/** Seen (as a part of the text): what a change of a deleted LAG is answered with. */
export const lagGone = (lagId: string) => refused(`Lag does not exist: ${lagId}`);

/** Seen. */
export const malformedLagId = (lagId: string) => refused(`Lag ID ${lagId} has an invalid format.`);

/** Unknown; after the text for a LAG. */
export const malformedConnectionId = (connectionId: string) =>
  refused(`Connection ID ${connectionId} has an invalid format.`);

/** Seen. */
export const macSecMismatch = (connectionId: string) =>
  refused(`Connection ${connectionId} and lag should be requested MacSec at the same time`);

/** Unknown. `id` is that of a connection or LAG. */
export const noMacSec = (id: string) => refused(`${id} is not MACsec capable and cannot have MACsec keys`);

/** Unknown. `id` is that of a connection or LAG. */
export const macSecKeyPresent = (id: string, secretArn: string) =>
  refused(`MACsec key ${secretArn} is already associated with ${id}`);

/** Unknown. `id` is that of a connection or LAG. */
export const macSecKeyNotFound = (id: string, secretArn: string) =>
  refused(`MACsec key ${secretArn} is not associated with ${id}`);

/** Seen (as a part of the text), on UpdateLag. */
export const minimumLinksTooHigh = (minimumLinks: number, connections: number) =>
  refused(`MinimumLinks cannot be set higher than the number of connections: ${minimumLinks} of ${connections}`);

/** Unknown. */
export const alreadyMember = (connectionId: string, lagId: string) =>
  refused(`Connection ${connectionId} is already associated with Lag ${lagId}`);

/** Unknown. */
export const notMember = (connectionId: string, lagId: string) =>
  refused(`Connection ${connectionId} is not associated with Lag ${lagId}`);

/** Unknown. */
export const connectionUnfit = (connectionId: string, state: string) =>
  refused(`Connection ${connectionId} is in state ${state} and cannot be changed`);

/** Unknown. */
export const lagUnfit = (lagId: string, state: string) =>
  refused(`Lag ${lagId} is in state ${state} and cannot be changed`);

/** Unknown. */
export const hostedConnection = (connectionId: string) =>
  refused(`Connection ${connectionId} is a hosted connection; a Lag bundles dedicated connections`);

/** Unknown. */
export const noInterconnect = (connectionId: string) =>
  refused(`Connection ${connectionId} is not an interconnect: not a partner's, or a member of a Lag`);

/** Unknown. */
export const hostsNothing = (lagId: string) => refused(`Lag ${lagId} does not allow hosted connections`);

/** Unknown. `carrier` is the id of an interconnect or LAG. */
export const vlanTaken = (vlan: number, connectionId: string, carrier: string) =>
  refused(`VLAN ${vlan} is that of hosted connection ${connectionId} on ${carrier} already`);

/** Unknown. `what` is `location`, `bandwidth` or `device`. */
export const mismatch = (what: string, connectionId: string, ofConnection: string, lagId: string, ofLag: string) =>
  refused(`Connection ${connectionId} has ${what} ${ofConnection}, but Lag ${lagId} has ${ofLag}`);

/** Unknown. */
export const lagFull = (lagId: string, members: number, limit: number) =>
  refused(`Lag ${lagId} cannot have more connections: it has ${members} of ${limit}`);

/** Unknown. */
export const belowMinimumLinks = (connectionId: string, lagId: string, operational: number, minimumLinks: number) =>
  refused(
    `Connection ${connectionId} cannot leave Lag ${lagId}: ${operational} operational connections would be left, and its minimum is ${minimumLinks}`,
  );

/** Unknown. */
export const connectionInUse = (connectionId: string, by: string) =>
  refused(`Connection ${connectionId} has ${by} and cannot be deleted`);

/** Unknown. */
export const lagInUse = (lagId: string, by: string) => refused(`Lag ${lagId} has ${by} and cannot be deleted`);

/** Unknown. */
export const virtualInterfaceNotFound = (virtualInterfaceId: string) =>
  refused(`Virtual interface does not exist: ${virtualInterfaceId}`);

/** Unknown. */
export const virtualInterfaceUnfit = (virtualInterfaceId: string, state: string) =>
  refused(`Virtual interface ${virtualInterfaceId} is in state ${state} and cannot be changed`);

/** Unknown. `carrier` is the id of a connection or LAG. */
export const alreadyOnCarrier = (virtualInterfaceId: string, carrier: string) =>
  refused(`Virtual interface ${virtualInterfaceId} is already associated with ${carrier}`);

/** Unknown. */
export const onHostedConnection = (virtualInterfaceId: string, connectionId: string) =>
  refused(
    `Virtual interface ${virtualInterfaceId} is on the hosted connection ${connectionId} and cannot be associated with a Lag`,
  );

/** Unknown. */
export const memberOfLag = (connectionId: string, lagId: string) =>
  refused(`Connection ${connectionId} is a member of Lag ${lagId}; virtual interfaces are associated with the Lag`);

/** Unknown. `what` is a VLAN or an address, `carrier` the id of a connection or LAG. */
export const conflict = (virtualInterfaceId: string, what: string, otherId: string, carrier: string) =>
  refused(`Virtual interface ${virtualInterfaceId} has ${what}, which ${otherId} on ${carrier} has already`);

/** Unknown. */
export const resourceNotFound = (resourceArn: string) => refused(`Could not find resource with ARN ${resourceArn}`);

/** Unknown. */
export const badMember = (name: string, value: unknown, allowed: string) =>
  refused(`${name} is ${JSON.stringify(value)}; allowed: ${allowed}`);

/** Unknown; AWS's services do not agree among themselves on the answer to a missing member. */
export const missingMember = (name: string) => refused(`${name} is required`);

/** Unknown. */
export const extraMember = (name: string, beside: string) => refused(`${name} cannot be given together with ${beside}`);

/** The text is unknown; the name is the one that AWS's JSON 1.1 services share. */
export const wrongType = (name: string, allowed: string) =>
  new AwsError('SerializationException', `${name} must be ${allowed}`, 400);

/** The text is unknown; the name is in the API's model. */
export const duplicateTagKeys = (key: string) =>
  new AwsError('DuplicateTagKeysException', `Tag key ${key} is given more than once`, 400);

/** The text is unknown; the name is in the API's model. */
export const tooManyTags = (count: number, limit: number) =>
  new AwsError('TooManyTagsException', `${count} tags are more than ${limit}`, 400);

/** `denial` is the text of the authorisation. */
export const accessDenied = (denial: string) => new AwsError('AccessDeniedException', denial, 400);

/** The sandbox's own text: AWS supports more operations than the sandbox does. */
export const unknownOperation = (operation: string, supported: readonly string[]) =>
  new AwsError(
    'UnknownOperationException',
    `The sandbox's Direct Connect does not support ${operation}. It supports ${supported.join(', ')}.`,
    400,
  );
