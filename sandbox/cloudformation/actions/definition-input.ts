import type { Caller } from '../../caller';
import { checkCapabilities } from '../capabilities';
import { flag, isObject, object, objects, oneOf, optionalText, type QueryInput, requiredText, texts } from '../input';
import { type ParameterInput, resolveParameters } from '../parameters';
import type { Stack } from '../stack';
import { StackDefinition, type StackIdentity, type Tag } from '../stack-definition';
import { parseTemplate, type Template } from '../template';
import { templateAt } from '../template-url';
import { validationError } from '../validation-error';
import type { Service } from './service';

/** Parameters of CreateStack, UpdateStack and CreateChangeSet that say what the stack is to be. */
export const definitionParameters = [
  'StackName',
  'TemplateBody',
  'TemplateURL',
  'Parameters',
  'Tags',
  'Capabilities',
  'RoleARN',
  'NotificationARNs',
  'RollbackConfiguration',
  'DeploymentConfig',
];

export interface DefinitionInput {
  readonly definition: StackDefinition;
  readonly capabilities: readonly string[];
  readonly roleArn: string | undefined;
}

/** Bytes. */
const longestBody = 51_200;

/** @param stack the stack that is to be changed, where there is one. @throws AwsError where anything is wrong with it */
export async function readDefinition(
  service: Service,
  input: QueryInput,
  caller: Caller,
  identity: StackIdentity,
  stack?: Stack,
): Promise<DefinitionInput> {
  refuseUnsupported(input);
  const template = await readTemplate(service, input, caller, stack?.definition?.template);
  const capabilities = texts(input, 'Capabilities');
  checkCapabilities(template, capabilities);
  const parameters = resolveParameters(
    template,
    parameterInputs(input),
    stack?.definition?.parameters ?? new Map(),
    name => service.readSsmParameter(name, caller),
  );
  // Absent, the tags stay as they are; empty, they go.
  const tags = input.Tags === undefined ? (stack?.definition?.tags ?? []) : tagsOf(input);
  return {
    definition: new StackDefinition(template, parameters, tags, identity),
    capabilities,
    roleArn: optionalText(input, 'RoleARN') ?? stack?.roleArn,
  };
}

export async function readTemplate(
  service: Service,
  input: QueryInput,
  caller: Caller,
  previous?: Template,
): Promise<Template> {
  return parseTemplate(await templateText(service, input, caller, previous), service.engine.findResourceType);
}

async function templateText(
  service: Service,
  input: QueryInput,
  caller: Caller,
  previous: Template | undefined,
): Promise<string> {
  const [body, url] = [optionalText(input, 'TemplateBody'), optionalText(input, 'TemplateURL')];
  const usePrevious = flag(input, 'UsePreviousTemplate') ?? false;
  if ([body !== undefined, url !== undefined, usePrevious].filter(Boolean).length !== 1)
    throw validationError('Either Template URL or Template Body must be specified.');
  if (body !== undefined) {
    if (Buffer.byteLength(body) > longestBody)
      throw validationError(
        `1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to ${longestBody}`,
      );
    return body;
  }
  if (url !== undefined) return templateAt(url, caller, service.readTemplate);
  if (previous) return previous.text;
  throw validationError('There is no previous template to use.');
}

/** What the sandbox does not do, where a request asks for more than its absence. */
function refuseUnsupported(input: QueryInput): void {
  if (texts(input, 'NotificationARNs').length > 0)
    throw validationError('NotificationARNs: the sandbox does not support notifications.');
  const rollback = object(input, 'RollbackConfiguration');
  if (
    objects(rollback, 'RollbackTriggers').length > 0 ||
    Number(optionalText(rollback, 'MonitoringTimeInMinutes') ?? 0)
  )
    throw validationError('RollbackConfiguration: the sandbox does not support rollback triggers or monitoring time.');
  refuseExpress(input);
  if (flag(input, 'ImportExistingResources'))
    throw validationError('ImportExistingResources: the sandbox does not import resources.');
}

/** The CDK CLI always names the mode. */
export function refuseExpress(input: QueryInput): void {
  oneOf(object(input, 'DeploymentConfig'), 'Mode', ['STANDARD']);
}

function parameterInputs(input: QueryInput): ReadonlyMap<string, ParameterInput> {
  return new Map(
    objects(input, 'Parameters').map(parameter => {
      const value = parameter.ParameterValue;
      return [
        requiredText(parameter, 'ParameterKey'),
        {
          ...(typeof value === 'string' ? { value } : {}),
          usePreviousValue: flag(parameter, 'UsePreviousValue') ?? false,
        },
      ];
    }),
  );
}

const tagsOf = (input: QueryInput): readonly Tag[] =>
  objects(input, 'Tags').map(tag => ({ Key: requiredText(tag, 'Key'), Value: optionalText(tag, 'Value') ?? '' }));

/** Refuses parameters that an action does not support, by their names. */
export function refuseOtherParameters(action: string, input: QueryInput, supported: readonly string[]): void {
  const others = Object.keys(input).filter(name => !supported.includes(name) && !isEmpty(input, name));
  if (others.length > 0)
    throw validationError(
      `${action}: the sandbox does not support ${others.join(', ')}; supported are ${supported.join(', ')}.`,
    );
}

function isEmpty(input: QueryInput, name: string): boolean {
  const value = input[name];
  return value === undefined || value === '' || (isObject(value) && Object.keys(value).length === 0);
}
