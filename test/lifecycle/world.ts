import type { Connection, Lag, VirtualInterface } from '@aws-sdk/client-direct-connect';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import type { CloudFormation as HandlerCloudFormation } from '../../lambda/cloudformation/stack';
import { type World as HandlerWorld, handle } from '../../lambda/handle';
import { AwsError } from '../../sandbox/aws-error';
import { CloudFormation } from '../../sandbox/cloudformation/cloudformation';
import type { QueryInput } from '../../sandbox/cloudformation/input';
import type { ResourceType } from '../../sandbox/cloudformation/resource-type';
import type { DirectConnect } from '../../sandbox/direct-connect/direct-connect';
import { seeded } from '../../sandbox/test/seeded';
import { VirtualClock } from '../../sandbox/test/virtual-clock';
import { cloudFormationSide } from '../support/cloudformation';
import { ADMINISTRATOR, handlerSide, network } from '../support/network';
import { memoryTable } from '../support/table';
import { Interruptions } from './interruptions';
import { Invocation } from './invocation';
import {
  type Declared,
  membershipsOf,
  RESOURCE_TYPE,
  SIBLING_TYPE,
  type SiblingPlan,
  templateOf,
  withSibling,
} from './templates';
import { type Delivery, type Fault, thrownFor, type Weather } from './weather';

/** Milliseconds. */
const FUNCTION_TIMEOUT = 900_000;
/** Milliseconds. Source: AWS Lambda developer guide: a minute before the first retry, two before the second. */
const RETRY_AFTER = [60_000, 120_000];
/** At most, in milliseconds: what a call takes on its way there, and on its way back. */
const CALL_LATENCY = 200;
/** At most, in milliseconds: what Lambda takes to begin. */
const START_LATENCY = 900;
/** What CloudFormation takes to notice an answer, in milliseconds: events of one resource are never closer together. */
const NOTICED_AFTER = 2_000;
const STACK_NAME = 'Network';
/** Longer than CloudFormation waits for anything, in milliseconds. */
const PATIENCE = 24 * 3_600_000;

export interface WorldOptions {
  readonly connections: readonly Connection[];
  readonly lags: Lag[];
  readonly virtualInterfaces: readonly VirtualInterface[];
  /** Whether CloudFormation waits for events under way before it rolls back. */
  readonly waitForInFlight: boolean;
  /** Whether the memberships are in a nested stack, and the sibling in its parent. */
  readonly nested: boolean;
  /** How long a link is pending after it joins or leaves a LAG, in milliseconds. */
  readonly transition: number;
  /** At most, in milliseconds: how late a change is seen by Direct Connect's Describe operations. */
  readonly describeLag: number;
  readonly seed: number;
}

/**
 * The real handler under the sandbox's CloudFormation engine and Direct Connect, with virtual time, and with a Lambda and
 * an API that are as unreliable as the weather says.
 */
export class World {
  readonly clock = new VirtualClock();
  readonly directConnect: DirectConnect;
  /** Everything the handler logged, for a failing case. */
  readonly log: string[] = [];
  private readonly cloudFormation: CloudFormation;
  private readonly nested: boolean;
  /** By URL. */
  private readonly templates = new Map<string, string>();
  private table = memoryTable();
  private readonly handlerCloudFormation: HandlerCloudFormation;
  private readonly random: () => number;
  private lastEventAt = 0;
  private readonly sent = new Map<string, number>();
  private faults: Fault[] = [];
  private deliveries: Delivery[] = [];
  private underWay = 0;
  private interventions: { readonly after: number; readonly act: () => Promise<void> }[] = [];
  /** The longest time from the sending of an event to its answer in the last operation, in milliseconds. */
  longestAnswer = 0;
  private stackId: string | undefined;
  readonly interruptions: Interruptions;

  constructor(options: WorldOptions) {
    const { connections, lags, virtualInterfaces, waitForInFlight, nested, transition, describeLag, seed } = options;
    this.random = seeded(seed);
    this.nested = nested;
    const { random } = this;
    this.directConnect = network(this.clock, connections, lags, { describeLag, transition, random, virtualInterfaces });
    this.interruptions = new Interruptions(this.directConnect.network, this.clock, transition);
    this.cloudFormation = new CloudFormation({
      clock: this.clock,
      random: this.random,
      resourceTypes: [sibling(this.clock, () => this.sinceLastEvent())],
      invokeAsynchronously: (_arn, event) => this.deliver(JSON.parse(JSON.stringify(event))),
      responseUrlBase: 'https://responses',
      waitForInFlight,
      readTemplate: url => this.templates.get(url),
    });
    this.handlerCloudFormation = cloudFormationSide((action, input) => this.call(action, input));
  }

  /** Status of the stack, or `undefined` where there is none. */
  async status(): Promise<string | undefined> {
    if (this.stackId === undefined) return undefined;
    const { Stacks } = Object(await this.call('DescribeStacks', { StackName: this.stackId }));
    const status = String(Stacks[0].StackStatus);
    return status === 'DELETE_COMPLETE' ? undefined : status;
  }

  /** When the stack began to go back, or to be deleted, for the last time: ISO 8601. */
  async goingBackSince(): Promise<string> {
    const since = (await this.stackEvents()).findLast(
      ({ PhysicalResourceId: id, ResourceStatus: status }) =>
        id === this.stackId && /(ROLLBACK|DELETE)_IN_PROGRESS$/.test(String(status)),
    );
    return String(since?.Timestamp ?? '');
  }

  /** Each membership that the stack lists; `since` is when it got its status: ISO 8601. */
  async resources(): Promise<
    { logicalId: string; physicalId: string; status: string; reason: string; since: string }[]
  > {
    if (this.stackId === undefined) return [];
    const listed = await this.listed(this.stackId);
    const [child] = listed.filter(resource => resource.ResourceType === 'AWS::CloudFormation::Stack');
    const inChild = child?.PhysicalResourceId === undefined ? [] : await this.listed(String(child.PhysicalResourceId));
    return [...listed, ...inChild]
      .filter(resource => resource.ResourceType === RESOURCE_TYPE)
      .map(resource => ({
        logicalId: String(resource.LogicalResourceId),
        physicalId: String(resource.PhysicalResourceId ?? ''),
        status: String(resource.ResourceStatus),
        reason: String(resource.ResourceStatusReason ?? ''),
        since: String(resource.Timestamp),
      }));
  }

  private async listed(stackId: string): Promise<Record<string, unknown>[]> {
    const { StackResources } = Object(await this.call('DescribeStackResources', { StackName: stackId }));
    return Array.from<Record<string, unknown>>(StackResources);
  }

  /** Input of CreateStack or UpdateStack for a template. */
  templateInput(declared: Declared, version: number, plan: SiblingPlan): QueryInput {
    if (!this.nested) return { TemplateBody: templateOf(declared, version, plan) };
    const url = `https://templates/${version}`;
    this.templates.set(url, JSON.stringify({ Resources: membershipsOf(declared, plan) }));
    const child = { Child: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: url } } };
    // A template without a resource is none.
    const isEmpty = Object.keys(declared).length === 0;
    return { TemplateBody: withSibling(isEmpty ? {} : child, version, plan) };
  }

  /** Somebody deletes the table. */
  deleteTable(): void {
    const missing = async () => {
      throw Object.assign(new Error('Requested resource not found'), { name: 'ResourceNotFoundException' });
    };
    this.table = { get: missing, put: missing, page: missing };
  }

  /** The stack's events, oldest first, for a failing case and for its reasons. */
  async events(): Promise<string[]> {
    return (await this.stackEvents()).map(event =>
      `${event.LogicalResourceId} ${event.ResourceStatus} ${event.ResourceStatusReason ?? ''}`.trim(),
    );
  }

  private async stackEvents(): Promise<Record<string, unknown>[]> {
    const { StackEvents } = Object(await this.call('DescribeStackEvents', { StackName: this.stackId ?? '' }));
    return Array.from<Record<string, unknown>>(StackEvents).reverse();
  }

  /** What a person does while an operation is under way. */
  meanwhile(after: number, act: () => Promise<void>): void {
    this.interventions.push({ after, act });
  }

  /** A link goes down for good. */
  killLink(connectionId: string): void {
    const { network } = this.directConnect;
    if (network.connections.get(connectionId)?.connectionState === 'available') network.setLink(connectionId, 'down');
  }

  /** Stops the update under way, if one is. */
  async cancelUpdate(): Promise<void> {
    await this.sinceLastEvent();
    if ((await this.status()) !== 'UPDATE_IN_PROGRESS') return;
    // It may be over by now, or have nothing to go back to.
    await this.call('CancelUpdateStack', { StackName: this.stackId ?? '' }).catch(() => {});
  }

  /** Nothing makes CloudFormation send another event of a resource sooner than it would notice an answer to the one before. */
  private async sinceLastEvent(): Promise<void> {
    while (this.clock.now() < this.lastEventAt + NOTICED_AFTER) {
      await this.clock.sleep(this.lastEventAt + NOTICED_AFTER - this.clock.now());
    }
  }

  /** One operation on the stack, until the stack, every event and every repetition of one has come to its end. */
  async operate(action: string, input: QueryInput, weather: Weather): Promise<string | undefined> {
    this.faults = [...weather.faults];
    this.deliveries = [...weather.deliveries];
    await this.clock.run(this.operateAndSettle(action, input));
    this.faults = [];
    return this.status();
  }

  /** Something that somebody does to the network by hand; what AWS refuses is not done. */
  async byHand(operation: string, input: object): Promise<void> {
    await this.clock.advance(60_000);
    await this.directConnect.call(operation, input, ADMINISTRATOR).catch(() => {});
    await this.clock.advance(60_000);
  }

  /** The same at any moment of an operation. */
  async atOnce(operation: string, input: object): Promise<void> {
    await this.directConnect.call(operation, input, ADMINISTRATOR).catch(() => {});
  }

  private async operateAndSettle(action: string, input: QueryInput): Promise<void> {
    const answer = Object(
      await this.call(action, {
        StackName: action === 'CreateStack' ? STACK_NAME : (this.stackId ?? STACK_NAME),
        ...input,
      }),
    );
    if (action === 'CreateStack') this.stackId = String(answer.StackId);
    this.longestAnswer = 0;
    this.sent.clear();
    for (const { after, act } of this.interventions.splice(0)) {
      this.underWay += 1;
      void this.clock
        .sleep(after * 1000)
        .then(act)
        // What a person did a moment ago is not seen yet, and nobody could tell it from what was there.
        .then(() => this.clock.sleep(10_000))
        .finally(() => {
          this.underWay -= 1;
        });
    }
    const settled = async (): Promise<'settled'> => {
      await this.cloudFormation.whenSettled(this.stackId ?? STACK_NAME, ADMINISTRATOR.region);
      while (this.underWay > 0) await this.clock.sleep(10_000);
      return 'settled';
    };
    const done = new AbortController();
    const first = await Promise.race([settled(), this.clock.sleep(PATIENCE, done.signal)]);
    done.abort();
    if (first !== 'settled') throw new Error(`${action} has not come to its end after ${PATIENCE / 3_600_000} hours`);
  }

  private call(action: string, input: QueryInput): Promise<object> {
    return this.cloudFormation.call(action, input, ADMINISTRATOR);
  }

  /** Lambda's asynchronous invocation: later, at least once, and repeated after a crash. */
  private deliver(event: CloudFormationCustomResourceEvent): void {
    this.sent.set(event.RequestId, this.clock.now());
    this.lastEventAt = this.clock.now();
    const { delay, again } = this.deliveries.shift() ?? { delay: 0 };
    const attempts = async (after: number): Promise<void> => {
      this.underWay += 1;
      await this.clock.sleep(after * 1000);
      await this.latency(START_LATENCY);
      for (const wait of [...RETRY_AFTER, 0]) {
        if (await this.invoke(event)) break;
        await this.clock.sleep(wait);
      }
      this.underWay -= 1;
    };
    void attempts(delay);
    if (again !== undefined) void attempts(delay + again);
  }

  /** @returns whether the invocation came to its end */
  private invoke(event: CloudFormationCustomResourceEvent): Promise<boolean> {
    return new Promise(resolve => {
      const {
        MaxUnavailable: most = 1,
        WaitForAvailable: seconds = Number.POSITIVE_INFINITY,
        AllowOutage: allowOutage,
      } = event.ResourceProperties;
      const invocation = new Invocation(() => resolve(false), {
        requestId: event.RequestId,
        most: Number(most),
        wait: event.RequestType === 'Delete' ? Number(seconds) * 1000 : 0,
        mayEndTraffic: event.RequestType === 'Delete' || allowOutage === 'true',
      });
      const end = new AbortController();
      void this.clock.sleep(FUNCTION_TIMEOUT, end.signal).then(() => invocation.kill());
      handle(event, FUNCTION_TIMEOUT, this.handlerWorld(invocation))
        .then(
          () => resolve(true),
          () => resolve(false),
        )
        .finally(() => end.abort());
    });
  }

  private handlerWorld(invocation: Invocation): HandlerWorld {
    const meet = <T>(call: () => Promise<T>): Promise<T> => this.meetFault(call, invocation);
    const api = handlerSide(this.directConnect);
    return {
      directConnect: () => ({
        describeConnection: id => meet(() => api.describeConnection(id)),
        describeLag: id => meet(() => api.describeLag(id)),
        describeVirtualInterfaces: id => meet(() => api.describeVirtualInterfaces(id)),
        describeHostedConnections: id => meet(() => api.describeHostedConnections(id)),
        associate: pair => meet(() => this.interruptions.count(pair, invocation.event, () => api.associate(pair))),
        disassociate: pair =>
          meet(() => this.interruptions.count(pair, invocation.event, () => api.disassociate(pair))),
        setMinimumLinks: (lagId, minimumLinks) => meet(() => api.setMinimumLinks(lagId, minimumLinks)),
      }),
      isResponseUrl: () => true,
      cloudFormation: {
        describeStack: stackId => meet(() => this.handlerCloudFormation.describeStack(stackId)),
        describeEvents: (...page) => meet(() => this.handlerCloudFormation.describeEvents(...page)),
        describeResource: (...resource) => meet(() => this.handlerCloudFormation.describeResource(...resource)),
      },
      table: {
        get: id => meet(() => this.table.get(id)),
        put: (...item) => meet(() => this.table.put(...item)),
      },
      clock: {
        now: () => this.clock.now(),
        sleep: milliseconds => invocation.while(() => this.clock.sleep(milliseconds)),
      },
      random: this.random,
      put: (url, body) =>
        meet(async () => {
          void this.clock.sleep(NOTICED_AFTER).then(() => this.respond(url, body.toString()));
          return 200;
        }),
      write: line => this.log.push(line),
    };
  }

  private respond(url: string, body: string): void {
    const { RequestId: requestId } = Object(JSON.parse(body));
    const sentAt = this.sent.get(requestId);
    // Only the first answer of an event of this operation is waited for.
    if (sentAt !== undefined) this.longestAnswer = Math.max(this.longestAnswer, this.clock.now() - sentAt);
    this.sent.delete(requestId);
    try {
      this.cloudFormation.respond(url, '', body);
    } catch (error) {
      // The answer of an event so late that its URL has expired.
      if (!(error instanceof AwsError && error.status === 403)) throw error;
    }
  }

  private latency(most: number): Promise<void> {
    return this.clock.sleep(1 + this.random() * most);
  }

  private async slowly<T>(call: () => Promise<T>): Promise<T> {
    const answer = await call();
    await this.latency(CALL_LATENCY);
    return answer;
  }

  /** One call of the handler to the outside, which meets the next fault. */
  private meetFault<T>(call: () => Promise<T>, invocation: Invocation): Promise<T> {
    return invocation.while(async () => {
      const fault = this.faults.shift() ?? 'none';
      await this.latency(CALL_LATENCY);
      if (invocation.isDead) return new Promise<never>(() => {});
      if (fault === 'none') return this.slowly(call);
      if (fault === 'killed') return invocation.kill();
      if (fault.endsWith('after applying')) await this.slowly(call);
      if (fault === 'killed after applying') return invocation.kill();
      throw thrownFor(fault);
    });
  }
}

/** A resource beside the memberships that takes its time, and fails if it is told to. */
function sibling(clock: VirtualClock, sinceLastEvent: () => Promise<void>): ResourceType {
  const perform = async (properties: { readonly [name: string]: unknown }) => {
    await clock.sleep(Number(properties.Seconds) * 1000);
    if (properties.Fails === 'true') await sinceLastEvent();
    if (properties.Fails === 'true') throw new Error('The sibling failed.');
    return { physicalId: 'sibling', attributes: {} };
  };
  return {
    typeName: SIBLING_TYPE,
    properties: { Seconds: 'in place', Fails: 'in place', Version: 'in place' },
    create: perform,
    update: (_id, properties) => perform(properties),
    delete: async () => {},
  };
}
