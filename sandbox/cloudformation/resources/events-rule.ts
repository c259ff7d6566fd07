import { AwsError } from '../../aws-error';
import type { EventBridge, RuleSettings, Target } from '../../events/event-bridge';
import type { Properties, ResourceContext, ResourceState, ResourceType } from '../resource-type';
import { object, objects, onlyMembers, requiredText, text } from './property-values';

/** What EventBridge does with other targets than functions is nothing that a rehearsal sees: they are recorded only. */
const ofOtherTargets = [
  ...['AppSyncParameters', 'BatchParameters', 'DeadLetterConfig', 'EcsParameters', 'HttpParameters'],
  ...['KinesisParameters', 'RedshiftDataParameters', 'RetryPolicy', 'RoleArn', 'RunCommandParameters'],
  ...['SageMakerPipelineParameters', 'SqsParameters'],
];

export function eventsRule(eventBridge: EventBridge): ResourceType {
  const put = (name: string, properties: Properties, { region }: ResourceContext): ResourceState => {
    const settings = settingsOf(properties);
    const { arn } = eventBridge.putRule(region, name, settings);
    return { physicalId: settings.bus === 'default' ? name : `${settings.bus}|${name}`, attributes: { Arn: arn } };
  };
  const nameOf = (physicalId: string) => physicalId.slice(physicalId.indexOf('|') + 1);

  return {
    typeName: 'AWS::Events::Rule',
    properties: {
      Description: 'in place',
      EventBusName: 'replacement',
      EventPattern: 'in place',
      Name: 'replacement',
      ScheduleExpression: 'in place',
      State: 'in place',
      Targets: 'in place',
      // Taken without an effect: see the table in sandbox/README.md.
      RoleArn: 'in place',
      Tags: 'in place',
    },

    async create(properties, context) {
      const name = text(properties, 'Name') ?? context.generatedName(64);
      if (eventBridge.hasRule(eventBridge.arnOf(context.region, busOf(properties), name))) {
        throw new AwsError('AlreadyExists', `${name} already exists`, 409);
      }
      return put(name, properties, context);
    },

    async update(physicalId, properties, _old, context) {
      return put(nameOf(physicalId), properties, context);
    },

    async delete(physicalId, properties, context) {
      eventBridge.deleteRule(eventBridge.arnOf(context.region, busOf(properties), nameOf(physicalId)));
    },
  };
}

function settingsOf(properties: Properties): RuleSettings {
  const state = text(properties, 'State') ?? 'ENABLED';
  if (!['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'].includes(state)) {
    throw new AwsError('ValidationException', `State ${state} must be ENABLED or DISABLED`);
  }
  return {
    bus: busOf(properties),
    pattern: properties.EventPattern,
    scheduleExpression: text(properties, 'ScheduleExpression'),
    isEnabled: state !== 'DISABLED',
    targets: objects(properties, 'Targets').map(targetOf),
  };
}

/** The name, also where the bus is given by its ARN. */
const busOf = (properties: Properties): string =>
  (text(properties, 'EventBusName') ?? 'default').replace(/^arn:.*\//, '');

function targetOf(target: Properties): Target {
  onlyMembers('Targets', target, ['Arn', 'Id', 'Input', 'InputPath', 'InputTransformer', ...ofOtherTargets]);
  const transformer = object(target, 'InputTransformer');
  const paths = object(transformer, 'InputPathsMap');
  if (['Input', 'InputPath', 'InputTransformer'].filter(name => target[name] !== undefined).length > 1) {
    throw new AwsError('ValidationException', 'Only one of Input, InputPath, or InputTransformer must be provided.');
  }
  return {
    id: requiredText(target, 'Id'),
    arn: requiredText(target, 'Arn'),
    input: text(target, 'Input'),
    inputPath: text(target, 'InputPath'),
    ...(target.InputTransformer !== undefined && {
      inputTransformer: {
        paths: Object.fromEntries(Object.keys(paths).map(name => [name, requiredText(paths, name)])),
        template: requiredText(transformer, 'InputTemplate'),
      },
    }),
  };
}
