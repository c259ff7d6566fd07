import fc, { type Arbitrary } from 'fast-check';
import { anyBody, headerText, type Unsigned } from './unsigned';
import { deepText, json, members, mostly, text } from './values';

/** AWS JSON: an operation with its input, or anything at all. */
export function jsonRequest(
  target: string,
  version: string,
  names: readonly string[],
  input: (name: string) => Arbitrary<unknown>,
) {
  const operation = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: text });
  return operation
    .chain(name =>
      fc.record({
        name: fc.constant(name),
        body: fc.oneof(
          { weight: 12, arbitrary: input(name).map(value => Buffer.from(JSON.stringify(value) ?? '')) },
          { weight: 1, arbitrary: deepText.map(deep => Buffer.from(`{"lagId":${deep},"TableName":${deep}}`)) },
          { weight: 1, arbitrary: anyBody },
        ),
      }),
    )
    .map(
      ({ name, body }): Unsigned => ({
        method: 'POST',
        path: '/',
        headers: {
          'content-type': `application/x-amz-json-${version}`,
          'x-amz-target': headerText(`${target}.${name}`),
        },
        body,
      }),
    );
}

const groups = mostly(['/aws/lambda/F', 'g']);
const logsParameters = {
  logGroupName: groups,
  logStreamName: mostly(['s']),
  logStreamNames: mostly([['s'], []]),
  logStreamNamePrefix: mostly(['s']),
  startTime: mostly([0]),
  endTime: mostly([2e12]),
  limit: mostly([1, 50]),
  nextToken: mostly(['1']),
};
const { logGroupName, logStreamName, logStreamNames, logStreamNamePrefix, startTime, endTime, limit, nextToken } =
  logsParameters;
const logsInputs: { readonly [operation: string]: { readonly [name: string]: Arbitrary<unknown> } } = {
  CreateLogStream: { logGroupName, logStreamName },
  DescribeLogStreams: { logGroupName, logStreamNamePrefix, limit, nextToken },
  FilterLogEvents: { logGroupName, logStreamNames, startTime, endTime, limit, filterPattern: text },
};

export const logsRequests = jsonRequest('Logs_20140328', '1.1', Object.keys(logsInputs), name =>
  members(Object.hasOwn(logsInputs, name) ? (logsInputs[name] ?? {}) : logsParameters, [
    'logGroupName',
    'logStreamName',
  ]),
);

export const ssmRequests = jsonRequest('AmazonSSM', '1.1', ['GetParameter'], () =>
  members({ Name: mostly(['/cdk-bootstrap/hnb659fds/version']), WithDecryption: json }, ['Name']),
);
