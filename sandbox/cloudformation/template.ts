import { isTooDeep, tooDeep } from '../json-depth';
import { conditionFunctions, valueFunctions } from './intrinsics';
import { isArray, isObject, isScalar, type JsonObject } from './json';
import type { Json, Properties, ResourceType } from './resource-type';
import { validationError } from './validation-error';
import { parseYaml } from './yaml-template';

export type DeletionPolicy = 'Delete' | 'Retain' | 'RetainExceptOnCreate';

export interface TemplateResource {
  readonly type: string;
  /** With the intrinsic functions still in them. */
  readonly properties: Properties;
  readonly dependsOn: readonly string[];
  readonly condition: string | undefined;
  readonly deletionPolicy: DeletionPolicy;
  readonly updateReplacePolicy: DeletionPolicy;
  readonly metadata: Json | undefined;
}

export interface TemplateOutput {
  readonly value: Json;
  readonly description: string | undefined;
  readonly condition: string | undefined;
  readonly exportName: Json | undefined;
}

export interface Template {
  readonly text: string;
  readonly description: string | undefined;
  readonly metadata: Json | undefined;
  readonly parameters: JsonObject;
  readonly rules: JsonObject;
  readonly mappings: JsonObject;
  readonly conditions: JsonObject;
  readonly resources: ReadonlyMap<string, TemplateResource>;
  readonly outputs: ReadonlyMap<string, TemplateOutput>;
}

/** Finds a resource type by its name; custom resources included. */
export type FindResourceType = (typeName: string) => ResourceType | undefined;

export const isCustomResource = (typeName: string): boolean =>
  typeName === 'AWS::CloudFormation::CustomResource' || typeName.startsWith('Custom::');

const sections = [
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters',
  'Rules',
  'Mappings',
  'Conditions',
  'Resources',
  'Outputs',
];
const resourceAttributes = [
  'Type',
  'Properties',
  'DependsOn',
  'Condition',
  'DeletionPolicy',
  'UpdateReplacePolicy',
  'Metadata',
];
const deletionPolicies: readonly string[] = ['Delete', 'Retain', 'RetainExceptOnCreate'] satisfies DeletionPolicy[];
const maximumResources = 500;

/**
 * Reads a JSON template and checks its form: every section, attribute, type, property and function by its name.
 * What refers to what is checked by `StackDefinition`.
 *
 * @throws AwsError ValidationError
 */
export function parseTemplate(text: string, findResourceType: FindResourceType): Template {
  const template = parseJson(text);
  refuseOthers(
    template,
    sections,
    names => `Invalid template property or properties [${names}]; supported are ${sections.join(', ')}`,
  );
  const resources = section(template, 'Resources');
  const names = Object.keys(resources);
  if (names.length === 0)
    throw validationError('Template format error: At least one Resources member must be defined.');
  if (names.length > maximumResources)
    throw validationError(
      `Template format error: Number of resources, ${names.length}, is greater than maximum allowed, ${maximumResources}`,
    );
  for (const name of ['Conditions', 'Rules'])
    checkValue(section(template, name), `/${name}`, [...valueFunctions, ...conditionFunctions]);
  const unknownTypes = names
    .map(name => property(resources[name], 'Type'))
    .filter(type => typeof type === 'string' && !findResourceType(type));
  if (unknownTypes.length > 0)
    throw validationError(
      `Template format error: Unrecognized resource types: [${[...new Set(unknownTypes)].join(', ')}] (the sandbox does not know them)`,
    );
  return {
    text,
    description: optionalText(template.Description, '/Description'),
    metadata: template.Metadata,
    parameters: section(template, 'Parameters'),
    rules: section(template, 'Rules'),
    mappings: section(template, 'Mappings'),
    conditions: section(template, 'Conditions'),
    resources: new Map(
      Object.entries(resources).map(([name, resource]) => [name, parseResource(name, resource, findResourceType)]),
    ),
    outputs: new Map(
      Object.entries(section(template, 'Outputs')).map(([name, output]) => [name, parseOutput(name, output)]),
    ),
  };
}

function parseJson(text: string): JsonObject {
  if (!text.trimStart().startsWith('{')) return parseYaml(text);
  if (isTooDeep(text)) throw validationError(`Template format error: the template ${tooDeep}.`);
  let parsed: Json;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw validationError(
      `Template format error: JSON not well-formed. (${error instanceof Error ? error.message : error})`,
      { cause: error },
    );
  }
  if (!isObject(parsed)) throw validationError('Template format error: a template is an object.');
  return parsed;
}

function parseResource(name: string, resource: Json, findResourceType: FindResourceType): TemplateResource {
  const path = `/Resources/${name}`;
  if (!/^[A-Za-z0-9]{1,255}$/.test(name))
    throw validationError(`Template format error: Resource name ${name} is non alphanumeric.`);
  if (!isObject(resource)) throw validationError(`Template format error: [${path}] is not an object.`);
  refuseOthers(
    resource,
    resourceAttributes,
    names =>
      `Template format error: [${path}] Invalid template resource property '${names}'; supported are ${resourceAttributes.join(', ')}`,
  );
  const { Type: typeName, Properties: properties = {}, DependsOn: dependsOn = [], Condition: condition } = resource;
  const type = typeof typeName === 'string' ? findResourceType(typeName) : undefined;
  if (!type || typeof typeName !== 'string')
    throw validationError(`Template format error: [${path}] Every Resources object must contain a Type member.`);
  if (!isObject(properties)) throw validationError(`Template format error: [${path}/Properties] is not an object.`);
  if (!isCustomResource(typeName) && !type.isPlaceholder)
    refuseOthers(
      properties,
      Object.keys(type.properties),
      names =>
        `Template format error: [${path}] Encountered unsupported property ${names} of ${typeName}; the sandbox supports ${Object.keys(type.properties).join(', ')}`,
    );
  for (const required of type.required ?? [])
    if (!Object.hasOwn(properties, required))
      throw validationError(`Template format error: [${path}] Property ${required} of ${typeName} is required.`);
  checkValue(properties, `${path}/Properties`, valueFunctions);
  const dependencies = isArray(dependsOn) ? dependsOn : [dependsOn];
  if (!dependencies.every(dependency => typeof dependency === 'string'))
    throw validationError(`Template format error: [${path}/DependsOn] wants a logical id, or a list of them.`);
  return {
    type: typeName,
    properties,
    dependsOn: dependencies,
    condition: optionalText(condition, `${path}/Condition`),
    deletionPolicy: policy(resource.DeletionPolicy, `${path}/DeletionPolicy`),
    updateReplacePolicy: policy(resource.UpdateReplacePolicy, `${path}/UpdateReplacePolicy`),
    metadata: resource.Metadata,
  };
}

function parseOutput(name: string, output: Json): TemplateOutput {
  const path = `/Outputs/${name}`;
  if (!isObject(output) || output.Value === undefined)
    throw validationError(`Template format error: [${path}] Every Outputs member must contain a Value object`);
  const attributes = ['Value', 'Description', 'Export', 'Condition'];
  refuseOthers(
    output,
    attributes,
    names => `Template format error: [${path}] does not take ${names}; supported are ${attributes.join(', ')}`,
  );
  checkValue(output, path, valueFunctions);
  const exportName = property(output.Export, 'Name');
  if (output.Export !== undefined && exportName === undefined)
    throw validationError(`Template format error: [${path}/Export] wants {"Name": …}.`);
  return {
    value: output.Value,
    description: optionalText(output.Description, `${path}/Description`),
    condition: optionalText(output.Condition, `${path}/Condition`),
    exportName,
  };
}

function policy(value: Json | undefined, path: string): DeletionPolicy {
  const isPolicy = (text: string): text is DeletionPolicy => deletionPolicies.includes(text);
  if (value === undefined) return 'Delete';
  if (typeof value === 'string' && isPolicy(value)) return value;
  throw validationError(
    `Template format error: [${path}] ${JSON.stringify(value)} is not supported; supported are ${deletionPolicies.join(', ')}.`,
  );
}

/** Every function by its name, and no `null`, anywhere in `value`. */
function checkValue(value: Json, path: string, functions: readonly string[]): void {
  if (value === null)
    throw validationError(`Template format error: [${path}] 'null' values are not allowed in templates`);
  if (typeof value === 'string' && value.includes('{{resolve:'))
    throw validationError(`Template error: [${path}] the sandbox does not support dynamic references ({{resolve:…}}).`);
  if (isScalar(value)) return;
  if (isArray(value)) {
    for (const [index, item] of value.entries()) checkValue(item, `${path}/${index}`, functions);
    return;
  }
  if (!isObject(value)) return;
  for (const [key, item] of Object.entries(value)) {
    if (key.startsWith('Fn::')) {
      if (!functions.includes(key))
        throw validationError(
          `Template error: [${path}] the function ${key} is not supported here; supported are ${functions.join(', ')}.`,
        );
      if (Object.keys(value).length > 1)
        throw validationError(
          `Template error: [${path}] a function stands alone in its object; got ${Object.keys(value).join(', ')}.`,
        );
    }
    checkValue(item, `${path}/${key}`, functions);
  }
}

function refuseOthers(object: JsonObject, allowed: readonly string[], message: (names: string) => string): void {
  const others = Object.keys(object).filter(key => !allowed.includes(key));
  if (others.length > 0) throw validationError(message(others.join(', ')));
}

function section(template: JsonObject, name: string): JsonObject {
  const value = template[name] ?? {};
  if (!isObject(value)) throw validationError(`Template format error: [/${name}] is not an object.`);
  return value;
}

const property = (value: Json | undefined, name: string): Json | undefined =>
  isObject(value) ? value[name] : undefined;

function optionalText(value: Json | undefined, path: string): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  throw validationError(`Template format error: [${path}] wants text; got ${JSON.stringify(value)}.`);
}
