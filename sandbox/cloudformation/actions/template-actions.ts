import type { Caller } from '../../caller';
import { requiredCapabilities } from '../capabilities';
import { oneOf, optionalText, type QueryInput, requiredText } from '../input';
import { isObject } from '../json';
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
      return describeTemplate(await readTemplate(service, input, caller));
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

function describeTemplate(template: Template): object {
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
        DefaultValue: value === undefined ? undefined : String(value),
        ParameterType: type,
        NoEcho: noEcho ?? false,
        Description: description,
      };
    }),
  };
}
