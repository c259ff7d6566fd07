import type { Caller } from '../caller';
import type { RunFunction } from '../lambda/invocation';
import { createServices, type Services } from '../services';
import { templateOf } from './custom-resource';
import { VirtualClock } from './virtual-clock';

const caller: Caller = {
  accountId: '111122223333',
  region: 'eu-central-1',
  principalArn: 'arn:aws:iam::111122223333:user/sandbox',
};

const template = {
  ...templateOf('exports.handler = async () => {}', { Timeout: 60 }, { ServiceTimeout: 600 }),
  Outputs: { Answer: { Value: { 'Fn::GetAtt': ['Custom', 'Answer'] } } },
};

interface CustomResourceEvent {
  readonly ResponseURL: string;
  readonly [name: string]: unknown;
}

/** The services on a clock of their own, with functions that are TypeScript here. Seconds are since the beginning. */
function world(handler: (event: CustomResourceEvent, services: Services) => void) {
  const clock = new VirtualClock();
  const start = clock.now();
  const run: RunFunction = async ({ event }) => {
    handler(event as CustomResourceEvent, services);
    return { kind: 'answer', payload: null };
  };
  const services = createServices({
    clock,
    random: Math.random,
    accountId: caller.accountId,
    transitionMilliseconds: 0,
    run,
    writeLog: () => {},
    responseUrlBase: 'http://127.0.0.1:1/_responses',
  });
  const { cloudFormation } = services;
  const create = async () => {
    const input = { StackName: 'S', TemplateBody: JSON.stringify(template), Capabilities: ['CAPABILITY_IAM'] };
    await cloudFormation.call('CreateStack', input, caller);
    return clock.run(cloudFormation.whenSettled('S', caller.region));
  };
  return { services, create, seconds: () => (clock.now() - start) / 1000 };
}

test('a stack with a custom resource is created without a server, a process or a real second', async () => {
  const { create, services } = world(({ ResponseURL, StackId, RequestId, LogicalResourceId }) => {
    const answer = {
      Status: 'SUCCESS',
      PhysicalResourceId: 'thing',
      StackId,
      RequestId,
      LogicalResourceId,
      Data: { Answer: '42' },
    };
    services.cloudFormation.respond(ResponseURL, undefined, JSON.stringify(answer));
  });
  expect(await create()).toBe('CREATE_COMPLETE');
  const described = await services.cloudFormation.call('DescribeStacks', { StackName: 'S' }, caller);
  expect(described).toMatchObject({ Stacks: [{ Outputs: [{ OutputKey: 'Answer', OutputValue: '42' }] }] });
});

test('a custom resource that never answers fails the stack after its ServiceTimeout, not before', async () => {
  const { create, seconds } = world(({ RequestType, ResponseURL, ...event }, { cloudFormation }) => {
    if (RequestType !== 'Delete') return;
    const { StackId, RequestId, LogicalResourceId, PhysicalResourceId } = event;
    const answer = { Status: 'SUCCESS', PhysicalResourceId, StackId, RequestId, LogicalResourceId };
    cloudFormation.respond(ResponseURL, undefined, JSON.stringify(answer));
  });
  expect(await create()).toBe('ROLLBACK_COMPLETE');
  expect(seconds()).toBe(600);
});
