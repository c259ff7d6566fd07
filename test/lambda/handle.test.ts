import type { DirectConnect } from '../../sandbox/direct-connect/direct-connect';
import { CONNECTION, connection, network } from '../support/network';
import { ASSOCIATE, clock, create, having, run } from '../support/settling';

const SERVER_EXCEPTION = { operation: '*', error: 'DirectConnectServerException', times: 100_000 };

/** Handles one Create of the pair, and tells how long it took, what was answered and what was written. */
async function creating(service: DirectConnect, properties: { readonly [property: string]: string } = {}) {
  const began = clock.now();
  const log: { readonly step: string }[] = [];
  const answer = await run(service, having(create, properties), { log });
  return {
    answer,
    log,
    metrics: log.filter(line => '_aws' in line),
    seconds: (clock.now() - began) / 1000,
  };
}

describe('the time to try', () => {
  test('is RetryTimeout, whatever the invocation has left', async () => {
    const service = network(clock, [connection(CONNECTION)]);
    service.faults.add([SERVER_EXCEPTION]);
    const { answer, seconds } = await creating(service, { RetryTimeout: '60' });
    expect(answer).toMatchObject({ status: 'FAILED' });
    expect(seconds).toBeGreaterThanOrEqual(60);
    expect(seconds).toBeLessThanOrEqual(60 + 180);
  });

  test('is eleven minutes of the fifteen without it', async () => {
    const service = network(clock, [connection(CONNECTION)]);
    service.faults.add([SERVER_EXCEPTION]);
    const { seconds } = await creating(service);
    expect(seconds).toBeGreaterThanOrEqual(660);
    expect(seconds).toBeLessThanOrEqual(840);
  });

  test('over, the reason says what was tried, how often, how long, the last error, and what was seen last', async () => {
    const service = network(clock, [connection(CONNECTION)]);
    service.faults.add([{ ...SERVER_EXCEPTION, operation: ASSOCIATE }]);
    const { reason } = (await creating(service, { RetryTimeout: '60' })).answer;
    expect(reason).toMatch(/associate dxcon-11111111 dxlag-aaaaaaaa: \d+ times/);
    expect(reason).toContain('over 60 s');
    expect(reason).toContain('DirectConnectServerException, AWS request id aws-request');
    expect(reason).toContain('dxcon-11111111 is now standalone and available');
  });

  test('over while nothing answers, the reason says what was seen before', async () => {
    const service = network(clock, [connection(CONNECTION)]);
    const dead = clock.sleep(1).then(() => service.faults.add([SERVER_EXCEPTION]));
    service.faults.add([{ operation: ASSOCIATE, error: 'DirectConnectServerException' }]);
    const { answer } = await creating(service, { RetryTimeout: '60' });
    await dead;
    expect(answer.reason).toContain(
      'Where dxcon-11111111 is now could not be seen; it was last seen standalone and available.',
    );
  });
});

describe('the metrics', () => {
  test('are one line an event, with outcome, calls, errors by kind, and duration', async () => {
    const service = network(clock, [connection(CONNECTION)]);
    service.faults.add([
      { operation: 'DescribeConnections', error: 'ThrottlingException' },
      { operation: ASSOCIATE, error: 'DirectConnectServerException', times: 2 },
      { operation: 'DescribeLags', error: 'AccessDeniedException' },
    ]);
    const { metrics, seconds } = await creating(service);
    expect(metrics).toEqual([
      {
        _aws: expect.anything(),
        StackName: 'Network',
        LogicalId: 'M',
        requestId: 'create',
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
    const { metrics } = await creating(network(clock, []));
    expect(metrics).toMatchObject([{ outcome: 'failed', Failures: 1 }]);
  });

  test('count an event that was refused unread', async () => {
    const { metrics } = await creating(network(clock, []), { Unknown: 'x' });
    expect(metrics).toMatchObject([{ outcome: 'failed', Failures: 1, Attempts: 0 }]);
  });
});

test('everything that is done, and why, is in the log, with the event and the pair, and without the ResponseURL', async () => {
  const { log } = await creating(network(clock, [connection(CONNECTION)]));
  const fields = { requestId: 'create', requestType: 'Create', logicalId: 'M', connectionId: CONNECTION };
  expect(log).toContainEqual(expect.objectContaining({ ...fields, step: 'begin' }));
  expect(log).toContainEqual(expect.objectContaining({ ...fields, step: 'associate', attempt: 1, answer: 'ok' }));
  expect(log).toContainEqual(expect.objectContaining({ step: 'answer', outcome: 'done', physicalId: CONNECTION }));
  expect(JSON.stringify(log)).not.toContain(create.ResponseURL);
});
