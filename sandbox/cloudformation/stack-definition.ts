import { inDependencyOrder, referencedNames } from './dependencies';
import { evaluate, noValue, type Resolved, resolve, type Values } from './intrinsics';
import { isArray, isObject, type JsonObject } from './json';
import type { ParameterValue } from './parameters';
import type { Json, ResourceState } from './resource-type';
import type { Template, TemplateOutput, TemplateResource } from './template';
import { validationError } from './validation-error';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** What the pseudo parameters are made of. */
export interface StackIdentity {
  readonly partition: string;
  readonly accountId: string;
  readonly region: string;
  readonly stackName: string;
  readonly stackId: string;
}

/** A resource as the functions see it. `undefined` members are not known (yet). */
export type FindState = (logicalId: string) => ResourceState;
/** Gives the value of an export of the account and Region. */
export type ImportValue = (exportName: string) => Json;

/** What a stack is asked to be: a template with its parameters' values, and what follows from the two alone. */
export class StackDefinition {
  /** Resources whose condition holds. */
  readonly resources: ReadonlyMap<string, TemplateResource>;
  readonly outputs: ReadonlyMap<string, TemplateOutput>;
  /** By logical id, the resources that it refers to or names in DependsOn. */
  readonly dependencies: ReadonlyMap<string, ReadonlySet<string>>;
  /** Logical ids, each after everything it depends on. */
  readonly order: readonly string[];
  private readonly conditions: ReadonlyMap<string, boolean>;

  /** @throws AwsError ValidationError: a rule that does not hold, a reference to nothing, a circle */
  constructor(
    readonly template: Template,
    readonly parameters: ReadonlyMap<string, ParameterValue>,
    readonly tags: readonly Tag[],
    private readonly identity: StackIdentity,
  ) {
    this.conditions = this.evaluateConditions();
    this.checkRules();
    const holds = ({ condition }: { readonly condition: string | undefined }) =>
      condition === undefined || this.condition(condition);
    this.resources = new Map([...template.resources].filter(([, resource]) => asValidation(() => holds(resource))));
    this.outputs = new Map([...template.outputs].filter(([, output]) => asValidation(() => holds(output))));
    this.dependencies = new Map(
      [...this.resources].map(([logicalId, resource]) => [
        logicalId,
        asValidation(() => this.dependenciesOf(resource)),
      ]),
    );
    for (const output of this.outputs.values())
      asValidation(() => this.checkReferences([output.value, output.exportName ?? ''], 'Outputs'));
    this.order = inDependencyOrder(this.dependencies);
  }

  /** Values of this definition, with the resources as they are now. */
  values(find: FindState, importValue: ImportValue): Values {
    return {
      ref: name => this.parameterOrPseudo(name) ?? refOf(find(name)),
      attribute: (logicalId, name) => {
        const { attributes, anyAttribute } = find(logicalId);
        const value = Object.hasOwn(attributes, name) ? attributes[name] : anyAttribute?.(name);
        if (value === undefined)
          throw new Error(missingAttribute(this.resources.get(logicalId)?.type, name, find(logicalId), logicalId));
        return value;
      },
      condition: name => this.condition(name),
      mapping: (map, key, second) => this.mapping(map, key, second),
      importValue,
    };
  }

  private dependenciesOf(resource: TemplateResource): ReadonlySet<string> {
    this.checkReferences(resource.properties, 'Resources');
    const unknown = resource.dependsOn.filter(name => !this.template.resources.has(name));
    if (unknown.length > 0) throw unresolved(unknown, 'Resources');
    const names = [...resource.dependsOn, ...referencedNames(resource.properties, name => this.condition(name))];
    return new Set(names.filter(name => this.resources.has(name)));
  }

  /** Every name must be known; a name in the chosen branch must also be a resource whose condition holds. */
  private checkReferences(value: Json, block: string): void {
    const isKnown = (name: string) =>
      name.startsWith('AWS::') || this.parameters.has(name) || this.template.resources.has(name);
    const unknown = [...referencedNames(value)].filter(name => !isKnown(name));
    const absent = [...referencedNames(value, name => this.condition(name))].filter(
      name => this.template.resources.has(name) && !this.resources.has(name),
    );
    if (unknown.length + absent.length > 0) throw unresolved([...unknown, ...absent], block);
  }

  private condition(name: string): boolean {
    const value = this.conditions.get(name);
    if (value === undefined) throw new Error(`Template error: unresolved condition dependency ${name}`);
    return value;
  }

  private evaluateConditions(): ReadonlyMap<string, boolean> {
    const { conditions } = this.template;
    const evaluated = new Map<string, boolean>();
    const underWay = new Set<string>();
    const condition = (name: string): boolean => {
      const known = evaluated.get(name);
      if (known !== undefined) return known;
      const declared = Object.hasOwn(conditions, name) ? conditions[name] : undefined;
      if (declared === undefined) throw new Error(`Template error: unresolved condition dependency ${name}`);
      if (underWay.has(name))
        throw new Error(`Template error: found circular condition dependency: [${[...underWay].join(', ')}]`);
      underWay.add(name);
      const value = evaluate(declared, this.valuesWithoutResources('Conditions', condition));
      underWay.delete(name);
      evaluated.set(name, value);
      return value;
    };
    for (const name of Object.keys(conditions)) asValidation(() => condition(name));
    return evaluated;
  }

  private checkRules(): void {
    const values = this.valuesWithoutResources('Rules', name => this.condition(name));
    for (const [name, rule] of Object.entries(this.template.rules)) {
      const { RuleCondition: condition, Assertions: assertions, ...others } = isObject(rule) ? rule : {};
      if (!isArray(assertions) || Object.keys(others).length > 0)
        throw validationError(`Template format error: [/Rules/${name}] wants Assertions, and RuleCondition if any.`);
      if (condition !== undefined && !asValidation(() => evaluate(condition, values))) continue;
      for (const assertion of assertions) {
        const { Assert: assert, AssertDescription: description }: JsonObject = isObject(assertion) ? assertion : {};
        if (assert === undefined) throw validationError(`Template format error: [/Rules/${name}] Assert is missing.`);
        // AWS's text for an assertion that does not hold is not known.
        if (!asValidation(() => evaluate(assert, values)))
          throw validationError(
            `Template error: rule ${name} does not hold: ${typeof description === 'string' ? description : JSON.stringify(assert)}`,
          );
      }
    }
  }

  private valuesWithoutResources(block: string, condition: (name: string) => boolean): Values {
    const refuse = (name: string): never => {
      throw unresolved([name], block);
    };
    return {
      ref: name => this.parameterOrPseudo(name) ?? refuse(name),
      attribute: refuse,
      condition,
      mapping: (map, key, second) => this.mapping(map, key, second),
      importValue: refuse,
    };
  }

  private mapping(map: string, key: string, second: string): Json {
    const value = member(member(member(this.template.mappings, map), key), second);
    if (value === undefined) throw new Error(`Template error: Unable to get mapping for ${map}::${key}::${second}`);
    return value;
  }

  private parameterOrPseudo(name: string): Resolved | undefined {
    const { partition, accountId, region, stackName, stackId } = this.identity;
    switch (name) {
      case 'AWS::AccountId':
        return accountId;
      case 'AWS::NoValue':
        return noValue;
      case 'AWS::NotificationARNs':
        return [];
      case 'AWS::Partition':
        return partition;
      case 'AWS::Region':
        return region;
      case 'AWS::StackId':
        return stackId;
      case 'AWS::StackName':
        return stackName;
      case 'AWS::URLSuffix':
        return partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
      default:
        if (name.startsWith('AWS::')) throw new Error(`Template error: there is no pseudo parameter ${name}`);
        return this.parameters.get(name)?.value;
    }
  }
}

/** Resolves what is an object before: the properties of a resource. */
export function resolveProperties(properties: JsonObject, values: Values): JsonObject {
  const resolved = resolve(properties, values);
  if (resolved === noValue || !isObject(resolved)) throw new Error('Template error: Properties wants an object');
  return resolved;
}

const refOf = (state: ResourceState): Json => state.ref ?? state.physicalId;

const member = (value: Json | undefined, name: string): Json | undefined =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;

/** AWS's text for a reference to nothing. */
export const unresolved = (names: readonly string[], block: string) =>
  validationError(
    `Template format error: Unresolved resource dependencies [${[...new Set(names)].join(', ')}] in the ${block} block of the template`,
  );

/** Turns the plain errors of the functions into the API's. */
function asValidation<T>(evaluateNow: () => T): T {
  try {
    return evaluateNow();
  } catch (error) {
    throw error instanceof Error && error.name === 'Error' ? validationError(error.message, { cause: error }) : error;
  }
}

function missingAttribute(type: string | undefined, name: string, state: ResourceState, logicalId: string): string {
  // The two texts are AWS's; the second names the S3 object that the provider's answer was put in.
  return state.responseObject === undefined
    ? `Template error: resource ${logicalId} does not support attribute type ${name} in Fn::GetAtt (${type})`
    : `CustomResource attribute error: Vendor response doesn't contain ${name} attribute in object ${state.responseObject}`;
}
