import { AwsError } from '../../aws-error';
import type { AlarmSettings, MetricQuery, MetricStat } from '../../cloudwatch/alarm';
import type { MissingData } from '../../cloudwatch/alarm-state';
import type { CloudWatch } from '../../cloudwatch/cloudwatch';
import type { Properties, ResourceContext, ResourceState, ResourceType } from '../resource-type';
import { flag } from './direct-connect-api';
import { number, object, objects, onlyMembers, requiredText, text, texts } from './property-values';

export function cloudWatchAlarm(cloudWatch: CloudWatch): ResourceType {
  const put = (name: string, properties: Properties, { region }: ResourceContext): ResourceState => ({
    physicalId: name,
    attributes: { Arn: cloudWatch.putAlarm(region, name, settingsOf(properties)).arn },
  });

  return {
    typeName: 'AWS::CloudWatch::Alarm',
    properties: {
      ActionsEnabled: 'in place',
      AlarmActions: 'in place',
      AlarmDescription: 'in place',
      AlarmName: 'replacement',
      ComparisonOperator: 'in place',
      DatapointsToAlarm: 'in place',
      Dimensions: 'in place',
      EvaluationPeriods: 'in place',
      ExtendedStatistic: 'in place',
      InsufficientDataActions: 'in place',
      MetricName: 'in place',
      Metrics: 'in place',
      Namespace: 'in place',
      OKActions: 'in place',
      Period: 'in place',
      Statistic: 'in place',
      Threshold: 'in place',
      ThresholdMetricId: 'in place',
      TreatMissingData: 'in place',
      Unit: 'in place',
      // Taken without an effect: see the table in sandbox/README.md.
      EvaluateLowSampleCountPercentile: 'in place',
      Tags: 'in place',
    },
    required: ['ComparisonOperator', 'EvaluationPeriods'],

    async create(properties, context) {
      const name = text(properties, 'AlarmName') ?? context.generatedName(255);
      if (cloudWatch.hasAlarm(context.region, name)) {
        throw new AwsError('AlreadyExists', `${name} already exists`, 409);
      }
      return put(name, properties, context);
    },

    async update(name, properties, _old, context) {
      return put(name, properties, context);
    },

    async delete(name, _properties, context) {
      cloudWatch.deleteAlarm(cloudWatch.arnOf(context.region, name));
    },
  };
}

function settingsOf(properties: Properties): AlarmSettings {
  return {
    description: text(properties, 'AlarmDescription'),
    actionsEnabled: flag(properties, 'ActionsEnabled') ?? true,
    actions: {
      OK: texts(properties, 'OKActions'),
      ALARM: texts(properties, 'AlarmActions'),
      INSUFFICIENT_DATA: texts(properties, 'InsufficientDataActions'),
    },
    metric: properties.MetricName === undefined ? undefined : metricOf(properties),
    queries: objects(properties, 'Metrics').map(queryOf),
    comparisonOperator: requiredText(properties, 'ComparisonOperator'),
    threshold: number(properties, 'Threshold'),
    thresholdMetricId: text(properties, 'ThresholdMetricId'),
    evaluationPeriods: number(properties, 'EvaluationPeriods') ?? 1,
    datapointsToAlarm: number(properties, 'DatapointsToAlarm'),
    treatMissingData: missingDataOf(text(properties, 'TreatMissingData') ?? 'missing'),
  };
}

function metricOf(properties: Properties): MetricStat {
  return {
    metric: metricIdOf(properties),
    period: number(properties, 'Period') ?? Number.NaN,
    statistic: text(properties, 'Statistic') ?? requiredText(properties, 'ExtendedStatistic'),
    unit: text(properties, 'Unit'),
  };
}

function metricIdOf(properties: Properties): MetricStat['metric'] {
  const dimensions = objects(properties, 'Dimensions');
  return {
    namespace: requiredText(properties, 'Namespace'),
    name: requiredText(properties, 'MetricName'),
    dimensions: Object.fromEntries(dimensions.map(one => [requiredText(one, 'Name'), requiredText(one, 'Value')])),
  };
}

function queryOf(query: Properties): MetricQuery {
  onlyMembers('Metrics', query, ['AccountId', 'Expression', 'Id', 'Label', 'MetricStat', 'Period', 'ReturnData']);
  const stat = object(query, 'MetricStat');
  onlyMembers('Metrics.MetricStat', stat, ['Metric', 'Period', 'Stat', 'Unit']);
  return {
    id: requiredText(query, 'Id'),
    label: text(query, 'Label'),
    returnData: flag(query, 'ReturnData') ?? true,
    period: number(query, 'Period'),
    expression: text(query, 'Expression'),
    stat:
      query.MetricStat === undefined
        ? undefined
        : {
            metric: metricIdOf(object(stat, 'Metric')),
            period: number(stat, 'Period') ?? Number.NaN,
            statistic: requiredText(stat, 'Stat'),
            unit: text(stat, 'Unit'),
          },
  };
}

const treatments: readonly MissingData[] = ['missing', 'ignore', 'breaching', 'notBreaching'];

function missingDataOf(value: string): MissingData {
  const found = treatments.find(one => one === value);
  if (found) return found;
  throw new AwsError('ValidationError', `TreatMissingData ${value} must be one of ${treatments.join(', ')}`);
}
