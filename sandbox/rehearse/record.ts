import type { StackReport } from '../cloudformation/stack-report';
import type { Call } from '../direct-connect/calls';
import type { Network } from '../direct-connect/network';
import { type ConnectionRecord, isGone, isHosted } from '../direct-connect/records';
import { isObject } from '../direct-connect/shape';
import type {
  Failure,
  InterfaceState,
  LagSteps,
  Lane,
  LinkState,
  NetworkSummary,
  RecordedCall,
  RecordedEvent,
  Run,
} from './rehearsal';

export interface Recorded {
  readonly name: string;
  readonly failure?: Failure;
  readonly exitCode: number;
  readonly printed: readonly string[];
  /** Milliseconds since 1970-01-01T00:00Z. */
  readonly from: number;
  readonly network: Network;
  readonly calls: readonly Call[];
  readonly report: StackReport;
}

/** Lines of the CLI that are kept where it failed. */
const linesKept = 25;

/** Writes down what a deployment did, from the sandbox's own records of the time since `from` until now. */
export function record({ name, failure, exitCode, printed, from, network, calls, report }: Recorded): Run {
  const at = (time: number) => Math.max(0, Math.round(time - from));
  const looks = network.moments(from).map(time => ({ at: at(time), network: network.asOf(time) }));
  const [first] = looks;
  const before = first?.network ?? network;
  return {
    name,
    ...(failure && { failure }),
    exitCode,
    duration: at(network.now()),
    before: summarize(before),
    after: summarize(network),
    links: lanes(looks, linksOf),
    lags: lanes(looks, lagsOf),
    interfaces: lanes(looks, now => interfacesOf(now, before)),
    events: report.events.map(
      ({ time, stack, logicalId, resourceType, status, reason }): RecordedEvent => ({
        at: at(time),
        stack,
        logicalId,
        resourceType,
        status,
        ...(reason !== undefined && { reason }),
      }),
    ),
    calls: calls
      .filter(call => Date.parse(call.time) >= from)
      .map(
        ({ time, operation, input, principal, error }): RecordedCall => ({
          at: at(Date.parse(time)),
          operation,
          input,
          answer:
            error === undefined
              ? operation.startsWith('Describe')
                ? 'answered'
                : 'done'
              : `${error.name}: ${error.message}`,
          principal,
        }),
      ),
    stacks: report.statuses,
    printed: exitCode === 0 ? [] : printed.slice(-linesKept),
  };
}

interface Named<State> {
  readonly id: string;
  readonly name: string;
  readonly state: State;
}

function lanes<State extends object>(
  looks: readonly { readonly at: number; readonly network: Network }[],
  statesOf: (network: Network) => readonly Named<State>[],
): Lane<State>[] {
  const found = new Map<string, { id: string; name: string; steps: (State & { at: number })[]; last: string }>();
  for (const { at, network } of looks) {
    for (const { id, name, state } of statesOf(network)) {
      const text = JSON.stringify(state);
      const lane = found.get(id);
      if (lane === undefined) found.set(id, { id, name, steps: [{ ...state, at }], last: text });
      else if (lane.last !== text) {
        // Two changes in one millisecond are one step: the later one is what was to be seen.
        if (lane.steps.at(-1)?.at === at) lane.steps.pop();
        lane.steps.push({ ...state, at });
        lane.last = text;
      }
    }
  }
  return [...found.values()].map(({ id, name, steps }) => ({ id, name, steps }));
}

function linkState(network: Network, connection: ConnectionRecord): LinkState['state'] {
  const state = network.connectionState(connection);
  if (state === 'available') return network.isUp(connection.connectionId) ? 'up' : 'down';
  return network.isTransitioning(connection) || state === 'pending' || state === 'requested' ? 'pending' : 'down';
}

const linksOf = (network: Network): Named<LinkState>[] =>
  [...network.connections.values()].map(connection => ({
    id: connection.connectionId,
    name: connection.connectionName ?? '',
    state: { state: linkState(network, connection), lag: connection.lagId ?? '' },
  }));

const upOf = (network: Network, lagId: string): number =>
  network.members(lagId).filter(member => network.connectionState(member) === 'available').length;

const lagsOf = (network: Network): Named<LagSteps>[] =>
  [...network.lags.values()].map(({ lagId, lagName = '', minimumLinks }) => ({
    id: lagId,
    name: lagName,
    state: { up: upOf(network, lagId), members: network.members(lagId).length, minimum: minimumLinks },
  }));

function interfacesOf(network: Network, before: Network): Named<InterfaceState>[] {
  return [...network.virtualInterfaces.values()].map(each => {
    const { virtualInterfaceId, virtualInterfaceName = '', connectionId: carrier } = each;
    const up = network.describeVirtualInterface(each).virtualInterfaceState === 'available';
    const earlier = before.virtualInterfaces.get(virtualInterfaceId)?.connectionId ?? carrier;
    const capacity = Math.max(
      linksOfCarrier(before, earlier),
      network.lags.has(carrier) ? network.members(carrier).length : 1,
    );
    const links = network.lags.has(carrier) ? upOf(network, carrier) : Number(network.isUp(carrier));
    const share = up && capacity > 0 ? Math.round((links / capacity) * 1000) / 1000 : 0;
    return { id: virtualInterfaceId, name: virtualInterfaceName, state: { carrier, up, share } };
  });
}

const linksOfCarrier = (network: Network, carrier: string): number =>
  network.lags.has(carrier) ? upOf(network, carrier) : 1;

function summarize(network: Network): NetworkSummary {
  const interfacesOn = (carrier: string) =>
    network.activeVirtualInterfaces(carrier).map(({ virtualInterfaceId }) => virtualInterfaceId);
  const standalone = [...network.connections.values()].filter(
    connection => !isGone(connection) && !isHosted(connection) && connection.lagId === undefined,
  );
  return {
    lags: [...network.lags.values()]
      .filter(({ lagState }) => lagState !== 'deleted')
      .map(lag => ({
        id: lag.lagId,
        name: lag.lagName ?? '',
        members: network.members(lag.lagId).map(({ connectionId }) => connectionId),
        up: upOf(network, lag.lagId),
        minimum: lag.minimumLinks,
        gbps: upOf(network, lag.lagId) * gbpsOf(lag.connectionsBandwidth),
        interfaces: interfacesOn(lag.lagId),
      })),
    standalone: standalone.map(({ connectionId, connectionName = '' }) => ({
      id: connectionId,
      name: connectionName,
      interfaces: interfacesOn(connectionId),
    })),
  };
}

/** `10Gbps` is 10, `500Mbps` is 0.5. */
function gbpsOf(bandwidth: string): number {
  const [, number = '0', unit] = /^(\d+)(Gbps|Mbps)$/.exec(bandwidth) ?? [];
  return unit === 'Mbps' ? Number(number) / 1000 : Number(number);
}

/** The input of a call as a fault can ask for it again. */
export const inputOf = (input: unknown): { readonly [name: string]: unknown } =>
  isObject(input) ? Object.fromEntries(Object.entries(input).filter(([, value]) => typeof value !== 'object')) : {};
