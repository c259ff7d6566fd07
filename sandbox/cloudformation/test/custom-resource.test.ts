import {
  answerTo,
  type CustomResourceEvent,
  custom,
  FakeStack,
  failed,
  functionArn,
  succeed,
  template,
  thing,
} from './fake-stack';

/** `Create R`, `Update R id`, with the properties that matter. */
const shown = ({ RequestType, LogicalResourceId, PhysicalResourceId, ResourceProperties }: CustomResourceEvent) =>
  [RequestType, LogicalResourceId, PhysicalResourceId, ResourceProperties.Lag].filter(Boolean).join(' ');

function onlyEvent(stack: FakeStack): CustomResourceEvent {
  const [event, ...others] = stack.events;
  if (!event || others.length > 0) throw new Error(`There are ${stack.events.length} events, not one`);
  return event;
}

async function createWithoutAnswer(properties: object = {}): Promise<FakeStack> {
  const stack = new FakeStack();
  stack.provide = () => undefined;
  await stack.call('CreateStack', { TemplateBody: JSON.stringify(template({ R: custom(properties) })) });
  await stack.clock.advance(0);
  return stack;
}

const reasonOf = async (stack: FakeStack): Promise<string | undefined> =>
  (await stack.newEvents()).find(event => event.startsWith('R CREATE_FAILED'))?.slice('R CREATE_FAILED: '.length);

describe('the request', () => {
  test('has the documented fields, with numbers and booleans as text', async () => {
    const stack = new FakeStack();
    await stack.create(
      template({ R: custom({ Number: 1, Flag: true, List: [2, { Deep: false }], ServiceTimeout: 60 }) }),
    );
    const event = onlyEvent(stack);
    expect(event).toEqual({
      RequestType: 'Create',
      ServiceToken: functionArn,
      ResponseURL: expect.stringMatching(
        /^http:\/\/127\.0\.0\.1:4566\/responses\/arn%3Aaws[^?]+%7CR%7C[^?]+\?.*X-Amz-Date=20260101T000000Z.*X-Amz-Expires=7200.*X-Amz-Signature=[0-9a-f]{64}$/,
      ),
      StackId: await stack.stackId(),
      RequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      LogicalResourceId: 'R',
      ResourceType: 'Custom::Thing',
      ResourceProperties: {
        ServiceToken: functionArn,
        ServiceTimeout: '60',
        Number: '1',
        Flag: 'true',
        List: ['2', { Deep: 'false' }],
      },
    });
  });

  test('of an update has the physical id and the old properties', async () => {
    const stack = new FakeStack();
    await stack.create(template({ R: custom({ Lag: 'a' }) }));
    await stack.update(template({ R: custom({ Lag: 'b' }) }));
    expect(stack.events[1]).toMatchObject({
      RequestType: 'Update',
      PhysicalResourceId: 'R-id',
      ResourceProperties: { Lag: 'b' },
      OldResourceProperties: { ServiceToken: functionArn, Lag: 'a' },
    });
  });

  test('is not sent where nothing but metadata changed', async () => {
    const stack = new FakeStack();
    await stack.create(template({ R: custom({ Lag: 'a' }) }));
    await stack.update(template({ R: custom({ Lag: 'a' }, { Metadata: { a: 'b' } }) }));
    expect(stack.events.map(shown)).toEqual(['Create R a']);
  });

  test('is not sent with another service token: that update fails, and its rollback asks nothing of the provider', async () => {
    const stack = new FakeStack();
    await stack.create(template({ R: custom({ Lag: 'a' }) }));
    await stack.newEvents();
    const other = template({ R: custom({ Lag: 'b', ServiceToken: `${functionArn}2` }) });
    expect(await stack.update(other)).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect((await stack.newEvents())[1]).toBe('R UPDATE_FAILED: Modifying service token is not allowed.');
    expect(stack.events.map(shown)).toEqual(['Create R a']);
  });

  test('to a function that does not exist fails the resource with the error of Lambda, and no Delete follows', async () => {
    const stack = new FakeStack('stack', {
      invokeAsynchronously: () => {
        throw new Error(`Function not found: ${functionArn}`);
      },
    });
    expect(await stack.create(template({ R: custom() }))).toBe('ROLLBACK_COMPLETE');
    expect(await reasonOf(stack)).toBe(`Function not found: ${functionArn}`);
  });
});

describe('the answer', () => {
  test('gives Ref, attributes, and nested attributes with dots', async () => {
    const stack = new FakeStack();
    stack.provide = () => ({ PhysicalResourceId: 'dxcon-1', Data: { State: 'available', Deep: { Inner: 'x' } } });
    const value = (attribute: string) => ({ Value: { 'Fn::GetAtt': ['R', attribute] } });
    await stack.create(
      template(
        { R: custom() },
        { Outputs: { Id: { Value: { Ref: 'R' } }, A: value('State'), B: value('Deep.Inner') } },
      ),
    );
    expect(await stack.outputs()).toEqual({ Id: 'dxcon-1', A: 'available', B: 'x' });
  });

  test('with NoEcho is masked in outputs, and whole for other resources', async () => {
    const stack = new FakeStack();
    stack.provide = event =>
      event.LogicalResourceId === 'R'
        ? { PhysicalResourceId: 'r', NoEcho: true, Data: { Secret: 'x' } }
        : { PhysicalResourceId: 's' };
    const secret = { 'Fn::GetAtt': ['R', 'Secret'] };
    await stack.create(template({ R: custom(), S: custom({ Secret: secret }) }, { Outputs: { O: { Value: secret } } }));
    expect(await stack.outputs()).toEqual({ O: '****' });
    expect(stack.events[1]?.ResourceProperties.Secret).toBe('x');
  });

  test('without an attribute that is asked for fails what asks for it', async () => {
    const stack = new FakeStack();
    expect(await stack.create(template({ R: custom(), T: thing({ Size: { 'Fn::GetAtt': ['R', 'Nothing'] } }) }))).toBe(
      'ROLLBACK_COMPLETE',
    );
    const events = await stack.newEvents();
    const { StackId: stackId, RequestId: requestId } = stack.events[0] ?? onlyEvent(stack);
    expect(events).toContain(
      `T CREATE_FAILED: CustomResource attribute error: Vendor response doesn't contain Nothing attribute in object ${stackId}|R|${requestId}`,
    );
  });

  test.each<[string, (event: CustomResourceEvent) => string, string]>([
    [
      'over 4096 bytes',
      event => JSON.stringify(answerTo(event, { PhysicalResourceId: 'x', Data: { a: 'ä'.repeat(2048) } })),
      'Response object is too long.',
    ],
    ['that is not JSON', () => 'Status: SUCCESS', 'Response is not valid JSON'],
    [
      'without Status',
      event => JSON.stringify(answerTo(event, { PhysicalResourceId: 'x', Status: undefined })),
      'Invalid Status (none): it is SUCCESS or FAILED',
    ],
    ['without a physical id', event => JSON.stringify(answerTo(event, {})), 'Invalid PhysicalResourceId'],
    [
      'with a physical id over 1024 bytes',
      event => JSON.stringify(answerTo(event, { PhysicalResourceId: 'x'.repeat(1025) })),
      'Invalid PhysicalResourceId',
    ],
    [
      'with a failure but no physical id',
      event => JSON.stringify(answerTo(event, failed('why'))),
      'Invalid PhysicalResourceId',
    ],
    [
      'of another resource',
      event => JSON.stringify(answerTo(event, { PhysicalResourceId: 'x', LogicalResourceId: 'S' })),
      'Invalid LogicalResourceId "S": the request had R',
    ],
    [
      'with data that is no object',
      event => JSON.stringify(answerTo(event, { PhysicalResourceId: 'x', Data: 'y' })),
      'Invalid Data "y": it is an object',
    ],
  ])('%s fails the resource', async (_what, body, reason) => {
    const stack = await createWithoutAnswer();
    const event = onlyEvent(stack);
    stack.provide = succeed;
    stack.cloudFormation.respond(event.ResponseURL, undefined, body(event));
    expect(await stack.settle()).toBe('ROLLBACK_COMPLETE');
    expect(await reasonOf(stack)).toBe(reason);
  });

  test('of exactly 4096 bytes is taken', async () => {
    const stack = await createWithoutAnswer();
    const event = onlyEvent(stack);
    const size = (text: string) => JSON.stringify(answerTo(event, { PhysicalResourceId: 'x', Data: { a: text } }));
    const body = size('a'.repeat(4096 - size('').length));
    expect(Buffer.byteLength(body)).toBe(4096);
    stack.cloudFormation.respond(event.ResponseURL, '', body);
    expect(await stack.settle()).toBe('CREATE_COMPLETE');
  });

  test('counts once: a second one is taken by S3 and ignored', async () => {
    const stack = await createWithoutAnswer();
    const event = onlyEvent(stack);
    stack.respond(event, { PhysicalResourceId: 'first' });
    stack.respond(event, failed('second', 'second'));
    expect(await stack.settle()).toBe('CREATE_COMPLETE');
    stack.respond(event, failed('third', 'third'));
    expect(await stack.resources()).toEqual({ R: 'first CREATE_COMPLETE' });
  });
});

describe('the ResponseURL', () => {
  test.each<[string, (url: string) => string, string | undefined]>([
    ['a content type', url => url, 'application/json'],
    ['another signature', url => url.replace(/X-Amz-Signature=.*/, 'X-Amz-Signature=00'), ''],
    ['no signature', url => url.replace(/\?.*/, ''), ''],
    ['another path', url => url.replace('%7CR%7C', '%7CS%7C'), ''],
  ])('with %s is refused as S3 does, and the resource still waits', async (_what, change, contentType) => {
    const stack = await createWithoutAnswer();
    const event = onlyEvent(stack);
    const body = JSON.stringify(answerTo(event, { PhysicalResourceId: 'x' }));
    expect(() => stack.cloudFormation.respond(change(event.ResponseURL), contentType, body)).toThrow(
      expect.objectContaining({ code: 'SignatureDoesNotMatch', status: 403 }),
    );
    stack.respond(event, { PhysicalResourceId: 'x' });
    expect(await stack.settle()).toBe('CREATE_COMPLETE');
  });

  test('is good for two hours', async () => {
    const stack = await createWithoutAnswer();
    const event = onlyEvent(stack);
    const body = JSON.stringify(answerTo(event, { PhysicalResourceId: 'x' }));
    await stack.clock.advance(7_200_000);
    stack.cloudFormation.respond(event.ResponseURL, '', body);
    await stack.clock.advance(1);
    expect(() => stack.cloudFormation.respond(event.ResponseURL, '', body)).toThrow('Request has expired');
  });

  test('is taken as path and query alone', async () => {
    const stack = await createWithoutAnswer();
    const event = onlyEvent(stack);
    const { pathname, search } = new URL(event.ResponseURL);
    stack.cloudFormation.respond(pathname + search, '', JSON.stringify(answerTo(event, { PhysicalResourceId: 'x' })));
    expect(await stack.settle()).toBe('CREATE_COMPLETE');
  });
});

describe('time', () => {
  test('a provider that does not answer fails after an hour', async () => {
    const stack = await createWithoutAnswer();
    const event = onlyEvent(stack);
    await stack.clock.advance(3_599_999);
    expect((await stack.stack()).StackStatus).toBe('CREATE_IN_PROGRESS');
    stack.provide = succeed;
    await stack.clock.advance(1);
    expect(await stack.settle()).toBe('ROLLBACK_COMPLETE');
    expect(await reasonOf(stack)).toBe(
      `CloudFormation did not receive a response from your Custom Resource. Please check your logs for requestId [${event.RequestId}]. If you are using the Python cfn-response module, you may need to update your Lambda function code so that CloudFormation can attach the updated version.`,
    );
  });

  test('ServiceTimeout is that time in seconds', async () => {
    const stack = await createWithoutAnswer({ ServiceTimeout: 30 });
    stack.provide = succeed;
    const start = stack.clock.now();
    await stack.settle();
    expect(stack.clock.now() - start).toBe(30_000);
  });

  test.each([0, 3601, 1.5, 'soon'])('ServiceTimeout %p is refused', async seconds => {
    const stack = new FakeStack();
    await stack.create(template({ R: custom({ ServiceTimeout: seconds }) }));
    expect(await reasonOf(stack)).toContain('ServiceTimeout is a whole number of seconds from 1 to 3600');
    expect(stack.events).toEqual([]);
  });
});

describe('a Create that fails', () => {
  test('is followed by a Delete with the physical id of the answer', async () => {
    const stack = new FakeStack();
    stack.provide = event => (event.RequestType === 'Create' ? failed('no such LAG', 'dxcon-1') : succeed(event));
    expect(await stack.create(template({ R: custom({ Lag: 'a' }) }))).toBe('ROLLBACK_COMPLETE');
    const requestId = stack.events[0]?.RequestId;
    expect(await reasonOf(stack)).toBe(
      `Received response status [FAILED] from custom resource. Message returned: no such LAG (RequestId: ${requestId})`,
    );
    expect(stack.events.map(shown)).toEqual(['Create R a', 'Delete R dxcon-1 a']);
  });

  test('is followed by a Delete with an invented id where there was no answer', async () => {
    const stack = new FakeStack();
    stack.provide = event => (event.RequestType === 'Create' ? undefined : succeed(event));
    expect(await stack.create(template({ R: custom() }))).toBe('ROLLBACK_COMPLETE');
    expect(stack.events.map(({ RequestType }) => RequestType)).toEqual(['Create', 'Delete']);
    expect(stack.events[1]?.PhysicalResourceId).toMatch(/^stack-R-[A-Za-z0-9]{12}$/);
  });

  test('ends in ROLLBACK_FAILED where the Delete fails too', async () => {
    const stack = new FakeStack();
    stack.provide = () => failed('never', 'x');
    expect(await stack.create(template({ R: custom() }))).toBe('ROLLBACK_FAILED');
  });
});

describe('an Update', () => {
  test('that answers with another id is a replacement: Delete of the old id, with the old properties, in the clean-up', async () => {
    const stack = new FakeStack();
    stack.provide = ({ ResourceProperties }) => ({ PhysicalResourceId: String(ResourceProperties.Lag) });
    await stack.create(template({ R: custom({ Lag: 'a' }) }));
    await stack.newEvents();
    expect(await stack.update(template({ R: custom({ Lag: 'b' }) }))).toBe('UPDATE_COMPLETE');
    expect(stack.events.map(shown)).toEqual(['Create R a', 'Update R a b', 'Delete R a a']);
    expect(await stack.newEvents()).toEqual([
      '(stack) UPDATE_IN_PROGRESS: User Initiated',
      'R UPDATE_IN_PROGRESS',
      'R UPDATE_IN_PROGRESS: Requested update required the provider to create a new physical resource',
      'R UPDATE_COMPLETE',
      '(stack) UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'R DELETE_IN_PROGRESS',
      'R DELETE_COMPLETE',
      '(stack) UPDATE_COMPLETE',
    ]);
  });

  test('that fails is rolled back by an Update with the properties the other way round', async () => {
    const stack = new FakeStack();
    await stack.create(template({ R: custom({ Lag: 'a' }) }));
    stack.provide = event => (event.ResourceProperties.Lag === 'b' ? failed('full', 'R-id') : succeed(event));
    expect(await stack.update(template({ R: custom({ Lag: 'b' }) }))).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(stack.events.map(shown)).toEqual(['Create R a', 'Update R R-id b', 'Update R R-id a']);
    expect(stack.events[2]?.OldResourceProperties).toMatchObject({ Lag: 'b' });
  });

  test('that succeeded with another id is rolled back from that id, which the clean-up then deletes', async () => {
    const stack = new FakeStack();
    stack.provide = ({ ResourceProperties, PhysicalResourceId, RequestType }) => ({
      PhysicalResourceId: RequestType === 'Delete' ? PhysicalResourceId : String(ResourceProperties.Lag),
    });
    await stack.create(template({ R: custom({ Lag: 'a' }), T: thing({ Size: 1 }) }));
    stack.fail('T', 'update');
    const wanted = template({ R: custom({ Lag: 'b' }), T: thing({ Size: 2 }, { DependsOn: 'R' }) });
    expect(await stack.update(wanted)).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(stack.events.map(shown)).toEqual(['Create R a', 'Update R a b', 'Update R b a', 'Delete R b b']);
    expect(await stack.resources()).toMatchObject({ R: 'a UPDATE_COMPLETE' });
  });

  test('that failed with another id is rolled back from that id', async () => {
    const stack = new FakeStack();
    await stack.create(template({ R: custom({ Lag: 'a' }) }));
    stack.provide = event =>
      event.ResourceProperties.Lag === 'b' && event.RequestType === 'Update'
        ? failed('half done', 'new-id')
        : { PhysicalResourceId: 'R-id' };
    expect(await stack.update(template({ R: custom({ Lag: 'b' }) }))).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(stack.events.map(shown)).toEqual([
      'Create R a',
      'Update R R-id b',
      'Update R new-id a',
      'Delete R new-id b',
    ]);
    expect(await stack.resources()).toEqual({ R: 'R-id UPDATE_COMPLETE' });
  });

  test('that was never begun is not rolled back', async () => {
    const stack = new FakeStack();
    await stack.create(template({ R: custom({ Lag: 'a' }), T: thing({ Size: 1 }) }));
    stack.fail('T', 'update');
    await stack.update(template({ R: custom({ Lag: 'b' }, { DependsOn: 'T' }), T: thing({ Size: 2 }) }));
    expect(stack.events.map(shown)).toEqual(['Create R a']);
  });

  test('that fails without rollback goes back on its own, and the clean-up of the next success deletes what it left', async () => {
    const stack = new FakeStack();
    await stack.create(template({ R: custom({ Lag: 'a' }) }));
    stack.provide = event =>
      event.ResourceProperties.Lag === 'b' && event.RequestType === 'Update'
        ? failed('half done', 'new-id')
        : { PhysicalResourceId: 'R-id' };
    const wanted = template({ R: custom({ Lag: 'b' }) });
    expect(await stack.update(wanted, { DisableRollback: 'true' })).toBe('UPDATE_FAILED');
    expect(stack.events.slice(1).map(shown)).toEqual(['Update R R-id b', 'Update R new-id a']);
    stack.provide = succeed;
    expect(await stack.update(wanted, { DisableRollback: 'true' })).toBe('UPDATE_COMPLETE');
    expect(stack.events.slice(3).map(shown)).toEqual(['Update R R-id b', 'Delete R new-id b']);
  });
});

describe('an id that comes back', () => {
  test('is not cleaned up: only the one in between is', async () => {
    const stack = new FakeStack();
    stack.provide = ({ ResourceProperties }) => ({ PhysicalResourceId: String(ResourceProperties.Lag) });
    const wanted = (lag: string, size: number) => template({ R: custom({ Lag: lag }), T: thing({ Size: size }) });
    await stack.create(wanted('a', 1));
    stack.fail('T', 'update');
    expect(await stack.update(wanted('b', 2), { DisableRollback: 'true' })).toBe('UPDATE_FAILED');
    expect(await stack.update(wanted('a', 2), { DisableRollback: 'true' })).toBe('UPDATE_COMPLETE');
    expect(stack.events.map(shown)).toEqual(['Create R a', 'Update R a b', 'Update R b a', 'Delete R b b']);
  });
});

describe('a renamed resource', () => {
  test('is created under its new logical id, and then deleted under its old one', async () => {
    const stack = new FakeStack();
    stack.provide = () => ({ PhysicalResourceId: 'dxcon-1' });
    await stack.create(template({ Old: custom({ Lag: 'a' }) }));
    await stack.update(template({ New: custom({ Lag: 'a' }) }));
    expect(stack.events.map(shown)).toEqual(['Create Old a', 'Create New a', 'Delete Old dxcon-1 a']);
  });
});

describe('a resource that is under way when another one fails', () => {
  const begin = async (waitForInFlight: boolean): Promise<FakeStack> => {
    const stack = new FakeStack('stack', { waitForInFlight });
    stack.provide = event => (event.RequestType === 'Create' ? undefined : succeed(event));
    stack.fail('T', 'create');
    await stack.call('CreateStack', { TemplateBody: JSON.stringify(template({ R: custom(), T: thing() })) });
    await stack.clock.advance(0);
    return stack;
  };

  test('is waited for before the rollback, and deleted by the id it answered', async () => {
    const stack = await begin(true);
    expect((await stack.newEvents()).at(-1)).toBe('R CREATE_FAILED: Resource creation cancelled');
    stack.respond(onlyEvent(stack), { PhysicalResourceId: 'dxcon-1' });
    expect(await stack.settle()).toBe('ROLLBACK_COMPLETE');
    expect(stack.events.map(shown)).toEqual(['Create R', 'Delete R dxcon-1']);
  });

  test('is not waited for if so chosen: its Delete comes at once, and its answer is ignored', async () => {
    const stack = await begin(false);
    expect(await stack.settle()).toBe('ROLLBACK_COMPLETE');
    expect(stack.events.map(({ RequestType }) => RequestType)).toEqual(['Create', 'Delete']);
    expect(stack.events[1]?.PhysicalResourceId).toMatch(/^stack-R-/);
    const [create] = stack.events;
    if (create) stack.respond(create, { PhysicalResourceId: 'too-late' });
    expect((await stack.stack()).StackStatus).toBe('ROLLBACK_COMPLETE');
  });
});
