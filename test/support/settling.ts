import type {
  CloudFormationCustomResourceCreateEvent,
  CloudFormationCustomResourceDeleteEvent,
  CloudFormationCustomResourceEvent,
  CloudFormationCustomResourceUpdateEvent,
} from 'aws-lambda';
import { type Options, parseEvent } from '../../lambda/event';
import { History } from '../../lambda/history';
import type { Journal } from '../../lambda/journal';
import { type Outcome, settle } from '../../lambda/settle';
import type { Stack } from '../../lambda/stack';
import type { DirectConnect } from '../../sandbox/direct-connect/direct-connect';
import type { Fault } from '../../sandbox/direct-connect/faults';
import { VirtualClock } from '../../sandbox/test/virtual-clock';
import { memoryJournal } from './journal';
import { A, B, CONNECTION, handlerSide } from './network';

/** Milliseconds. */
export const MINUTE = 60_000;
export const STACK_ID = 'arn:aws:cloudformation:eu-central-1:111122223333:stack/Network/1';

export type Event = CloudFormationCustomResourceEvent;
export const base = {
  ServiceToken: 'token',
  ResponseURL: 'undated',
  StackId: STACK_ID,
  LogicalResourceId: 'M',
  ResourceType: 'Custom::T',
};
/** Of a membership's event. */
export const properties = (lagId: string, connectionId = CONNECTION) => ({
  ServiceToken: 'token',
  ConnectionId: connectionId,
  LagId: lagId,
});
export const create: CloudFormationCustomResourceCreateEvent = {
  ...base,
  RequestId: 'create',
  RequestType: 'Create',
  ResourceProperties: properties(A),
};
export const remove: CloudFormationCustomResourceDeleteEvent = {
  ...base,
  RequestId: 'delete',
  RequestType: 'Delete',
  PhysicalResourceId: CONNECTION,
  ResourceProperties: properties(A),
};
export const move: CloudFormationCustomResourceUpdateEvent = {
  ...base,
  RequestId: 'update',
  RequestType: 'Update',
  PhysicalResourceId: CONNECTION,
  ResourceProperties: properties(B),
  OldResourceProperties: properties(A),
};

export const ASSOCIATE = 'AssociateConnectionWithLag';
export const DISASSOCIATE = 'DisassociateConnectionFromLag';
export const SERVER_EXCEPTION = { operation: ASSOCIATE, error: 'DirectConnectServerException', status: 400 };
export const DESTROYING: Stack = { status: 'DELETE_IN_PROGRESS', memberships: [] };

/** Of the service, the handler and the journal alike. */
export const clock = new VirtualClock();

interface Surroundings {
  readonly options?: Partial<Options>;
  readonly journal?: Journal;
  readonly stack?: Stack;
  readonly random?: () => number;
}

/** Eleven minutes for the goal and three more for putting back, as in a function of fifteen minutes. */
export async function begin(service: DirectConnect, event: Event, surroundings: Surroundings = {}): Promise<Outcome> {
  const { options, journal = memoryJournal(clock), stack = DESTROYING, random = () => 0.5 } = surroundings;
  const request = parseEvent(event);
  const tools = {
    directConnect: handlerSide(service),
    describeStack: async () => stack,
    clock,
    random,
    log: () => {},
  };
  const deadlines = { goal: clock.now() + 11 * MINUTE, putBack: clock.now() + 14 * MINUTE };
  const history = new History(event, journal, tools);
  await history.begin(request.pair, deadlines.goal);
  const outcome = await settle(
    { ...request, options: { ...request.options, ...options } },
    STACK_ID,
    history,
    tools,
    deadlines,
  );
  await history.answering(outcome.status, deadlines.putBack);
  return outcome;
}
export const run = (service: DirectConnect, event: Event, surroundings?: Surroundings) =>
  clock.run(begin(service, event, surroundings));
export const withFaults = (service: DirectConnect, ...faults: Fault[]): DirectConnect => {
  service.faults.add(faults);
  return service;
};
export const lagOf = (service: DirectConnect) => service.network.connections.get(CONNECTION)?.lagId;
export const operations = (service: DirectConnect) => service.calls.map(call => call.operation);
export const writes = (service: DirectConnect) => operations(service).filter(name => !name.startsWith('Describe'));
