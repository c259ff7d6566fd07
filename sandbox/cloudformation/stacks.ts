import { AwsError } from '../aws-error';
import type { Caller } from '../caller';
import type { Clock } from '../clock';
import { randomUuid } from '../random-text';
import type { Json } from './resource-type';
import { Stack, type StackOutput } from './stack';
import type { StackIdentity } from './stack-definition';
import { toolkitStack, toolkitStackName } from './toolkit-stack';
import { validationError } from './validation-error';

/** Of a Region, those that are not deleted. Source: CloudFormation User Guide, "Quotas": stacks of an account. */
const mostStacks = 2_000;

/** Stacks in each other, where AWS names no number: one whose template is its own would have no end. */
const deepest = 20;

/** All stacks, in all Regions, deleted ones included. */
export class Stacks {
  private readonly all: Stack[] = [];
  /** By Region. Only who asks for one by its name or id finds it: it is nobody's deployment. */
  private readonly toolkits = new Map<string, Stack>();

  constructor(
    private readonly partition: string,
    private readonly clock: Clock,
    private readonly random: () => number,
  ) {}

  /** @throws AwsError where no stack can have the name */
  newIdentity(stackName: string, { accountId, region }: Pick<Caller, 'accountId' | 'region'>): StackIdentity {
    if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(stackName))
      throw validationError(
        `1 validation error detected: Value '${stackName}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
      );
    const { partition, random } = this;
    const stackId = `arn:${partition}:cloudformation:${region}:${accountId}:stack/${stackName}/${randomUuid(random)}`;
    return { partition, accountId, region, stackName, stackId };
  }

  /** @param parent the stack that it is a resource of. @throws AwsError where the name is taken, or there is no room for it */
  add(identity: StackIdentity, parent?: Stack): Stack {
    if (this.find(identity.stackName, identity.region))
      throw new AwsError('AlreadyExistsException', `Stack [${identity.stackName}] already exists`);
    if (this.inRegion(identity.region).filter(other => !other.isDeleted).length >= mostStacks)
      throw new AwsError(
        'LimitExceededException',
        `Limit for stack has been exceeded: a Region has up to ${mostStacks}`,
      );
    if (depthOf(parent) >= deepest)
      throw validationError(`Stack ${identity.stackName} is nested too deep: the sandbox has ${deepest} in each other`);
    const stack = new Stack(identity, this.clock, this.random, parent);
    this.all.push(stack);
    return stack;
  }

  /** Has what `cdk bootstrap` leaves in the caller's Region. */
  bootstrap(caller: Caller, version: string): void {
    if (this.toolkits.has(caller.region)) return;
    const identity = this.newIdentity(toolkitStackName, caller);
    this.toolkits.set(caller.region, toolkitStack(identity, version, this.clock, this.random));
  }

  /** By name, a stack that is not deleted; by id, any. */
  find(nameOrId: string, region: string): Stack | undefined {
    return [...this.toolkits.values(), ...this.all].find(
      stack =>
        stack.identity.region === region && (stack.id === nameOrId || (stack.name === nameOrId && !stack.isDeleted)),
    );
  }

  /** @param message the text of the API's action for a stack that does not exist. @throws AwsError ValidationError */
  require(nameOrId: string, region: string, message: (nameOrId: string) => string): Stack {
    const stack = this.find(nameOrId, region);
    if (stack) return stack;
    throw validationError(message(nameOrId));
  }

  /** In the order in which they were made. */
  everyStack(): readonly Stack[] {
    return this.all;
  }

  /** Newest first. */
  inRegion(region: string): readonly Stack[] {
    return this.all.filter(({ identity }) => identity.region === region).reverse();
  }

  exports(region: string): readonly (StackOutput & { readonly stack: Stack; readonly exportName: string })[] {
    return this.inRegion(region).flatMap(stack =>
      stack.outputs.flatMap(output =>
        output.exportName === undefined ? [] : [{ ...output, stack, exportName: output.exportName }],
      ),
    );
  }

  exportedValue(region: string, exportName: string): Json {
    const found = this.exports(region).find(output => output.exportName === exportName);
    if (!found) throw new Error(`No export named ${exportName} found`);
    return found.value;
  }

  /** @throws Error naming an export that another stack has already, or that one uses and that would change */
  checkExports(stack: Stack, outputs: readonly StackOutput[]): void {
    const { region } = stack.identity;
    for (const { exportName } of outputs) {
      const other = this.exports(region).find(output => output.exportName === exportName && output.stack !== stack);
      if (other) throw new Error(`Export with name ${exportName} is already exported by stack ${other.stack.name}`);
    }
    for (const { exportName, value } of stack.outputs) {
      const wanted = outputs.find(output => output.exportName === exportName);
      const user = exportName === undefined ? undefined : this.userOf(exportName, region, stack);
      if (user && !wanted) throw new Error(`Export ${exportName} cannot be deleted as it is in use by ${user.name}`);
      if (user && wanted?.value !== value)
        throw new Error(`Export ${exportName} cannot be updated as it is in use by ${user.name}`);
    }
  }

  private userOf(exportName: string, region: string, except: Stack): Stack | undefined {
    return this.inRegion(region).find(stack => stack !== except && stack.imports.has(exportName));
  }
}

const depthOf = (stack: Stack | undefined): number => (stack ? 1 + depthOf(stack.parent) : 0);
