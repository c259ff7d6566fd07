import type { Connection } from '@aws-sdk/client-direct-connect';
import type { ErrorFacts } from '../aws/errors';
import type { Request } from '../cloudformation/event';
import { NO_TABLE } from '../record/record';
import { members, NO_SUCH_LAG } from './capacity';
import type { Call, Failure, Outage, View } from './step';

/** What to do before a LAG loses its last link. */
export const MOVE_AWAY =
  'Move these first (aws directconnect associate-virtual-interface, or associate-hosted-connection)';

/**
 * The reason of a failed answer. Its first line is for a network engineer who does not know the code: the pair, what
 * AWS said, where the connection is now, what to do.
 */
export function failureReason(request: Request, view: View, failure: Failure): string {
  const { what, why, remedy } = explain(request, view, failure);
  const isCounted = failure.problem !== 'barred' && failure.problem !== 'not asked';
  const parts = [`${what}: ${why}.`, whereNow(request, view), remedy, isCounted ? byHand(request, view) : ''];
  return parts.filter(part => part !== '').join(' ');
}

function explain(request: Request, view: View, failure: Failure) {
  const pair = request.pair;
  const what =
    request.type === 'Delete'
      ? `Connection ${request.connectionId ?? request.physicalId} could not be taken out of LAG ${pair?.lagId ?? 'it is in'}`
      : `Connection ${request.pair.connectionId} could not be put into LAG ${request.pair.lagId}`;
  switch (failure.problem) {
    case 'connection gone': {
      const connection = view.connections.get(failure.connectionId);
      const why =
        connection === undefined || connection === 'not found'
          ? `there is no such connection ${home(request, view)}`
          : `the connection is ${connection.connectionState}`;
      return { what, why, remedy: 'Correct connectionId, or order the connection first.' };
    }
    case 'in another LAG':
      return {
        what,
        why: `it is in LAG ${failure.lagId}, which this resource does not own`,
        remedy: `Take it out of ${failure.lagId} first, or correct lagId. Nothing was changed.`,
      };
    case 'taken':
      return {
        what,
        why: `it was in LAG ${failure.lagId}, and ${failure.by}, which declares it too, has taken it out of there since`,
        remedy: 'Declare the connection in one membership only, then deploy again.',
      };
    case 'LAG cannot take it':
      return {
        what,
        why: failure.obstacle.why === NO_SUCH_LAG ? `${NO_SUCH_LAG} ${home(request, view)}` : failure.obstacle.why,
        remedy: failure.obstacle.remedy,
      };
    case 'not available':
      return {
        what,
        why: `it joined, but its link was still ${failure.state}${failure.seconds === undefined ? ' when time was over' : ` after ${failure.seconds} s`}`,
        remedy:
          'Check the cross-connect and the router at its other end, wait longer (waitForAvailable), or do not wait.',
      };
    case 'too few links': {
      const { lagId, members, operational, least, asked } = failure;
      return {
        what,
        why: `${operational} operational links would be left in ${lagId}, of ${members} members, and ${asked} asks for at least ${least}`,
        remedy:
          asked === 'the LAG'
            ? `${lowerMinimum(request, view, lagId)} Nothing was taken out.`
            : `Lower minLinksInService, or bring another member up, then ${verb(request)} again. Nothing was taken out.`,
      };
    }
    case 'outage':
      return {
        what,
        why: outageIn(failure),
        remedy: `${MOVE_AWAY}, bring another member up, or set allowOutage. The link was left where traffic runs.`,
      };
    case 'no turn':
      return {
        what,
        why: `${failure.behind.join(', ')} ${failure.behind.length === 1 ? 'is' : 'are'} down or pending, and at most ${failure.most} of its LAG may be down at once`,
        remedy: `Look after ${failure.behind.length === 1 ? 'that link' : 'these links'}, or raise maxUnavailable, then ${verb(request)} again.`,
      };
    case 'plan':
      return {
        what,
        why: `the stack's members of ${failure.lagId} cannot all be as declared: ${failure.why}`,
        remedy: `${failure.remedy} Nothing was changed.`,
      };
    case 'no record':
      return {
        what,
        why: `the provider's table, where the handler keeps its record, could not be used: ${said(failure.error)}`,
        remedy:
          failure.error.name === NO_TABLE
            ? 'Restore it under its name from the backup that DynamoDB keeps of a deleted table for 35 days, then deploy ' +
              'again. Without its record the handler writes nothing, but for deletions.'
            : "Allow dynamodb:GetItem and dynamodb:PutItem on it to the handler's role, and in a VPC give its subnets a way to " +
              'DynamoDB. Without its record the handler writes nothing.',
      };
    case 'not asked':
      return {
        what,
        why: `CloudFormation is not at work on ${failure.logicalId} in this way: it says ${failure.found}`,
        remedy:
          'Nothing was written for it. If it was a deployment, deploy again; if it was none, look who may invoke the function.',
      };
    case 'barred':
      return {
        what,
        why: failure.why,
        remedy: 'Nothing was written for it; what CloudFormation asks for now is what counts.',
      };
    case 'refused':
      return {
        what,
        why: refusal(view, failure.call, failure.error),
        remedy: remedyOf(request, view, failure.call, failure.error),
      };
    case 'out of time': {
      const last = failure.error === undefined ? '' : `; the last error was ${said(failure.error)}`;
      return {
        what,
        why: `Direct Connect did not get it done in time (${failure.tried})${last}`,
        remedy: 'Look at the AWS Health Dashboard, then deploy again: what is in place already is not done twice.',
      };
    }
  }
}

export function outageIn({ connectionId, last, lagId, carries }: Outage): string {
  return `${connectionId} is the last ${last} of ${lagId}, which carries ${carries.join(', ')}`;
}

function refusal(view: View, call: Call, error: ErrorFacts): string {
  const links = minimumInTheWay(call, view);
  if (links !== undefined) {
    return (
      `${said(error)}. The LAG has ${links.members} members, ${links.operational} of them operational, ` +
      `and asks for at least ${links.minimum}`
    );
  }
  return `${call.do.startsWith('describe') ? `to ${call.do}, ` : ''}${said(error)}`;
}

/** The numbers of the LAG that a connection was to leave, where they do not let it go. */
function minimumInTheWay(call: Call, view: View) {
  const lag = call.do === 'disassociate' ? view.lags.get(call.pair.lagId) : undefined;
  if (call.do !== 'disassociate' || lag === undefined || lag === 'not found') return undefined;
  const all = members(lag);
  const operational = all.filter(connection => connection.connectionState === 'available');
  const others = all.filter(connection => connection.connectionId !== call.pair.connectionId);
  const left = others.filter(connection => connection.connectionState === 'available').length;
  const minimum = lag.minimumLinks ?? 0;
  // The last member AWS lets go whatever the minimum.
  if (others.length === 0 || left >= minimum || isHosted(call.pair.connectionId, view)) return undefined;
  return { members: all.length, operational: operational.length, minimum };
}

function remedyOf(request: Request, view: View, call: Call, error: ErrorFacts): string {
  if (error.kind === 'denied') {
    return "Allow the call: look for a permissions boundary or a service control policy that denies the handler's role.";
  }
  if (error.name === 'LimitExceededException') {
    return 'Ask AWS Support for a higher quota of Direct Connect, or free what it counts, then deploy again.';
  }
  if (call.do === 'disassociate' && isHosted(call.pair.connectionId, view)) {
    return (
      `${call.pair.connectionId} is a hosted connection, a VLAN on the LAG and no member of it, which nobody can take out: ` +
      'declare no membership of it.'
    );
  }
  return call.do === 'disassociate' && minimumInTheWay(call, view) !== undefined
    ? lowerMinimum(request, view, call.pair.lagId)
    : `Correct what AWS names, then ${verb(request)} again.`;
}

function isHosted(connectionId: string, { connections, lastSeen }: View): boolean {
  const now = connections.get(connectionId);
  const seen = now === undefined || now === 'not found' ? lastSeen.get(connectionId) : now;
  return seen?.vlan !== undefined && seen.vlan !== 0;
}

function lowerMinimum(request: Request, view: View, lagId: string): string {
  const isDelete = request.type === 'Delete';
  const command = ` (aws directconnect update-lag --lag-id ${lagId} --minimum-links 0${regionOf(request, view)})`;
  return `Lower the LAG's minimum links${isDelete ? command : ''}, or bring another member up, then ${verb(request)} again.`;
}

/**
 * What is left to do where the stack's deletion went on without the membership, and took the function with it, as
 * CloudFormation does (aws-cloudformation/cloudformation-coverage-roadmap, issues 852 and 1508).
 */
function byHand(request: Request, view: View): string {
  const { connectionId } = request;
  if (request.type !== 'Delete' || connectionId === undefined) return '';
  const { stackId, logicalId } = view.owner;
  const connection = view.connections.get(connectionId);
  const lagId = connection === undefined || connection === 'not found' ? request.pair?.lagId : connection.lagId;
  const isOut = lagId === undefined || isHosted(connectionId, view);
  const takeOut =
    `take out the connection of each membership that failed (aws directconnect disassociate-connection-from-lag ` +
    `--connection-id ${connectionId} --lag-id ${lagId}${regionOf(request, view)}), and `;
  return (
    'If a second try says that the function does not exist, it went with the rest of the stack: then ' +
    `${isOut ? '' : takeOut}delete the stack with all memberships that failed retained (aws cloudformation delete-stack ` +
    `--stack-name ${stackId.split('/')[1]} --retain-resources ${logicalId}).`
  );
}

/** Where the handler looks. */
function home({ region }: Request, { owner: { stackId } }: View): string {
  return `in account ${stackId.split(':')[4]} and Region ${region}`;
}

/** Where the commands' Region is not that of the stack, which is the one that the reader works in. */
function regionOf({ region }: Request, { owner: { stackId } }: View): string {
  return region === stackId.split(':')[3] ? '' : ` --region ${region}`;
}

function verb({ type }: Request): string {
  return type === 'Delete' ? 'delete' : 'deploy';
}

function said(error: ErrorFacts): string {
  const requestId = error.awsRequestId === undefined ? '' : `, AWS request id ${error.awsRequestId}`;
  return `AWS said "${error.message.replace(/[\s.]+$/, '')}" (${error.name}${requestId})`;
}

function whereNow(request: Request, view: View): string {
  const ids = new Set(
    [request.type === 'Update' ? request.oldPair?.connectionId : undefined, request.pair?.connectionId].filter(
      id => id !== undefined,
    ),
  );
  return [...ids].map(id => describeConnection(id, view.connections.get(id), view.lastSeen.get(id))).join(' ');
}

function describeConnection(
  id: string,
  now: Connection | 'not found' | undefined,
  lastSeen: Connection | undefined,
): string {
  if (now === 'not found') return '';
  if (now !== undefined) return `${id} is now ${placeOf(now)}.`;
  return `Where ${id} is now could not be seen${lastSeen === undefined ? '' : `; it was last seen ${placeOf(lastSeen)}`}.`;
}

function placeOf({ lagId, connectionState }: Connection): string {
  return `${lagId === undefined ? 'standalone' : `in LAG ${lagId}`} and ${connectionState ?? 'in an unknown state'}`;
}
