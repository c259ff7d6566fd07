import type { Caller } from '../../caller';
import type { Clock } from '../../clock';
import { readState } from '../../direct-connect/state-file';
import { connection, lag } from '../../direct-connect/test/support';
import { createServices } from '../../services';
import { templateOf } from '../../test/custom-resource';
import { VirtualClock } from '../../test/virtual-clock';
import { EventBridge } from '../event-bridge';

const accountId = '111122223333';
const region = 'eu-central-1';
const person: Caller = { accountId, region, principalArn: `arn:aws:iam::${accountId}:user/ann` };
const functionArn = `arn:aws:lambda:${region}:${accountId}:function:F`;
const topicArn = `arn:aws:sns:${region}:${accountId}:T`;
const pair = { connectionId: 'dxcon-fg5678gh', lagId: 'dxlag-fg1234aa' };

const { Role, Function: fn } = templateOf('', { FunctionName: 'F', Timeout: 60 }).Resources;
const permission = (rule: string) => ({
  Type: 'AWS::Lambda::Permission',
  Properties: {
    Action: 'lambda:InvokeFunction',
    FunctionName: { 'Fn::GetAtt': ['Function', 'Arn'] },
    Principal: 'events.amazonaws.com',
    SourceArn: { 'Fn::GetAtt': [rule, 'Arn'] },
  },
});
const rule = (properties: object) => ({ Type: 'AWS::Events::Rule', Properties: { Name: 'R', ...properties } });
const toFunction = { Id: 'Target0', Arn: { 'Fn::GetAtt': ['Function', 'Arn'] } };
const every15 = { ScheduleExpression: 'rate(15 minutes)', Targets: [{ ...toFunction, Input: '{"check":"drift"}' }] };
const ofWrites = {
  EventPattern: {
    source: ['aws.directconnect'],
    'detail-type': ['AWS API Call via CloudTrail'],
    detail: { eventSource: ['directconnect.amazonaws.com'] },
  },
  Targets: [toFunction],
};

/** The services on a clock of their own, with a connection and a LAG. Functions do what `during` says. */
async function world(during: (services: ReturnType<typeof createServices>) => Promise<unknown> = async () => {}) {
  const clock = new VirtualClock();
  const start = clock.now();
  const invocations: { readonly minutes: number; readonly event: unknown }[] = [];
  const services = createServices({
    clock,
    random: Math.random,
    accountId,
    transitionMilliseconds: 0,
    state: readState({ connections: [connection(pair.connectionId)], lags: [lag(pair.lagId)], virtualInterfaces: [] }),
    run: async ({ event }) => {
      invocations.push({ minutes: (clock.now() - start) / 60_000, event });
      await during(services);
      return { kind: 'answer', payload: null };
    },
    writeLog: () => {},
    responseUrlBase: 'http://127.0.0.1:1/_responses',
  });
  const { cloudFormation, directConnect, deliveries } = services;
  const run = async (action: string, resources: object) => {
    const TemplateBody = JSON.stringify({ Resources: { Role, Function: fn, ...resources } });
    const Capabilities = ['CAPABILITY_IAM'];
    await cloudFormation.call(action, { StackName: 'S', TemplateBody, Capabilities }, person);
    return clock.run(cloudFormation.whenSettled('S', region));
  };
  const deploy = (resources: object) => run('CreateStack', resources);
  const update = (resources: object) => run('UpdateStack', resources);
  const write = async (operation: string, input: object, caller = person) => {
    await clock.run(directConnect.call(operation, input, caller)).catch(() => {});
    await clock.run(deliveries.whenIdle());
  };
  return { ...services, clock, invocations, deploy, update, write };
}

describe('a rule with a schedule', () => {
  test('invokes its function at its rate, with its input, until it is gone', async () => {
    const { clock, invocations, deploy, update } = await world();
    expect(await deploy({ Rule: rule(every15), Permission: permission('Rule') })).toBe('CREATE_COMPLETE');
    await clock.advance(50 * 60_000);
    expect(invocations.map(({ minutes }) => minutes)).toEqual([15, 30, 45]);
    expect(invocations[0]?.event).toEqual({ check: 'drift' });
    expect(await update({})).toBe('UPDATE_COMPLETE');
    await clock.advance(60 * 60_000);
    expect(invocations).toHaveLength(3);
  });

  test('hands over an event that names the rule, where it has no input', async () => {
    const { clock, invocations, deploy } = await world();
    const Targets = [toFunction];
    await deploy({ Rule: rule({ ...every15, Targets }), Permission: permission('Rule') });
    await clock.advance(15 * 60_000);
    expect(invocations[0]?.event).toMatchObject({
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      time: '2026-01-01T00:15:00Z',
      resources: [`arn:aws:events:${region}:${accountId}:rule/R`],
    });
  });

  test('goes on at its rate when only its targets change, and begins anew with another rate', async () => {
    const { clock, invocations, deploy, update } = await world();
    await deploy({ Rule: rule(every15), Permission: permission('Rule') });
    await clock.advance(10 * 60_000);
    await update({ Rule: rule({ ...every15, Targets: [toFunction] }), Permission: permission('Rule') });
    await clock.advance(10 * 60_000);
    await update({ Rule: rule({ ...every15, ScheduleExpression: 'rate(1 hour)' }), Permission: permission('Rule') });
    await clock.advance(70 * 60_000);
    expect(invocations.map(({ minutes }) => minutes)).toEqual([15, 80]);
  });

  test('of which another one takes the name is due no more', async () => {
    const { clock, invocations, deploy, update } = await world();
    await deploy({ Rule: rule(every15), Permission: permission('Rule') });
    await clock.advance(5 * 60_000);
    await update({});
    await update({ Rule: rule(every15), Permission: permission('Rule') });
    await clock.advance(25 * 60_000);
    expect(invocations.map(({ minutes }) => minutes)).toEqual([20]);
  });

  test('makes up for nothing after a computer slept', async () => {
    let now = 0;
    const due: number[] = [];
    const clock: Clock = {
      now: () => now,
      sleep: async milliseconds => {
        if (due.length === 3) return new Promise(() => {});
        // The second time it wakes hours later.
        now += milliseconds + (due.length === 1 ? 5.5 * 3_600_000 : 0);
      },
    };
    const { deliveries } = await world();
    jest.spyOn(deliveries, 'deliver').mockImplementation(() => {
      due.push(now / 3_600_000);
    });
    const eventBridge = new EventBridge({ clock, random: Math.random, accountId, partition: 'aws', deliveries });
    const targets = [{ id: 'T', arn: topicArn }];
    eventBridge.putRule(region, 'R', { bus: 'default', scheduleExpression: 'rate(1 hour)', isEnabled: true, targets });
    await new Promise(setImmediate);
    expect(due).toEqual([1, 7.5, 8]);
  });

  test('is silent while it is disabled', async () => {
    const { clock, invocations, deploy } = await world();
    await deploy({ Rule: rule({ ...every15, State: 'DISABLED' }), Permission: permission('Rule') });
    await clock.advance(60 * 60_000);
    expect(invocations).toEqual([]);
  });
});

test('a rule without a permission is refused, as AWS says it, and its function does not run', async () => {
  const { clock, invocations, deliveries, deploy } = await world();
  await deploy({ Rule: rule(every15) });
  await clock.advance(15 * 60_000);
  expect(invocations).toEqual([]);
  expect(deliveries.list).toEqual([
    expect.objectContaining({
      to: functionArn,
      outcome: 'refused',
      reason: expect.stringContaining('no resource-based policy allows the lambda:InvokeFunction action'),
    }),
  ]);
});

describe('a rule with a pattern', () => {
  test('gets every write of Direct Connect as CloudTrail tells it, reads excepted', async () => {
    const { invocations, deploy, write } = await world();
    await deploy({ Rule: rule(ofWrites), Permission: permission('Rule') });
    await write('DescribeLags', {});
    await write('AssociateConnectionWithLag', pair);
    expect(invocations.map(({ event }) => event)).toEqual([
      {
        version: '0',
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        'detail-type': 'AWS API Call via CloudTrail',
        source: 'aws.directconnect',
        account: accountId,
        time: expect.stringMatching(/^2026-01-01T00:00:\d\dZ$/),
        region,
        resources: [],
        detail: expect.objectContaining({
          userIdentity: expect.objectContaining({ type: 'IAMUser', arn: person.principalArn, userName: 'ann' }),
          eventSource: 'directconnect.amazonaws.com',
          eventName: 'AssociateConnectionWithLag',
          awsRegion: region,
          requestParameters: pair,
          responseElements: expect.objectContaining(pair),
          readOnly: false,
        }),
      },
    ]);
  });

  test('is told of a write that was refused by its error', async () => {
    const { invocations, deploy, write } = await world();
    await deploy({ Rule: rule(ofWrites), Permission: permission('Rule') });
    await write('DeleteLag', { lagId: 'dxlag-00000000' });
    expect(invocations[0]?.event).toMatchObject({
      detail: { errorCode: 'DirectConnectClientException', responseElements: null },
    });
  });

  test('is told of a write whose answer was lost, and not of one that never arrived', async () => {
    const { invocations, directConnect, deploy, write } = await world();
    await deploy({ Rule: rule(ofWrites), Permission: permission('Rule') });
    const lost = { operation: 'AssociateConnectionWithLag', error: 'LostAnswer' };
    directConnect.faults.add([lost]);
    await write('AssociateConnectionWithLag', pair);
    expect(invocations).toEqual([]);
    directConnect.faults.add([{ ...lost, afterApplying: true }]);
    await write('AssociateConnectionWithLag', pair);
    expect(invocations[0]?.event).toMatchObject({ detail: { responseElements: pair } });
  });

  test('gets nothing of another Region', async () => {
    const { invocations, deploy, write } = await world();
    await deploy({ Rule: rule(ofWrites), Permission: permission('Rule') });
    await write('DeleteLag', { lagId: 'dxlag-00000000' }, { ...person, region: 'eu-west-1' });
    expect(invocations).toEqual([]);
  });

  test('tells a person from a function by the session, which is the function itself', async () => {
    const byHand = {
      ...ofWrites,
      EventPattern: {
        detail: {
          eventName: ['AssociateConnectionWithLag', 'DisassociateConnectionFromLag'],
          errorCode: [{ exists: false }],
          userIdentity: { arn: [{ exists: false }, { 'anything-but': { suffix: '/F' } }] },
          $or: [{ requestParameters: { connectionId: [pair.connectionId] } }, { requestParameters: { lagId: ['x'] } }],
        },
      },
    };
    const ofF = `arn:aws:sts::${accountId}:assumed-role/F-role/F`;
    const { invocations, deploy, write } = await world();
    await deploy({ Rule: rule(byHand), Permission: permission('Rule') });
    await write('AssociateConnectionWithLag', pair, { ...person, principalArn: ofF });
    expect(invocations).toEqual([]);
    await write('DisassociateConnectionFromLag', pair, { ...person, principalArn: ofF.replace(/F$/, 'ann') });
    expect(invocations[0]?.event).toMatchObject({
      detail: { userIdentity: { type: 'AssumedRole', sessionContext: { sessionIssuer: { userName: 'F-role' } } } },
    });
  });

  test('has what other targets would get recorded, as its transformer makes it', async () => {
    const { deliveries, deploy, write } = await world();
    const InputTransformer = {
      InputPathsMap: { who: '$.detail.userIdentity.userName', what: '$.detail.eventName' },
      InputTemplate: '"<what> by <who>"',
    };
    await deploy({ Rule: rule({ ...ofWrites, Targets: [{ Id: 'T', Arn: topicArn, InputTransformer }] }) });
    await write('AssociateConnectionWithLag', pair);
    expect(deliveries.list).toEqual([
      expect.objectContaining({ to: topicArn, outcome: 'recorded', input: 'AssociateConnectionWithLag by ann' }),
    ]);
  });
});

test('a delivery whose template gives more than a target takes is refused, and says so', async () => {
  const { deliveries, deploy, eventBridge } = await world();
  const InputTransformer = { InputPathsMap: { all: '$.detail.a' }, InputTemplate: '<all>'.repeat(1000) };
  const Targets = [{ Id: 'T', Arn: topicArn, InputTransformer }];
  await deploy({ Rule: rule({ EventPattern: { source: ['x'] }, Targets }) });
  eventBridge.put({ source: 'x', 'detail-type': 'T', region, resources: [], detail: { a: 'y'.repeat(2000) } });
  expect(deliveries.list).toMatchObject([
    { outcome: 'refused', input: null, reason: expect.stringContaining('1048576') },
  ]);
});

test.each([
  ['neither pattern nor schedule', { Targets: [] }, 'EventPattern or ScheduleExpression must be specified'],
  ['a schedule that is none', { ScheduleExpression: 'rate(1 minutes)' }, 'ScheduleExpression is not valid'],
  ['a schedule on another bus', { ...every15, EventBusName: 'b' }, 'only on the default event bus'],
  ['a pattern that is none', { EventPattern: { source: 'x' } }, 'Event pattern is not valid'],
  [
    'a template of more than 8,192 characters',
    { ...every15, Targets: [{ ...toFunction, InputTransformer: { InputTemplate: 'x'.repeat(8193) } }] },
    'InputTemplate of the target',
  ],
  ['six targets', { ...every15, Targets: Array(6).fill(toFunction) }, 'at most 5 targets'],
  ['two inputs', { ...every15, Targets: [{ ...toFunction, Input: '{}', InputPath: '$' }] }, 'Only one of Input'],
])('a rule with %s fails its stack', async (_what, properties, reason) => {
  const { cloudFormation, deploy } = await world();
  expect(await deploy({ Rule: rule(properties) })).toBe('ROLLBACK_COMPLETE');
  const events = JSON.stringify(await cloudFormation.call('DescribeStackEvents', { StackName: 'S' }, person));
  expect(events).toContain(reason);
});
