import type { Clock } from '../clock';

/** Any JSON value: what a template's properties are once its intrinsic functions are resolved. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type Properties = { readonly [key: string]: Json };

/** What a resource provider knows of the stack it works for. */
export interface ResourceContext {
  readonly clock: Clock;
  /** A number from 0 up to, but not including, 1. */
  readonly random: () => number;
  readonly partition: string;
  readonly accountId: string;
  readonly region: string;
  readonly stackName: string;
  readonly stackId: string;
  readonly logicalId: string;
  /** A name for a resource that the template leaves unnamed: `<stack>-<logical id>-<12 random characters>`, cut to `maximumLength`. */
  readonly generatedName: (maximumLength: number) => string;
  /** Aborts when a creation or an update is not wanted any more: another resource failed, or the user cancelled it all. */
  readonly cancelled?: AbortSignal;
  /** Takes the physical id of a resource that is still being created; without it, the id is known at the end. */
  readonly initiated?: (physicalId: string) => void;
}

/** A resource as CloudFormation knows it after its provider made or changed it. */
export interface ResourceState {
  readonly physicalId: string;
  /** What `Ref` gives. @default the physical id */
  readonly ref?: string;
  /** What `Fn::GetAtt` gives, by attribute name. An attribute that is not here fails by its name. */
  readonly attributes: { readonly [name: string]: Json };
  /** What `Fn::GetAtt` gives of an attribute that is not there. Placeholders only. */
  readonly anyAttribute?: (name: string) => Json;
  /** Whether the API shows the attributes as `****`. Custom resources only. */
  readonly noEcho?: boolean;
  /** Key of the S3 object that the provider's answer was put in. Custom resources only. */
  readonly responseObject?: string;
}

/**
 * What the sandbox knows of one CloudFormation resource type. One file a type in `resources/`.
 *
 * A provider throws an `Error` (an `AwsError` of the service behind it, usually) to fail; its message becomes the
 * resource's status reason.
 */
export interface ResourceType {
  /** Such as `AWS::IAM::Role`. */
  readonly typeName: string;
  /**
   * Every property the sandbox supports, and what a change of it asks for. A template that uses another property
   * fails by its name. Source: the "Update requires" lines of the resource's CloudFormation reference page.
   */
  readonly properties: { readonly [name: string]: 'in place' | 'replacement' };
  readonly required?: readonly string[];
  /** Whether the sandbox does not emulate the type, and takes any property of it. @default it emulates it */
  readonly isPlaceholder?: true;
  create(properties: Properties, context: ResourceContext): Promise<ResourceState>;
  /** Changes the resource in place; called only when no changed property asks for a replacement. */
  update(physicalId: string, properties: Properties, old: Properties, context: ResourceContext): Promise<ResourceState>;
  /** A resource that is gone already is a success. */
  delete(physicalId: string, properties: Properties, context: ResourceContext): Promise<void>;
  /** What a resource does besides that is a stack itself. Every update of its parent is one of it too. */
  readonly nested?: NestedStackType;
}

/** How far a rollback goes. */
export interface RollbackWish {
  /** What stays as it is, each as `<stack name>.<logical id>`. */
  readonly skip: ReadonlySet<string>;
  /** Whether the user asked for it: then what could not be rolled back before is tried again. */
  readonly again: boolean;
}

export interface NestedStackType {
  /** Whether an update with the same properties would change nothing. */
  isUnchanged(physicalId: string, properties: Properties, context: ResourceContext): Promise<boolean>;
  /** Goes back to what the stack was before its parent's operation, where that changed it. */
  rollBack(physicalId: string, wish: RollbackWish, context: ResourceContext): Promise<ResourceState>;
  /** Does what the stack left for its parent's clean-up; `undefined` where there is nothing. */
  cleanUp(physicalId: string, context: ResourceContext): (() => Promise<void>) | undefined;
}
