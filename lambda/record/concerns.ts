import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import type { Request } from '../cloudformation/event';
import { parsePhysicalId } from '../cloudformation/physical-id';
import { sentAt } from '../cloudformation/sent-at';
import type { Concern, Event } from './transitions';

/**
 * How long CloudFormation waits for an answer unless the resource says otherwise, in seconds. Source: user guide,
 * `ServiceTimeout` of AWS::CloudFormation::CustomResource.
 */
const SERVICE_TIMEOUT = 3600;

/** How far the clock of CloudFormation may be ahead, in milliseconds. */
const CLOCKS_DIFFER = 60_000;

/**
 * An event of the future was made up: it must not count as later than those that CloudFormation will send until then.
 *
 * @param arrivedAt milliseconds since 1970-01-01T00:00Z
 */
export function eventOf(event: CloudFormationCustomResourceEvent, arrivedAt: number): Event {
  const claimed = sentAt(event.ResponseURL);
  const sent = claimed === undefined || claimed * 1000 > arrivedAt + CLOCKS_DIFFER ? undefined : claimed;
  return {
    stackId: event.StackId,
    logicalId: event.LogicalResourceId,
    requestId: event.RequestId,
    requestType: event.RequestType,
    ...(sent === undefined ? {} : { sentAt: sent }),
    arrivedAt,
    timeout: Number(event.ResourceProperties.ServiceTimeout) || SERVICE_TIMEOUT,
  };
}

/** The connections that an event is about, those first that it gives up. */
export function concernsOf(request: Request): readonly Concern[] {
  const { connectionId } = request;
  if (connectionId === undefined) return [];
  const known = (id: string): Pick<Concern, 'known'> => {
    if (request.type === 'Create' || parsePhysicalId(request.physicalId)?.connectionId !== id) return {};
    const pair = request.type === 'Update' ? request.oldPair : request.pair;
    const lagId = pair?.connectionId === id ? { lagId: pair.lagId } : {};
    return { known: { physicalId: request.physicalId, ...lagId } };
  };
  const wanted = request.type === 'Delete' ? {} : { lagId: request.pair.lagId, retained: request.options.retained };
  const goal: Concern = { connectionId, as: 'goal', ...wanted, ...known(connectionId) };
  // Without an old pair, which may be of another Region, nobody knows under which key its record is.
  if (request.type !== 'Update' || request.oldPair === undefined) return [goal];
  const ids = new Set([request.oldPair.connectionId, parsePhysicalId(request.physicalId)?.connectionId]);
  const others = [...ids].flatMap(id => (id === undefined || id === connectionId ? [] : [id]));
  return [
    ...others.map((id): Concern => {
      const given = known(id);
      return {
        connectionId: id,
        as: 'other',
        ...given,
        ...(given.known === undefined ? {} : { replacement: connectionId }),
      };
    }),
    goal,
  ];
}
