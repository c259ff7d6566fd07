import fc, { type Arbitrary } from 'fast-check';
import { deepText, json, members, mostly, text } from './values';

const names = ['A', 'B', 'C', 'P', 'AWS::Region', 'AWS::NoValue', 'AWS::StackId'];
const name = mostly(names, text);

/** A property's value: plain, or from functions in each other. */
const { value } = fc.letrec<{ value: unknown; call: unknown }>(tie => ({
  value: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'template' },
    { weight: 3, arbitrary: json },
    { weight: 2, arbitrary: tie('call') },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 3 }) },
  ),
  call: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'template' },
    name.map(Ref => ({ Ref })),
    fc.tuple(name, mostly(['Arn', 'Answer'], tie('value'))).map(argument => ({ 'Fn::GetAtt': argument })),
    fc
      .tuple(
        mostly([`\${A}`, `\${V}`.repeat(3), `\${!x}\${P}`, 'plain'], text),
        fc.dictionary(fc.constant('V'), tie('value')),
      )
      .map(argument => ({ 'Fn::Sub': argument })),
    fc.tuple(text, fc.array(tie('value'), { maxLength: 3 })).map(argument => ({ 'Fn::Join': argument })),
    fc.tuple(mostly([0, 1]), tie('value')).map(argument => ({ 'Fn::Select': argument })),
    fc.tuple(text, tie('value')).map(argument => ({ 'Fn::Split': argument })),
    fc.tuple(mostly(['Yes', 'No']), tie('value'), tie('value')).map(argument => ({ 'Fn::If': argument })),
    fc.tuple(mostly(['M']), mostly(['a']), mostly(['b'])).map(argument => ({ 'Fn::FindInMap': argument })),
    tie('value').map(argument => ({ 'Fn::Base64': argument })),
    fc
      .tuple(fc.constantFrom('Fn::ImportValue', 'Fn::Transform', 'Fn::'), tie('value'))
      .map(([fn, argument]) => ({ [fn]: argument })),
  ),
}));

const lambdaTrust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
const policy = mostly(
  [
    { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
    { Version: '2012-10-17', Statement: [] },
    { Statement: { Effect: 'Deny', Action: 's3:*', Resource: `arn:aws:s3:::\${aws:PrincipalArn}` } },
  ],
  value,
);

/** An event pattern of any form, mostly with operators that there are. */
const pattern = fc.dictionary(
  mostly(['source', '$or', 'detail'], text).map(String),
  fc.array(
    fc.oneof(
      json,
      fc
        .tuple(
          fc.constantFrom(
            'prefix',
            'suffix',
            'anything-but',
            'wildcard',
            'numeric',
            'cidr',
            'exists',
            'equals-ignore-case',
          ),
          mostly(['a*b*c', '10.0.0.0/8', ['>', 1], { prefix: ['a'] }, true], json),
        )
        .map(([operator, operand]) => ({ [operator]: operand })),
    ),
    { maxLength: 3 },
  ),
  { maxKeys: 3 },
);

/** Metric math, or what looks like it. */
const expression = fc.oneof(
  fc.constantFrom('e1', 'e2 + 1', 'METRICS() + METRICS()', `${'('.repeat(1000)}m1`, '1'.repeat(3000), '[m1][0]', 'm1'),
  fc
    .array(
      fc.constantFrom('m1', 'e2', '+', '-', '*', '/', '(', ')', 'SUM', '[', ']', ',', 'IF', 'FILL', '0', ' AND ', "'"),
      {
        maxLength: 12,
      },
    )
    .map(parts => parts.join('')),
  text,
);

/** By type, some of the properties that it takes, with values that are mostly right. */
const types: { readonly [typeName: string]: { readonly [property: string]: Arbitrary<unknown> } } = {
  'AWS::IAM::Role': {
    AssumeRolePolicyDocument: mostly([lambdaTrust], value),
    RoleName: mostly(['R', { Ref: 'P' }], value),
    Policies: policy.map(document => [{ PolicyName: 'p', PolicyDocument: document }]),
    Path: mostly(['/'], value),
    MaxSessionDuration: mostly([3600], value),
    ManagedPolicyArns: mostly([['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']], value),
  },
  'AWS::IAM::Policy': {
    PolicyDocument: policy,
    PolicyName: mostly(['p'], value),
    Roles: mostly([['R'], [{ Ref: 'A' }]], value),
  },
  'AWS::IAM::ManagedPolicy': {
    PolicyDocument: policy,
    ManagedPolicyName: mostly(['m'], value),
    Roles: mostly([['R']], value),
  },
  'AWS::Lambda::Function': {
    Code: mostly([{ ZipFile: 'exports.handler = async () => 1' }, { S3Bucket: 'b', S3Key: 'k' }], value),
    Handler: mostly(['index.handler'], value),
    Runtime: mostly(['nodejs24.x'], value),
    Role: mostly([{ 'Fn::GetAtt': ['A', 'Arn'] }, 'arn:aws:iam::111122223333:role/R'], value),
    FunctionName: mostly(['F2'], value),
    Environment: mostly([{ Variables: { NAME: 'x' } }], value),
    Timeout: mostly([3], value),
    LoggingConfig: mostly([{ LogGroup: 'g' }], value),
  },
  'AWS::Lambda::EventInvokeConfig': {
    FunctionName: mostly(['F']),
    Qualifier: mostly(['$LATEST']),
    MaximumRetryAttempts: mostly([0], value),
  },
  'AWS::Lambda::Permission': {
    FunctionName: mostly(['F'], value),
    Action: mostly(['lambda:InvokeFunction']),
    Principal: mostly(['events.amazonaws.com', '*'], value),
    SourceArn: mostly(['arn:aws:events:eu-central-1:111122223333:rule/*'], value),
  },
  'AWS::Events::Rule': {
    ScheduleExpression: mostly(['rate(15 minutes)', 'rate(1 day)', 'cron(0 8 ? * L *)', 'cron(0 0 30 2 ? *)'], value),
    EventPattern: mostly([{ source: [{ prefix: 'aws.' }] }, { $or: [{ source: ['x'] }, { id: ['y'] }] }], pattern),
    Targets: mostly(
      [
        [{ Id: 'T', Arn: 'arn:aws:lambda:eu-central-1:111122223333:function:F' }],
        [{ Id: 'T', Arn: 'arn:aws:sns:a', InputPath: '$.detail[*].a' }],
        [{ Id: 'T', Arn: 'x', InputTransformer: { InputPathsMap: { a: '$.id' }, InputTemplate: '{"a": <a>}' } }],
      ],
      value,
    ),
    State: mostly(['ENABLED', 'DISABLED'], value),
    Name: mostly(['r'], value),
    EventBusName: mostly(['default', 'b'], value),
  },
  'AWS::CloudWatch::Alarm': {
    ComparisonOperator: mostly(['GreaterThanThreshold', 'LessThanThreshold', 'LessThanLowerThreshold'], value),
    EvaluationPeriods: mostly([1, 3, 1440], value),
    Threshold: mostly([1], value),
    MetricName: mostly(['ConnectionState'], value),
    Namespace: mostly(['AWS/DX'], value),
    Period: mostly([10, 60, 300], value),
    Statistic: mostly(['Maximum', 'p99'], value),
    Dimensions: mostly([[{ Name: 'ConnectionId', Value: 'dxcon-fg5678gh' }]], value),
    TreatMissingData: mostly(['ignore', 'breaching'], value),
    Metrics: expression.map(Expression => [
      { Id: 'e1', Expression },
      { Id: 'e2', Expression: 'SUM([e1, FILL(m1, 0)])', ReturnData: false },
      {
        Id: 'm1',
        MetricStat: { Metric: { Namespace: 'AWS/DX', MetricName: 'ConnectionState' }, Period: 60, Stat: 'Sum' },
        ReturnData: false,
      },
    ]),
    AlarmActions: mostly([['arn:aws:lambda:eu-central-1:111122223333:function:F', 'arn:aws:sns:x']], value),
  },
  'AWS::Logs::LogGroup': { LogGroupName: mostly(['g', 'l'.repeat(300)], value), RetentionInDays: mostly([7], value) },
  'AWS::DynamoDB::Table': {
    TableName: mostly(['Tab2'], value),
    KeySchema: mostly([[{ AttributeName: 'id', KeyType: 'HASH' }]], value),
    AttributeDefinitions: mostly([[{ AttributeName: 'id', AttributeType: 'S' }]], value),
    BillingMode: mostly(['PAY_PER_REQUEST'], value),
    TimeToLiveSpecification: mostly([{ AttributeName: 'n', Enabled: true }], value),
  },
  'AWS::DirectConnect::Connection': {
    ConnectionName: mostly(['n'], value),
    Bandwidth: mostly(['1Gbps'], value),
    Location: mostly(['EqFA5'], value),
    LagId: mostly(['dxlag-fg1234aa'], value),
  },
  'AWS::DirectConnect::Lag': {
    LagName: mostly(['n'], value),
    ConnectionsBandwidth: mostly(['10Gbps'], value),
    Location: mostly(['EqFA5'], value),
    MinimumLinks: mostly([0], value),
  },
  'AWS::CloudFormation::Stack': {
    TemplateURL: mostly(['https://cdk-hnb659fds-assets-111122223333-eu-central-1.s3.amazonaws.com/key'], value),
    Parameters: mostly([{ P: 'x' }], value),
  },
  'Custom::Thing': {
    ServiceToken: mostly(['arn:aws:lambda:eu-central-1:111122223333:function:F'], value),
    ServiceTimeout: mostly([60], value),
    Any: value,
  },
};

const resource = fc.constantFrom(...Object.entries(types)).chain(([typeName, properties]) =>
  fc.record(
    {
      Type: mostly([typeName], text),
      Properties: fc.record({ ...properties }, { requiredKeys: Object.keys(properties).slice(0, 3) }),
      DependsOn: mostly(['A', ['B']], value),
      Condition: mostly(['Yes', 'No'], value),
      DeletionPolicy: mostly(['Retain', 'Delete'], value),
      Metadata: value,
    },
    { requiredKeys: ['Type', 'Properties'] },
  ),
);

/** A template's text: mostly with a few resources of the types that there are. */
export const template: Arbitrary<string> = fc.oneof(
  {
    weight: 12,
    arbitrary: members({
      AWSTemplateFormatVersion: fc.constant('2010-09-09'),
      Description: mostly(['d'], value),
      Parameters: mostly(
        [{ P: { Type: 'String', Default: 'x' } }, { P: { Type: 'Number', Default: '1', MinValue: '0' } }],
        fc.dictionary(
          mostly(['P'], text).map(String),
          members({ Type: mostly(['String', 'CommaDelimitedList']), Default: json, AllowedPattern: text }),
        ),
      ),
      Mappings: mostly([{ M: { a: { b: 'v' } } }], value),
      Conditions: mostly(
        [{ Yes: { 'Fn::Equals': ['a', 'a'] }, No: { 'Fn::Not': [{ Condition: 'Yes' }] } }],
        fc.dictionary(fc.constantFrom('Yes', 'No'), value),
      ),
      Rules: mostly([{}], value),
      Outputs: mostly(
        [{}],
        fc.dictionary(mostly(['O'], text).map(String), members({ Value: value, Export: members({ Name: value }) })),
      ),
    }).chain(sections =>
      fc
        .dictionary(mostly(['A', 'B', 'C'], text).map(String), resource, { minKeys: 1, maxKeys: 3 })
        .map(Resources => JSON.stringify({ ...sections, Resources })),
    ),
  },
  { weight: 1, arbitrary: deepText.map(deep => `{"Resources":${deep}}`) },
  { weight: 1, arbitrary: json.map(anything => JSON.stringify({ Resources: anything })) },
  { weight: 1, arbitrary: text },
);
