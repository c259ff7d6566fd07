import type {
  CloudFormationCustomResourceCreateEvent,
  CloudFormationCustomResourceDeleteEvent,
  CloudFormationCustomResourceEvent,
  CloudFormationCustomResourceUpdateEvent,
} from 'aws-lambda';
import type { CloudFormation, StackEvent } from '../../lambda/cloudformation/stack';
import { handle } from '../../lambda/handle';
import type { Table } from '../../lambda/record/table';
import type { DirectConnect } from '../../sandbox/direct-connect/direct-connect';
import type { Fault } from '../../sandbox/direct-connect/faults';
import { VirtualClock } from '../../sandbox/test/virtual-clock';
import { A, B, CONNECTION, handlerSide } from './network';
import { memoryTable } from './table';

/** Milliseconds. */
export const MINUTE = 60_000;
export const STACK_ID = 'arn:aws:cloudformation:eu-central-1:111122223333:stack/Network/1';

export type Event = CloudFormationCustomResourceEvent;
export const base = {
  ServiceToken: 'token',
  ResponseURL: 'https://responses/undated',
  StackId: STACK_ID,
  LogicalResourceId: 'M',
  ResourceType: 'Custom::DirectConnectLagMembership',
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
/** The same event with more properties, as CloudFormation sends them: text. */
export const having = <E extends Event>(event: E, more: { readonly [property: string]: string }): E => ({
  ...event,
  ResourceProperties: { ...event.ResourceProperties, ...more },
});
/** The same event, sent so many seconds from now. */
export const sent = <E extends Event>(event: E, seconds: number): E => ({
  ...event,
  ResponseURL: `https://responses/?X-Amz-Date=${new Date(clock.now() + seconds * 1000).toISOString().replace(/[-:]|\.\d+/g, '')}`,
});

export const ASSOCIATE = 'AssociateConnectionWithLag';
export const DISASSOCIATE = 'DisassociateConnectionFromLag';
export const SERVER_EXCEPTION = { operation: ASSOCIATE, error: 'DirectConnectServerException', status: 400 };

/** Of the service and the handler alike. */
export const clock = new VirtualClock();

/** What a stack says of itself. */
export interface Told {
  readonly status: string;
  /** What happened to it as a whole, the newest first, in pages. @default one page with nothing on it */
  readonly pages?: readonly (readonly StackEvent[])[];
  /** Logical ids of its resources. @default none */
  readonly resources?: readonly string[];
}

/** A stack that is not nested, and what it was asked. Whatever it does not say is refused. */
export function stackThat(told?: Told): CloudFormation & { readonly asked: string[] } {
  const asked: string[] = [];
  const answer = <T>(question: string, of: (told: Told) => T): Promise<T> => {
    asked.push(question);
    const denied = Object.assign(new Error('Not you.'), { name: 'AccessDenied' });
    return told === undefined ? Promise.reject(denied) : Promise.resolve(of(told));
  };
  return {
    asked,
    describeStack: stackId => answer('DescribeStacks', ({ status }) => ({ status, root: { stackId, status } })),
    describeEvents: (_stackId, next) =>
      answer('DescribeStackEvents', ({ pages = [] }) => {
        const page = Number(next ?? 0);
        return { events: pages[page] ?? [], ...(page + 1 < pages.length ? { next: String(page + 1) } : {}) };
      }),
    describeResource: (_stackId, logicalId) =>
      answer('DescribeStackResource', ({ resources = [] }) =>
        resources.includes(logicalId) ? { status: 'CREATE_COMPLETE', physicalId: logicalId } : 'not found',
      ),
  };
}

/** The same, but that it is at work on the resource of the event. */
function atWorkOn(event: Event, stack: CloudFormation): CloudFormation {
  return {
    ...stack,
    describeResource: async (stackId, logicalId) =>
      stackId === event.StackId && logicalId === event.LogicalResourceId
        ? { status: `${event.RequestType.toUpperCase()}_IN_PROGRESS` }
        : stack.describeResource(stackId, logicalId),
  };
}

let drawn = 0;
/** A half, or hardly more: waits are the same every time, and what has to be unique is. */
const nearlyHalf = () => 0.5 + drawn++ / 1e9;

interface Surroundings {
  readonly table?: Table;
  /** @default one that is being updated, where the event is an Update; else one that may not be asked */
  readonly stack?: CloudFormation;
  readonly random?: () => number;
  /** What CloudFormation says of the event's own resource. @default it is at work on it, as the event says */
  readonly own?: 'as the stack says';
  /** Gets what is logged, line by line. */
  readonly log?: { readonly step: string }[];
}

/** What CloudFormation is answered. */
export interface Answered {
  readonly status: 'SUCCESS' | 'FAILED';
  readonly physicalId: string;
  readonly reason?: string;
  readonly attributes?: { readonly [name: string]: string };
}

/** One event in a function of fifteen minutes: eleven for the goal and three more for putting back. */
export async function begin(service: DirectConnect, event: Event, surroundings: Surroundings = {}): Promise<Answered> {
  const ofUpdate = event.RequestType === 'Update' ? { status: 'UPDATE_IN_PROGRESS' } : undefined;
  const { table = memoryTable(), stack = stackThat(ofUpdate), random = nearlyHalf, log = [], own } = surroundings;
  const bodies: string[] = [];
  await handle(event, 15 * MINUTE, {
    directConnect: () => handlerSide(service),
    cloudFormation: own === 'as the stack says' ? stack : atWorkOn(event, stack),
    isResponseUrl: () => true,
    table,
    clock,
    random,
    put: async (_url, body) => {
      bodies.push(body.toString());
      return 200;
    },
    write: line => log.push(JSON.parse(line)),
  });
  const { Status, PhysicalResourceId, Reason, Data } = JSON.parse(bodies.join());
  return { status: Status, physicalId: PhysicalResourceId, reason: Reason, attributes: Data };
}
export const run = (service: DirectConnect, event: Event, surroundings?: Surroundings) =>
  clock.run(begin(service, event, surroundings));
export const withFaults = (service: DirectConnect, ...faults: Fault[]): DirectConnect => {
  service.faults.add(faults);
  return service;
};
export const lagOf = (service: DirectConnect, connectionId = CONNECTION) =>
  service.network.connections.get(connectionId)?.lagId;
export const operations = (service: DirectConnect) => service.calls.map(call => call.operation);
export const writes = (service: DirectConnect) => operations(service).filter(name => !name.startsWith('Describe'));

/**
 * Lets a call that fits take effect, and its invocation go no further.
 *
 * @returns what ends that
 */
export function crashAfter(service: DirectConnect, fits: (operation: string, input: unknown) => boolean): () => void {
  const call = service.call.bind(service);
  service.call = async (operation, input, caller) => {
    const answer = await call(operation, input, caller);
    return fits(operation, input) ? new Promise<never>(() => {}) : answer;
  };
  return () => {
    service.call = call;
  };
}
