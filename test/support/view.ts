import type { Connection, Lag } from '@aws-sdk/client-direct-connect';
import { readError } from '../../lambda/aws/errors';
import { DEFAULTS, type Options, type Request } from '../../lambda/cloudformation/event';
import type { Resource, Stack } from '../../lambda/cloudformation/stack';
import type { Claim, Place } from '../../lambda/record/record';
import { type Call, callKey, type Outage, ownerKey, refusalKey, type View } from '../../lambda/rules/step';
import { A, B, connection as connectionOf, CONNECTION as ID } from './network';

export { A, B, CONNECTION as ID, lag } from './network';
export const C = 'dxlag-cccccccc';
export const OTHER = 'dxcon-22222222';

export const STACK_ID = 'arn:aws:cloudformation:eu-central-1:111122223333:stack/Network/1';
export const OWNER = { stackId: STACK_ID, logicalId: 'M' };
export const RENAMED = { stackId: STACK_ID, logicalId: 'Renamed' };

export const connection = (fields: Partial<Connection> = {}): Connection => connectionOf(ID, fields);
/** Other connections of the same kind. */
export const members = (count: number, fields: Partial<Connection> = {}): Connection[] =>
  Array.from({ length: count }, (_, index) => connectionOf(`dxcon-9999999${index}`, fields));

/** What the membership that the event is for has to do with a connection. */
export const claim = (fields: Partial<Claim> = {}): Claim => ({
  ...OWNER,
  event: { requestId: 'before', requestType: 'Create', outcome: 'done' },
  before: [],
  since: 0,
  moves: [],
  places: [],
  ...fields,
});
/** A claim of another membership on a connection for a LAG. */
export const claimOfRenamed = (lagId: string, fields: Partial<Claim> = {}): Claim =>
  claim({ ...RENAMED, lagId, ...fields });

const THERE: Resource = { status: 'CREATE_COMPLETE' };

export interface Known
  extends Partial<
    Pick<
      View,
      | 'failure'
      | 'outOfTime'
      | 'waitedForLink'
      | 'waitedForSlot'
      | 'waitedForTurn'
      | 'stack'
      | 'operation'
      | 'others'
      | 'barred'
      | 'missing'
    >
  > {
  /** A text stands for the id of one that was not found. */
  readonly connections?: readonly (Connection | string)[];
  /** A text stands for the id of one that was not found. */
  readonly lags?: readonly (Lag | string)[];
  readonly accepted?: readonly Call[];
  readonly refused?: readonly (readonly [Call, unknown])[];
  /** By connection; of the event's own connections there are records, of others only where they are here. */
  readonly claims?: { readonly [connectionId: string]: readonly Claim[] };
  /** By LAG. */
  readonly carried?: { readonly [lagId: string]: readonly string[] };
  /** The LAGs of which the event has a turn, with what others interrupt there. */
  readonly turns?: { readonly [lagId: string]: readonly string[] };
  /** Other connections that are left where traffic runs. */
  readonly left?: readonly Outage[];
  /** Connections that AWS has refused to change meanwhile. */
  readonly inTransition?: readonly string[];
  /** Connections whose link the event has interrupted. */
  readonly interrupted?: readonly string[];
  /** Where the last write of a connection led, by connection. */
  readonly wrote?: { readonly [connectionId: string]: Place };
  /** What CloudFormation has, or has not. */
  readonly resources?: readonly (readonly [Claim, boolean])[];
}

export function view(known: Known = {}): View {
  const {
    connections = [],
    lags = [],
    accepted = [],
    refused = [],
    claims = {},
    wrote = {},
    resources = [],
    ...others
  } = known;
  const { carried = {}, turns = {}, interrupted = [], left = [], inTransition = [], ...rest } = others;
  const byConnection = connections.map(each => entry(each, typeof each === 'string' ? each : each.connectionId));
  const isRead = (connectionId: string) => [ID, OTHER].includes(connectionId) || connectionId in claims;
  return {
    connections: new Map(byConnection),
    lastSeen: new Map(byConnection.flatMap(([id, each]) => (each === 'not found' ? [] : [[id, each]]))),
    lags: new Map(lags.map(each => entry(each, typeof each === 'string' ? each : each.lagId))),
    resources: new Map(resources.map(([owner, isThere]) => [ownerKey(owner), isThere ? THERE : 'not found'])),
    ownLooks: 0,
    carried: new Map(
      Object.entries(carried).flatMap(([lagId, ids]) => [
        [callKey({ do: 'describe virtual interfaces', lagId }), ids],
        [callKey({ do: 'describe hosted connections', lagId }), []],
      ]),
    ),
    turns: new Map(Object.entries(turns)),
    interruptedIn: lagId => turns[lagId] ?? [],
    left: new Map(left.map(each => [each.connectionId, each])),
    inTransition: new Set(inTransition),
    interrupted: new Set(interrupted),
    hasInterrupted: connectionId => interrupted.includes(connectionId),
    owner: OWNER,
    record: connectionId => {
      const to = wrote[connectionId];
      const record = { claims: claims[connectionId] ?? [], ...(to === undefined ? {} : { wrote: { to, at: 0 } }) };
      return isRead(connectionId) ? record : undefined;
    },
    others: [],
    accepted: new Set(accepted.map(callKey)),
    refused: new Map(refused.map(([call, error]) => [refusalKey(call), readError(error)])),
    ...rest,
  };
}

function entry<T>(known: T | string, id: string | undefined): [string, T | 'not found'] {
  return [id ?? '', typeof known === 'string' ? 'not found' : known];
}

/** A stack that is not nested. */
export const stack = (status: string): Stack => ({ status, root: { stackId: STACK_ID, status } });
export const DESTROYING = stack('DELETE_IN_PROGRESS');
export const UPDATING = stack('UPDATE_IN_PROGRESS');
export const ROLLING_BACK = stack('UPDATE_ROLLBACK_IN_PROGRESS');
export const CLEANING_UP = stack('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');

export const options: Options = DEFAULTS;

type Asked<Type extends Request['type']> = Extract<Request, { readonly type: Type }>;
const region = 'eu-central-1';
export const create: Asked<'Create'> = {
  type: 'Create',
  region,
  connectionId: ID,
  pair: { connectionId: ID, lagId: A },
  options,
  notCreatedId: 'M-not-created',
};
export const sameUpdate: Asked<'Update'> = {
  type: 'Update',
  region,
  connectionId: ID,
  pair: create.pair,
  oldPair: create.pair,
  physicalId: ID,
  options,
};
export const move: Asked<'Update'> = { ...sameUpdate, pair: { connectionId: ID, lagId: B } };
export const swap: Asked<'Update'> = {
  ...sameUpdate,
  connectionId: OTHER,
  pair: { connectionId: OTHER, lagId: A },
};
export const remove: Asked<'Delete'> = {
  type: 'Delete',
  region,
  connectionId: ID,
  pair: create.pair,
  physicalId: ID,
  options,
};

const pair = (connectionId: string, lagId: string) => ({ connectionId, lagId });
export const joinA: Call = { do: 'associate', pair: pair(ID, A) };
export const joinB: Call = { do: 'associate', pair: pair(ID, B) };
export const leaveA: Call = { do: 'disassociate', pair: pair(ID, A) };
export const joinOther: Call = { do: 'associate', pair: pair(OTHER, A) };
export const leaveOther: Call = { do: 'disassociate', pair: pair(OTHER, A) };
export const refusal = Object.assign(new Error('No.'), { name: 'DirectConnectClientException' });
