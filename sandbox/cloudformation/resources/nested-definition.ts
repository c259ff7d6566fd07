import { checkCapabilities } from '../capabilities';
import { isScalar } from '../json';
import { callerOf } from '../own-caller';
import { type ParameterInput, type ReadSsmParameter, resolveParameters } from '../parameters';
import type { Properties } from '../resource-type';
import type { Stack } from '../stack';
import { StackDefinition, type StackIdentity, type Tag } from '../stack-definition';
import { type FindResourceType, parseTemplate } from '../template';
import { type ReadTemplate, templateAt } from '../template-url';
import { validationError } from '../validation-error';
import { object, objects, requiredText, text } from './property-values';

export interface NestedDefinitionSources {
  readonly readTemplate: ReadTemplate;
  readonly readSsmParameter: (name: string, caller: Parameters<ReadTemplate>[1]) => ReturnType<ReadSsmParameter>;
}

/**
 * What a nested stack is asked to be by its parent.
 *
 * @param properties of the `AWS::CloudFormation::Stack`, resolved
 * @throws AwsError where anything is wrong with it
 */
export async function nestedDefinition(
  sources: NestedDefinitionSources,
  findResourceType: FindResourceType,
  properties: Properties,
  identity: StackIdentity,
  parent: Stack,
): Promise<StackDefinition> {
  const caller = callerOf(identity);
  const templateText = await templateAt(requiredText(properties, 'TemplateURL'), caller, sources.readTemplate);
  const template = parseTemplate(templateText, findResourceType);
  checkCapabilities(template, parent.root.capabilities);
  const parameters = resolveParameters(template, parameterInputs(properties), new Map(), name =>
    sources.readSsmParameter(name, caller),
  );
  return new StackDefinition(template, parameters, tagsOf(properties, parent), identity);
}

function parameterInputs(properties: Properties): ReadonlyMap<string, ParameterInput> {
  return new Map(
    Object.entries(object(properties, 'Parameters')).map(([name, value]) => {
      // AWS's text.
      if (!isScalar(value))
        throw validationError('Value of property Parameters must be an object with String (or simple type) properties');
      return [name, { value: String(value), usePreviousValue: false }];
    }),
  );
}

/** CloudFormation hands a stack's tags on to the stacks in it. */
function tagsOf(properties: Properties, parent: Stack): readonly Tag[] {
  const own = objects(properties, 'Tags').map(tag => ({
    Key: requiredText(tag, 'Key'),
    Value: text(tag, 'Value') ?? '',
  }));
  const inherited = (parent.definition?.tags ?? []).filter(({ Key }) => !own.some(tag => tag.Key === Key));
  return [...inherited, ...own];
}
