import type { Caller } from '../../caller';
import { seeded } from '../../test/seeded';
import { VirtualClock } from '../../test/virtual-clock';
import { CloudFormation, type CloudFormationOptions } from '../cloudformation';
import type { QueryInput } from '../input';
import type { Json, Properties, ResourceState, ResourceType } from '../resource-type';

export const caller: Caller = {
  accountId: '123456789012',
  region: 'eu-central-1',
  principalArn: 'arn:aws:iam::123456789012:user/admin',
};

export const functionArn = 'arn:aws:lambda:eu-central-1:123456789012:function:provider';

export interface CustomResourceEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ServiceToken: string;
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceType: string;
  readonly ResourceProperties: Properties;
  readonly OldResourceProperties?: Properties;
}

/** What a provider answers; `undefined` is no answer at all. */
export type Provide = (event: CustomResourceEvent) => object | undefined;

type Operation = 'create' | 'update' | 'delete';
type Template = { readonly Resources: { readonly [name: string]: object }; readonly [section: string]: Json | object };

/** A CloudFormation with one resource type of its own, `Test::Thing`, and a provider of custom resources. */
export class FakeStack {
  readonly clock = new VirtualClock();
  readonly cloudFormation: CloudFormation;
  /** Each call of a `Test::Thing`'s provider: `create A`, `update A thing-1`. */
  readonly calls: string[] = [];
  /** Each event that a custom resource's provider got. */
  readonly events: CustomResourceEvent[] = [];
  provide: Provide = succeed;
  /** What TemplateURLs hold. */
  readonly templates = new Map<string, Template>();
  private readonly failures = new Map<string, number>();
  private readonly held = new Map<string, () => void>();
  private readonly toHold = new Set<string>();
  private count = 0;

  constructor(
    readonly stackName = 'stack',
    options: Partial<CloudFormationOptions> = {},
  ) {
    this.cloudFormation = new CloudFormation({
      clock: this.clock,
      random: seeded(1),
      resourceTypes: [this.thing()],
      invokeAsynchronously: (_arn, event) => this.deliver(event),
      responseUrlBase: 'http://127.0.0.1:4566/responses',
      readTemplate: url => {
        const found = this.templates.get(url);
        return Promise.resolve(found && JSON.stringify(found));
      },
      readSsmParameter: name => (name === '/cdk-bootstrap/hnb659fds/version' ? '30' : undefined),
      ...options,
    });
  }

  /** Lets the next `times` operations of that kind on the resource fail. */
  fail(logicalId: string, operation: Operation, times = 1): void {
    this.failures.set(`${operation} ${logicalId}`, times);
  }

  /** Keeps the resource's next operation under way until `release`. */
  hold(logicalId: string): void {
    this.toHold.add(logicalId);
  }

  release(logicalId: string): void {
    this.held.get(logicalId)?.();
  }

  call(action: string, input: QueryInput = {}): Promise<object> {
    return this.cloudFormation.call(action, { StackName: this.stackName, ...input }, caller);
  }

  create(template: Template, input: QueryInput = {}): Promise<string> {
    return this.run('CreateStack', { TemplateBody: JSON.stringify(template), ...input });
  }

  update(template: Template, input: QueryInput = {}): Promise<string> {
    return this.run('UpdateStack', { TemplateBody: JSON.stringify(template), ...input });
  }

  async delete(input: QueryInput = {}): Promise<string> {
    const id = await this.stackId();
    await this.call('DeleteStack', input);
    return this.settle(id);
  }

  /** @returns the stack's status afterwards */
  async run(action: string, input: QueryInput = {}): Promise<string> {
    await this.call(action, input);
    return this.settle();
  }

  settle(name = this.stackName): Promise<string> {
    return this.clock.run(this.cloudFormation.whenSettled(name, caller.region));
  }

  /** The id of a nested stack. @param parent name or id of the stack that it is a resource of. @default this one */
  async nestedId(logicalId: string, parent = this.stackName): Promise<string> {
    const resources = listOf(await this.call('DescribeStackResources', { StackName: parent }), 'StackResources');
    const found = resources.find(resource => resource.LogicalResourceId === logicalId);
    return textOf(found?.PhysicalResourceId);
  }

  /** The status of each of the stacks, outermost first. */
  async statuses(...namesOrIds: readonly string[]): Promise<readonly string[]> {
    const stacks = await Promise.all(namesOrIds.map(name => this.stack(name)));
    return stacks.map(({ StackStatus }) => textOf(StackStatus));
  }

  async stackId(): Promise<string> {
    return textOf((await this.stack()).StackId);
  }

  async stack(name = this.stackName): Promise<{ readonly [name: string]: Json }> {
    const answer = await this.call('DescribeStacks', { StackName: name });
    return first(answer, 'Stacks');
  }

  async outputs(): Promise<Record<string, Json | undefined>> {
    const outputs = (await this.stack()).Outputs;
    return Object.fromEntries(
      (Array.isArray(outputs) ? outputs : []).map(output => [output.OutputKey, output.OutputValue]),
    );
  }

  async resources(name = this.stackName): Promise<Record<string, string>> {
    const answer = await this.call('DescribeStackResources', { StackName: name });
    return Object.fromEntries(
      listOf(answer, 'StackResources').map(resource => [
        textOf(resource.LogicalResourceId),
        `${resource.PhysicalResourceId} ${resource.ResourceStatus}`,
      ]),
    );
  }

  /**
   * The events of a stack since the last look, oldest first: `A CREATE_FAILED: reason`. The stack itself is `(stack)`.
   */
  async newEvents(name = this.stackName): Promise<readonly string[]> {
    const answer = await this.call('DescribeStackEvents', { StackName: name });
    const all = listOf(answer, 'StackEvents').reverse();
    const id = textOf(all[0]?.StackId);
    const events = all.slice(this.seen.get(id) ?? 0);
    this.seen.set(id, all.length);
    return events.map(event => {
      const who = event.PhysicalResourceId === id ? '(stack)' : event.LogicalResourceId;
      const reason = event.ResourceStatusReason === undefined ? '' : `: ${event.ResourceStatusReason}`;
      return `${who} ${event.ResourceStatus}${reason}`;
    });
  }

  private readonly seen = new Map<string, number>();

  /** Puts an answer to a ResponseURL. */
  respond(event: CustomResourceEvent, answer: object): void {
    this.cloudFormation.respond(event.ResponseURL, '', JSON.stringify(answerTo(event, answer)));
  }

  private deliver(event: object): void {
    const received: CustomResourceEvent = JSON.parse(JSON.stringify(event));
    this.events.push(received);
    const answer = this.provide(received);
    if (answer) this.respond(received, answer);
  }

  private thing(): ResourceType {
    return {
      typeName: 'Test::Thing',
      properties: { Name: 'replacement', Size: 'in place', Refers: 'in place' },
      create: async (properties, { logicalId }) => {
        await this.perform('create', logicalId, '');
        this.count += 1;
        return thingState(`thing-${this.count}`, properties);
      },
      update: async (physicalId, properties, _old, { logicalId }) => {
        await this.perform('update', logicalId, physicalId);
        return thingState(physicalId, properties);
      },
      delete: (physicalId, _properties, { logicalId }) => this.perform('delete', logicalId, physicalId),
    };
  }

  private async perform(operation: Operation, logicalId: string, physicalId: string): Promise<void> {
    const call = `${operation} ${logicalId}`;
    this.calls.push(`${call} ${physicalId}`.trim());
    if (this.toHold.delete(logicalId)) await new Promise<void>(release => this.held.set(logicalId, release));
    const failures = this.failures.get(call) ?? 0;
    if (failures === 0) return;
    this.failures.set(call, failures - 1);
    throw new Error(`${call} failed`);
  }
}

/** Answers with success: a new physical id for Create, the same for Update and Delete. */
export function succeed(event: CustomResourceEvent): object {
  return { PhysicalResourceId: event.PhysicalResourceId ?? `${event.LogicalResourceId}-id` };
}

export const failed = (reason: string, physicalId?: string): object => ({
  Status: 'FAILED',
  Reason: reason,
  ...(physicalId === undefined ? {} : { PhysicalResourceId: physicalId }),
});

export const answerTo = (event: CustomResourceEvent, answer: object): object => ({
  Status: 'SUCCESS',
  StackId: event.StackId,
  RequestId: event.RequestId,
  LogicalResourceId: event.LogicalResourceId,
  ...answer,
});

export const thing = (properties: object = {}, attributes: object = {}): object => ({
  Type: 'Test::Thing',
  Properties: properties,
  ...attributes,
});

export const custom = (properties: object = {}, attributes: object = {}): object => ({
  Type: 'Custom::Thing',
  Properties: { ServiceToken: functionArn, ...properties },
  ...attributes,
});

/** A nested stack. */
export const nested = (url: string, properties: object = {}, attributes: object = {}): object => ({
  Type: 'AWS::CloudFormation::Stack',
  Properties: { TemplateURL: url, ...properties },
  ...attributes,
});

export const template = (resources: { readonly [name: string]: object }, sections: object = {}): Template => ({
  Resources: resources,
  ...sections,
});

export const ref = (name: string): object => ({ Ref: name });

function thingState(physicalId: string, properties: Properties): ResourceState {
  return { physicalId, attributes: { Size: properties.Size ?? 'none' } };
}

/** A member of an answer, after the JSON that a client would see. */
export function listOf(answer: object, name: string): { readonly [name: string]: Json }[] {
  const list: Json | undefined = JSON.parse(JSON.stringify(answer))[name];
  if (!Array.isArray(list)) throw new Error(`The answer has no list ${name}: ${JSON.stringify(answer)}`);
  return list;
}

export function first(answer: object, name: string): { readonly [name: string]: Json } {
  const [item] = listOf(answer, name);
  if (!item) throw new Error(`The list ${name} is empty`);
  return item;
}

export function textOf(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  throw new Error(`${JSON.stringify(value)} is not text`);
}

/** Resolves `value` as an output of a stack. */
export async function output(value: object, sections: object = {}, input: QueryInput = {}): Promise<unknown> {
  const stack = new FakeStack();
  await stack.create(template({ A: thing({ Size: 5 }) }, { ...sections, Outputs: { O: { Value: value } } }), input);
  return (await stack.outputs()).O;
}

/** For what is refused before anything is made. */
export const refused = (resources: { readonly [name: string]: object }, sections: object = {}) =>
  expect(new FakeStack().create(template(resources, sections))).rejects;
