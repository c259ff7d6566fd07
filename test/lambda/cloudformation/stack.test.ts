import type { Service } from '../../../lambda/aws/endpoint';
import { isThere } from '../../../lambda/cloudformation/operation';
import { cloudFormation } from '../../../lambda/cloudformation/stack';
import { STACK_ID } from '../../support/view';

const ROOT_ID = STACK_ID.replace('Network', 'Root');

interface Asked {
  readonly service: Service;
  readonly headers: { readonly [name: string]: string };
  readonly parameters: { readonly [name: string]: string };
}

/** What CloudFormation answers to each question in turn; a text is a body of HTTP 200. */
function asking(...answers: readonly (string | { readonly status: number; readonly body: string })[]) {
  const asked: Asked[] = [];
  const rest = [...answers];
  const api = cloudFormation(async (service, headers, body) => {
    asked.push({ service, headers, parameters: Object.fromEntries(new URLSearchParams(body)) });
    const answer = rest.shift() ?? '';
    return typeof answer === 'string' ? { status: 200, body: answer } : { ...answer, awsRequestId: 'r' };
  });
  return { api, asked };
}

// In the form of the examples of the API reference.
const stacks = (status: string, more = '') => `
<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
  <DescribeStacksResult>
    <Stacks>
      <member>
        <StackName>Network</StackName>
        <Parameters><member><ParameterKey>StackStatus</ParameterKey><ParameterValue>x</ParameterValue></member></Parameters>
        ${more}
        <StackStatus>${status}</StackStatus>
        <DisableRollback>false</DisableRollback>
      </member>
    </Stacks>
  </DescribeStacksResult>
</DescribeStacksResponse>`;
const event = (physicalId: string, status: string, timestamp: string) => `
      <member>
        <Timestamp>${timestamp}</Timestamp>
        <ResourceStatus>${status}</ResourceStatus>
        <StackId>${STACK_ID}</StackId>
        <PhysicalResourceId>${physicalId}</PhysicalResourceId>
        <ResourceProperties>{"a":"&lt;ResourceStatus&gt;"}</ResourceProperties>
      </member>`;
const events = (members: string, token = '') => `
<DescribeStackEventsResponse>
  <DescribeStackEventsResult><StackEvents>${members}
    </StackEvents>${token}</DescribeStackEventsResult>
</DescribeStackEventsResponse>`;
const resource = (status: string) => `
<DescribeStackResourceResponse><DescribeStackResourceResult><StackResourceDetail>
  <LogicalResourceId>M</LogicalResourceId><ResourceStatus>${status}</ResourceStatus>
</StackResourceDetail></DescribeStackResourceResult></DescribeStackResourceResponse>`;
const error = (status: number, code: string, message: string) => ({
  status,
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
});

describe('the status of a stack', () => {
  test('is asked for once where it is not nested', async () => {
    const { api, asked } = asking(stacks('DELETE_IN_PROGRESS'));
    expect(await api.describeStack(STACK_ID)).toEqual({
      status: 'DELETE_IN_PROGRESS',
      root: { stackId: STACK_ID, status: 'DELETE_IN_PROGRESS' },
    });
    expect(asked).toEqual([
      {
        service: 'cloudformation',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        parameters: { Action: 'DescribeStacks', Version: '2010-05-15', StackName: STACK_ID },
      },
    ]);
  });

  test('comes with that of the topmost stack where it is nested', async () => {
    const parent = `<ParentId>${STACK_ID}x</ParentId><RootId>${ROOT_ID}</RootId>`;
    const { api, asked } = asking(stacks('DELETE_IN_PROGRESS', parent), stacks('UPDATE_ROLLBACK_IN_PROGRESS'));
    expect(await api.describeStack(STACK_ID)).toEqual({
      status: 'DELETE_IN_PROGRESS',
      root: { stackId: ROOT_ID, status: 'UPDATE_ROLLBACK_IN_PROGRESS' },
    });
    expect(asked.map(({ parameters }) => parameters.StackName)).toEqual([STACK_ID, ROOT_ID]);
  });
});

describe('what happened to a stack', () => {
  test('is what happened to it as a whole, a page at a time', async () => {
    const page = events(
      event(STACK_ID, 'DELETE_IN_PROGRESS', '2026-01-01T00:00:02.500Z') +
        event('dxcon-11111111', 'CREATE_COMPLETE', '2026-01-01T00:00:01.000Z') +
        event(ROOT_ID, 'CREATE_COMPLETE', '2026-01-01T00:00:01.000Z') +
        event(STACK_ID, 'CREATE_COMPLETE', '2026-01-01T00:00:00.000Z'),
      '<NextToken>bmV4dA==</NextToken>',
    );
    const { api, asked } = asking(page, events(''));
    const start = Date.UTC(2026, 0, 1);
    expect(await api.describeEvents(STACK_ID, undefined)).toEqual({
      events: [
        { at: start + 2_500, status: 'DELETE_IN_PROGRESS' },
        { at: start, status: 'CREATE_COMPLETE' },
      ],
      next: 'bmV4dA==',
    });
    expect(await api.describeEvents(STACK_ID, 'bmV4dA==')).toEqual({ events: [] });
    expect(asked.map(({ parameters }) => parameters)).toEqual([
      { Action: 'DescribeStackEvents', Version: '2010-05-15', StackName: STACK_ID },
      { Action: 'DescribeStackEvents', Version: '2010-05-15', StackName: STACK_ID, NextToken: 'bmV4dA==' },
    ]);
  });
});

describe('a stack has a resource', () => {
  test('with its status and its physical id, if it has one yet', async () => {
    const { api } = asking(resource('CREATE_IN_PROGRESS'));
    expect(await api.describeResource(STACK_ID, 'M')).toMatchObject({ status: 'CREATE_IN_PROGRESS' });
  });

  test.each([
    ['CREATE_IN_PROGRESS', true],
    ['UPDATE_COMPLETE', true],
    ['CREATE_FAILED', true],
    ['DELETE_IN_PROGRESS', false],
    ['DELETE_COMPLETE', false],
    ['DELETE_FAILED', false],
    ['DELETE_SKIPPED', false],
  ])('that is %s: %s', async (status, has) => {
    const { api, asked } = asking(resource(status));
    expect(isThere(await api.describeResource(STACK_ID, 'M'))).toBe(has);
    expect(asked[0]?.parameters).toMatchObject({
      Action: 'DescribeStackResource',
      StackName: STACK_ID,
      LogicalResourceId: 'M',
    });
  });

  test.each(['Resource M does not exist for stack Network', `Stack '${STACK_ID}' does not exist`])(
    'not where CloudFormation says "%s"',
    async message => {
      const { api } = asking(error(400, 'ValidationError', message));
      expect(await api.describeResource(STACK_ID, 'M')).toBe('not found');
    },
  );
});

describe('what CloudFormation refuses', () => {
  test('is thrown by its name, also where only a missing resource is an answer', async () => {
    const denied = error(403, 'AccessDenied', 'User: x is not authorized to perform: cloudformation:DescribeStacks');
    const { api } = asking(denied, denied, denied, error(400, 'ValidationError', 'Stack x does not exist'));
    const named = { name: 'AccessDenied', $metadata: { httpStatusCode: 403, requestId: 'r' } };
    await expect(api.describeResource(STACK_ID, 'M')).rejects.toMatchObject(named);
    await expect(api.describeEvents(STACK_ID, undefined)).rejects.toMatchObject(named);
    await expect(api.describeStack(STACK_ID)).rejects.toMatchObject(named);
    await expect(api.describeStack(STACK_ID)).rejects.toMatchObject({ name: 'ValidationError' });
  });

  test('without a body is thrown by its HTTP status', async () => {
    const { api } = asking({ status: 503, body: '' });
    await expect(api.describeStack(STACK_ID)).rejects.toMatchObject({ name: 'HTTP503', message: 'no message' });
  });
});
