import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { handle } from '../../lambda/handle';
import type { DirectConnect } from '../../sandbox/direct-connect/direct-connect';
import { VirtualClock } from '../../sandbox/test/virtual-clock';
import { memoryJournal } from '../support/journal';
import { A, CONNECTION, connection, handlerSide, network } from '../support/network';

const LAMBDA_TIMEOUT = 900_000;
const SERVER_EXCEPTION = { operation: '*', error: 'DirectConnectServerException', times: 100_000 };

const clock = new VirtualClock();

/** Handles one Create of the pair, and tells how long it took, what was answered and what was written. */
async function create(service: DirectConnect, properties: object = {}) {
  const event: CloudFormationCustomResourceEvent = {
    RequestType: 'Create',
    ServiceToken: 'token',
    ResponseURL: 'https://responses/undated',
    StackId: 'arn:aws:cloudformation:eu-central-1:111122223333:stack/Network/1',
    RequestId: 'r',
    LogicalResourceId: 'M',
    ResourceType: 'Custom::DirectConnectLagMembership',
    ResourceProperties: { ServiceToken: 'token', ConnectionId: CONNECTION, LagId: A, ...properties },
  };
  const began = clock.now();
  const lines: string[] = [];
  const answers: { readonly Status: string; readonly Reason?: string }[] = [];
  await clock.run(
    handle(event, LAMBDA_TIMEOUT, {
      directConnect: handlerSide(service),
      describeStack: async () => ({ status: 'CREATE_IN_PROGRESS', memberships: [] }),
      journal: memoryJournal(clock),
      clock,
      random: () => 0.5,
      put: async (_url, body) => {
        answers.push(JSON.parse(body.toString()));
        return 200;
      },
      write: line => lines.push(line),
    }),
  );
  const metrics = lines.map(line => JSON.parse(line)).filter(line => '_aws' in line);
  return { answers, metrics, seconds: (clock.now() - began) / 1000 };
}

describe('the time to try', () => {
  test('is RetryTimeout, whatever the invocation has left', async () => {
    const service = network(clock, [connection(CONNECTION)]);
    service.faults.add([SERVER_EXCEPTION]);
    const { answers, seconds } = await create(service, { RetryTimeout: '60' });
    expect(answers).toMatchObject([{ Status: 'FAILED' }]);
    expect(seconds).toBeGreaterThanOrEqual(60);
    expect(seconds).toBeLessThanOrEqual(60 + 180);
  });

  test('is eleven minutes of the fifteen without it', async () => {
    const service = network(clock, [connection(CONNECTION)]);
    service.faults.add([SERVER_EXCEPTION]);
    const { seconds } = await create(service);
    expect(seconds).toBeGreaterThanOrEqual(660);
    expect(seconds).toBeLessThanOrEqual(840);
  });

  test('over, the reason says what was tried, how often, how long, the last error, and what was seen last', async () => {
    const service = network(clock, [connection(CONNECTION)]);
    service.faults.add([{ ...SERVER_EXCEPTION, operation: 'AssociateConnectionWithLag' }]);
    const { answers } = await create(service, { RetryTimeout: '60' });
    const [{ Reason } = { Reason: '' }] = answers;
    expect(Reason).toMatch(/associate dxcon-11111111 dxlag-aaaaaaaa: \d+ times/);
    expect(Reason).toContain('over 60 s');
    expect(Reason).toContain('DirectConnectServerException, AWS request id aws-request');
    expect(Reason).toContain('dxcon-11111111 is now standalone and available');
  });

  test('over while nothing answers, the reason says what was seen before', async () => {
    const service = network(clock, [connection(CONNECTION)]);
    const dead = clock.sleep(1).then(() => service.faults.add([SERVER_EXCEPTION]));
    service.faults.add([{ operation: 'AssociateConnectionWithLag', error: 'DirectConnectServerException' }]);
    const { answers } = await create(service, { RetryTimeout: '60' });
    await dead;
    expect(answers[0]?.Reason).toContain(
      'Where dxcon-11111111 is now could not be seen; it was last seen standalone and available.',
    );
  });
});

describe('the metrics', () => {
  test('are one line an event, with outcome, calls, errors by kind, and duration', async () => {
    const service = network(clock, [connection(CONNECTION)]);
    service.faults.add([
      { operation: 'DescribeConnections', error: 'ThrottlingException' },
      { operation: 'AssociateConnectionWithLag', error: 'DirectConnectServerException', times: 2 },
      { operation: 'DescribeLags', error: 'AccessDeniedException' },
    ]);
    const { metrics, seconds } = await create(service);
    expect(metrics).toEqual([
      {
        _aws: expect.anything(),
        StackName: 'Network',
        LogicalId: 'M',
        requestId: 'r',
        requestType: 'Create',
        outcome: 'done',
        Attempts: service.calls.length,
        Failures: 0,
        Duration: seconds * 1000,
        TransientErrors: 2,
        TransitioningErrors: 0,
        ThrottledErrors: 1,
        DeniedErrors: 1,
      },
    ]);
  });

  test('count an event that failed', async () => {
    const { metrics } = await create(network(clock, []));
    expect(metrics).toMatchObject([{ outcome: 'failed', Failures: 1 }]);
  });

  test('count an event that was refused unread', async () => {
    const { metrics } = await create(network(clock, []), { Unknown: 'x' });
    expect(metrics).toMatchObject([{ outcome: 'failed', Failures: 1, Attempts: 0 }]);
  });
});
