import { AwsError } from '../aws-error';
import type { Caller } from '../caller';
import type { Clock } from '../clock';
import { changeSetActions } from './actions/change-set-actions';
import { refuseOtherParameters } from './actions/definition-input';
import { descriptionActions } from './actions/description-actions';
import type { Action, Service } from './actions/service';
import { stackActions } from './actions/stack-actions';
import { templateActions } from './actions/template-actions';
import { CustomResources, type InvokeAsynchronously } from './custom-resource';
import type { QueryInput } from './input';
import { Operations } from './operation';
import type { ResourceType } from './resource-type';
import { cloudFormationStack } from './resources/cloudformation-stack';
import { isTypeName, placeholder } from './resources/placeholder';
import type { Stack, StackStatus } from './stack';
import { reportOf, type StackReport } from './stack-report';
import { Stacks } from './stacks';
import { isCustomResource } from './template';
import type { ReadTemplate } from './template-url';
import { bootstrapVersionParameter, toolkitStackName } from './toolkit-stack';

export interface CloudFormationOptions {
  readonly clock: Clock;
  /** A number from 0 up to, but not including, 1. */
  readonly random: () => number;
  /** @default aws */
  readonly partition?: string;
  /** Every type but custom resources and nested stacks. Other types become placeholders. */
  readonly resourceTypes: readonly ResourceType[];
  /** Invokes the function behind a custom resource. @throws AwsError where there is no such function */
  readonly invokeAsynchronously: InvokeAsynchronously;
  /** Where providers put their answers, without a slash at its end. A function where the port is known only later. */
  readonly responseUrlBase: string | (() => string);
  /** Reads the object of a TemplateURL. @default there is none */
  readonly readTemplate?: ReadTemplate;
  /** Reads an SSM parameter. @default there is none */
  readonly readSsmParameter?: (name: string, caller: Caller) => string | undefined;
  /**
   * Whether a rollback waits for custom resources that were under way when another resource failed. What AWS does is
   * not documented. @default true
   */
  readonly waitForInFlight?: boolean;
}

const actions: Readonly<Record<string, Action>> = {
  ...stackActions,
  ...changeSetActions,
  ...descriptionActions,
  ...templateActions,
};

/** A local CloudFormation. What it does and does not do is in README.md. */
export class CloudFormation {
  private readonly service: Service;
  private readonly customResources: CustomResources;

  constructor({
    clock,
    random,
    partition = 'aws',
    resourceTypes,
    invokeAsynchronously,
    responseUrlBase,
    readTemplate = () => undefined,
    readSsmParameter = () => undefined,
    waitForInFlight = true,
  }: CloudFormationOptions) {
    const stacks = new Stacks(partition, clock, random);
    const customResources = new CustomResources({
      clock,
      random,
      invokeAsynchronously,
      responseUrlBase,
      waitForInFlight,
    });
    const types = new Map(resourceTypes.map(type => [type.typeName, type]));
    const findResourceType = (typeName: string) =>
      isCustomResource(typeName)
        ? customResources.resourceType(typeName)
        : (types.get(typeName) ?? (isTypeName(typeName) ? placeholder(typeName) : undefined));
    const engine = {
      clock,
      random,
      findResourceType,
      importValue: (stack: Stack, exportName: string) => {
        const value = stacks.exportedValue(stack.identity.region, exportName);
        stack.imports.add(exportName);
        return value;
      },
      checkExports: stacks.checkExports.bind(stacks),
    };
    const operations = new Operations(engine);
    const nestedStack = cloudFormationStack({ engine, stacks, operations, readTemplate, readSsmParameter });
    types.set(nestedStack.typeName, nestedStack);
    this.customResources = customResources;
    this.service = { engine, operations, stacks, readTemplate, readSsmParameter };
  }

  /**
   * One request of the API. An operation on a stack has only begun when this resolves: see `whenSettled`.
   *
   * @param input as `parseQuery` gives it
   * @returns the action's result, for `toXml`
   * @throws AwsError as CloudFormation answers it; an action or a parameter that is not supported, by its name
   */
  async call(actionName: string, input: QueryInput, caller: Caller): Promise<object> {
    const action = Object.hasOwn(actions, actionName) ? actions[actionName] : undefined;
    if (!action)
      throw new AwsError(
        'InvalidAction',
        `The sandbox does not support the CloudFormation action ${actionName}; supported are ${Object.keys(actions).join(', ')}.`,
      );
    refuseOtherParameters(actionName, input, action.parameters);
    const version = this.service.readSsmParameter(bootstrapVersionParameter, caller);
    if (input.StackName === toolkitStackName && version !== undefined) this.service.stacks.bootstrap(caller, version);
    return action.run(this.service, input, caller);
  }

  /**
   * Takes what a provider puts to a ResponseURL. A second or late answer is taken and ignored.
   *
   * @param url path and query of the PUT
   * @param contentType the Content-Type header, if any
   * @throws AwsError with status 403, as S3 answers it
   */
  respond(url: string, contentType: string | undefined, body: string): void {
    this.customResources.respond(url, contentType, body);
  }

  /** Everything that happened to the stacks since a time, in its order; and what they have that is not emulated. */
  report(from: number): StackReport {
    return reportOf(this.service.stacks.everyStack(), this.service.engine.findResourceType, from);
  }

  /**
   * Resolves with the stack's status once no operation is under way, neither of its own nor of a stack that it is nested
   * in.
   *
   * @param stackNameOrId the id for a deleted stack
   */
  async whenSettled(stackNameOrId: string, region: string): Promise<StackStatus> {
    const { stacks } = this.service;
    return whenAtRest(stacks.require(stackNameOrId, region, id => `Stack with id ${id} does not exist`));
  }
}

async function whenAtRest(stack: Stack): Promise<StackStatus> {
  if (stack.parent) await whenAtRest(stack.parent);
  await stack.settled;
  return stack.isInProgress && !stack.awaitsParent ? whenAtRest(stack) : stack.status;
}
