import type { Caller } from '../../caller';
import { requiredCapabilities } from '../capabilities';
import { referencedNames } from '../dependencies';
import { oneOf, optionalText, type QueryInput, requiredText } from '../input';
import { isObject, isScalar } from '../json';
import { unresolved } from '../stack-definition';
import type { Template } from '../template';
import { validationError } from '../validation-error';
import { readTemplate } from './definition-input';
import { withIdDoesNotExist } from './description-actions';
import type { Action, Service } from './service';

export const templateActions: Readonly<Record<string, Action>> = {
  GetTemplate: {
    parameters: ['StackName', 'ChangeSetName', 'TemplateStage'],
    run(service, input, caller) {
      oneOf(input, 'TemplateStage', ['Original', 'Processed']);
      const stack = service.stacks.require(requiredText(input, 'StackName'), caller.region, withIdDoesNotExist);
      const changeSetName = optionalText(input, 'ChangeSetName');
      const definition =
        changeSetName === undefined
          ? stack.definition
          : [...stack.changeSets.values()].find(({ name, id }) => name === changeSetName || id === changeSetName)
              ?.definition;
      if (!definition && changeSetName !== undefined)
        throw validationError(`ChangeSet [${changeSetName}] does not exist`);
      // A stack in REVIEW_IN_PROGRESS has no template yet.
      return { TemplateBody: definition?.template.text ?? '', StagesAvailable: ['Original', 'Processed'] };
    },
  },

  GetTemplateSummary: {
    parameters: ['StackName', 'TemplateBody', 'TemplateURL'],
    async run(service, input, caller) {
      const template = await templateOf(service, input, caller);
      return {
        ...describeTemplate(template),
        ResourceTypes: [...new Set([...template.resources.values()].map(({ type }) => type))],
        Version: '2010-09-09',
        Metadata: template.metadata === undefined ? undefined : JSON.stringify(template.metadata),
      };
    },
  },

  ValidateTemplate: {
    parameters: ['TemplateBody', 'TemplateURL'],
    async run(service, input, caller) {
      const template = await readTemplate(service, input, caller);
      checkReferences(template);
      const { Parameters: parameters, ...described } = describeTemplate(template);
      // AWS's model of this operation has no types of the parameters.
      return { ...described, Parameters: parameters.map(({ ParameterType: _type, ...parameter }) => parameter) };
    },
  },
};

async function templateOf(service: Service, input: QueryInput, caller: Caller): Promise<Template> {
  const stackName = optionalText(input, 'StackName');
  if (stackName === undefined) return readTemplate(service, input, caller);
  const { definition } = service.stacks.require(stackName, caller.region, withIdDoesNotExist);
  if (!definition) throw validationError(`Stack [${stackName}] has no template yet.`);
  return definition.template;
}

/** @throws AwsError where something refers to what the template does not have */
function checkReferences({ resources, outputs, parameters }: Template): void {
  const values = [
    ...[...resources.values()].map(({ properties }) => ['Resources', properties] as const),
    ...[...outputs.values()].map(({ value, exportName = '' }) => ['Outputs', [value, exportName]] as const),
  ];
  for (const [block, value] of values) {
    const unknown = [...referencedNames(value)].filter(
      name => !name.startsWith('AWS::') && !Object.hasOwn(parameters, name) && !resources.has(name),
    );
    if (unknown.length > 0) throw unresolved(unknown, block);
  }
}

function describeTemplate(template: Template) {
  const capabilities = requiredCapabilities(template);
  return {
    Description: template.description,
    Capabilities: capabilities,
    CapabilitiesReason:
      capabilities.length > 0 ? 'The template has resources of AWS Identity and Access Management.' : undefined,
    Parameters: Object.entries(template.parameters).map(([name, declared]) => {
      const {
        Default: value,
        Type: type,
        Description: description,
        NoEcho: noEcho,
      } = isObject(declared) ? declared : {};
      return {
        ParameterKey: name,
        DefaultValue: isScalar(value) ? String(value) : undefined,
        ParameterType: type,
        NoEcho: noEcho ?? false,
        Description: description,
      };
    }),
  };
}
