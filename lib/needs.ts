import {
  CfnElement,
  CfnResource,
  DefaultTokenResolver,
  type IPostProcessor,
  type IResolvable,
  type IResolveContext,
  Reference,
  Stack,
  Tokenization,
} from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * What the resources of a stack need of each other: what CloudFormation creates and updates before them, and deletes after
 * them. Only what is asked for is looked up, since a resource has to be resolved for that.
 *
 * To be asked when the dependencies of constructs have become those of resources.
 */
export class Needs {
  private readonly known = new Map<CfnResource, Set<CfnResource>>();
  private byName: ReadonlyMap<string, CfnResource> | undefined;

  constructor(private readonly stack: Stack) {}

  /** The resources of the stack that one of them depends on or refers to itself. */
  of(resource: CfnResource): ReadonlySet<CfnResource> {
    const known = this.known.get(resource);
    if (known !== undefined) return known;
    const needed = new Set([...this.in(resource), ...this.inside(resource)]);
    this.known.set(resource, needed);
    return needed;
  }

  /**
   * The resources, each after those that it needs, also by way of others, and otherwise in the order given.
   *
   * @returns nothing where resources need each other in a circle
   */
  inOrder(resources: readonly CfnResource[]): CfnResource[] | undefined {
    const begun = new Set<CfnResource>();
    const done = new Set<CfnResource>();
    const visit = (resource: CfnResource): boolean => {
      if (done.has(resource)) return true;
      if (begun.has(resource)) return false;
      begun.add(resource);
      const isFree = [...this.of(resource)].every(visit);
      done.add(resource);
      return isFree;
    };
    return resources.every(visit) ? [...done] : undefined;
  }

  /** Whether any of the resources is one of the others, or needs one, also by way of others. */
  reach(resources: Iterable<CfnResource>, others: ReadonlySet<CfnResource>): boolean {
    const seen = new Set(resources);
    // A set is iterated over what is added meanwhile, too.
    for (const resource of seen) {
      if (others.has(resource)) return true;
      for (const needed of this.of(resource)) seen.add(needed);
    }
    return false;
  }

  /** To be called for what a resource comes to need: what is not known yet is found in the resource itself. */
  add(resource: CfnResource, needed: CfnResource): void {
    this.known.get(resource)?.add(needed);
  }

  /** The resources of the stack that a value of one of its elements refers to: by default, the whole of the element. */
  in(element: CfnElement, value: unknown = element._toCloudFormation()): CfnResource[] {
    const { resolved, targets } = resolve(value, element);
    const named = namesIn(resolved).map(name => this.names().get(name));
    return [...targets.map(target => this.resourceOf(target)), ...named].filter(isResource);
  }

  /**
   * What a nested stack's elements refer to in this stack, where the resource is a nested stack: CDK has not made
   * parameters of it yet.
   */
  private inside(resource: CfnResource): CfnResource[] {
    if (resource.cfnResourceType !== 'AWS::CloudFormation::Stack') return [];
    const nested = this.stack.node.findAll().find(each => Stack.isStack(each) && each.nestedStackResource === resource);
    const elements = nested?.node.findAll().filter(CfnElement.isCfnElement) ?? [];
    return elements
      .flatMap(element => resolve(element._toCloudFormation(), element).targets.map(target => this.resourceOf(target)))
      .filter(isResource)
      .filter(each => each !== resource);
  }

  /** What a reference to a construct is one to in this stack: what is in a nested stack is had from that one. */
  private resourceOf(target: IConstruct): CfnResource | undefined {
    const home = Stack.of(target);
    if (home === this.stack) return isResource(target) ? target : undefined;
    return home.nestedStackResource === undefined ? undefined : this.resourceOf(home.nestedStackResource);
  }

  private names(): ReadonlyMap<string, CfnResource> {
    this.byName ??= new Map(
      this.stack.node
        .findAll()
        .filter(isResource)
        .filter(each => each.stack === this.stack)
        .map(each => [this.stack.resolve(each.logicalId), each]),
    );
    return this.byName;
  }
}

/**
 * What a value becomes in a template, with a mark in place of each reference, and what these are to. The same references
 * have the same marks.
 */
export function resolve(value: unknown, scope: IConstruct): { resolved: unknown; targets: readonly IConstruct[] } {
  const resolver = new Resolver();
  const resolved: unknown = Tokenization.resolve(value, { scope, resolver, preparing: true });
  return { resolved, targets: [...resolver.targets] };
}

class Resolver extends DefaultTokenResolver {
  readonly targets = new Set<IConstruct>();

  constructor() {
    super({
      join: (left: unknown, right: unknown) =>
        typeof left === 'string' && typeof right === 'string' ? left + right : { 'Fn::Join': ['', [left, right]] },
    });
  }

  override resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): unknown {
    if (!Reference.isReference(token)) return super.resolveToken(token, context, postProcessor);
    this.targets.add(token.target);
    // Not by its logical id, which a resource of another stack can have, too. As a Ref: a text is refused for some properties.
    return { Ref: `${token.target.node.path}/${token.displayName}` };
  }
}

/** The names of what is referred to without a reference: by Fn.getAtt, Fn.ref and Fn.sub, and in DependsOn. */
function namesIn(resolved: unknown, names: string[] = []): string[] {
  if (typeof resolved !== 'object' || resolved === null) return names;
  for (const [key, value] of Object.entries<unknown>({ ...resolved })) {
    if (key === 'DependsOn') names.push(...[value].flat().map(String));
    if (key === 'Ref' || key === 'Fn::GetAtt') names.push(String([value].flat()[0]).replace(/\..*/, ''));
    if (key === 'Fn::Sub') names.push(...[...JSON.stringify(value).matchAll(/(?<=\$\{)\w+/g)].flat());
    namesIn(value, names);
  }
  return names;
}

function isResource(construct: IConstruct | undefined): construct is CfnResource {
  return construct !== undefined && CfnResource.isCfnResource(construct);
}
