import type { Caller } from '../../caller';
import { systemClock } from '../../clock';
import type { Outcome } from '../invocation';
import { LambdaRestApi } from '../rest-api';
import { accountId, lambdaWith, region } from './support';

const caller: Caller = { accountId, region, principalArn: `arn:aws:iam::${accountId}:user/sandbox` };

async function world(outcome: Outcome) {
  const events: unknown[] = [];
  const made = await lambdaWith(systemClock, async ({ event }) => {
    events.push(event);
    return outcome;
  });
  await made.create();
  const api = new LambdaRestApi(made.lambda, made.iam.authorize);
  const request = (method: string, path: string, body = '', headers = {}, by = caller) =>
    api.answer(
      { method, path: `/2015-03-31/functions${path}`, query: new URLSearchParams(), headers, body: Buffer.from(body) },
      by,
    );
  return { ...made, events, request };
}

const answer: Outcome = { kind: 'answer', payload: { a: 1 } };

test('Invoke answers what the function answers', async () => {
  const { events, request } = await world(answer);
  expect(await request('POST', '/F/invocations', '{"in":true}')).toMatchObject({ status: 200, body: '{"a":1}' });
  expect(events).toEqual([{ in: true }]);
});

test('Invoke tells an error of the function in the body and in a header', async () => {
  const { request } = await world({ kind: 'error', errorType: 'TypeError', errorMessage: 'no' });
  const { status, headers, body } = await request('POST', '/F/invocations', '{}');
  expect(status).toBe(200);
  expect(headers).toMatchObject({ 'x-amz-function-error': 'Unhandled' });
  expect(JSON.parse(String(body))).toMatchObject({ errorType: 'TypeError', errorMessage: 'no' });
});

test('Invoke as an event answers before the function does', async () => {
  const { request } = await world(answer);
  expect(await request('POST', '/F/invocations', '{}', { 'x-amz-invocation-type': 'Event' })).toEqual({ status: 202 });
});

test('GetFunction and GetFunctionConfiguration describe a function', async () => {
  const { request } = await world(answer);
  const configuration = JSON.parse(String((await request('GET', '/F/configuration')).body));
  expect(configuration).toMatchObject({
    FunctionName: 'F',
    Runtime: 'nodejs24.x',
    State: 'Active',
    LoggingConfig: { LogGroup: '/aws/lambda/F' },
  });
  expect(JSON.parse(String((await request('GET', '/F')).body)).Configuration).toEqual(configuration);
});

test.each([
  ['a function that does not exist', 'GET', '/none', '', 'ResourceNotFoundException'],
  ['a payload that is no JSON', 'POST', '/F/invocations', '{', 'InvalidRequestContentException'],
  ['an operation that is not supported', 'GET', '', '', 'UnknownOperationException'],
])('%s is an error', async (_name, method, path, body, code) => {
  const { request } = await world(answer);
  await expect(request(method, path, body)).rejects.toMatchObject({ code });
});

test('a role needs the right to invoke', async () => {
  const { request, role } = await world(answer);
  const principalArn = `arn:aws:sts::${accountId}:assumed-role/R/s`;
  const invoke = request('POST', '/F/invocations', '{}', {}, { ...caller, principalArn, roleArn: role.arn });
  await expect(invoke).rejects.toMatchObject({
    code: 'AccessDeniedException',
    message: expect.stringContaining('lambda:InvokeFunction'),
  });
});

test.each([
  ['a name that is not percent-encoded UTF-8', '/%ff', '{}', 'InvalidURI'],
  ['an event that is too deep to be handed over', '/F', '['.repeat(50_000), 'InvalidRequestContentException'],
])('%s is refused', async (_name, path, body, code) => {
  const { request } = await world(answer);
  await expect(request('POST', `${path}/invocations`, body)).rejects.toMatchObject({ code, status: 400 });
});
