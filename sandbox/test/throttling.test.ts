import {
  CloudFormationClient,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { DescribeConnectionsCommand, DescribeLagsCommand, DirectConnectClient } from '@aws-sdk/client-direct-connect';
import { type Sandbox, type SandboxOptions, startSandbox } from '../index';
import type { Rate } from '../rates';

/** A rate whose burst is all there is, however slow the machine. */
const only = (burst: number, service: string, operation: string): Rate => ({
  service,
  operation,
  burst,
  perSecond: 1e-6,
  source: 'a test',
});

let sandbox: Sandbox;
afterEach(() => sandbox.stop());

async function start(rates?: NonNullable<SandboxOptions['rates']>) {
  sandbox = await startSandbox(rates === undefined ? {} : { rates });
  const config = (region = sandbox.region, credentials = sandbox.services.sessions.administratorKey) => ({
    endpoint: sandbox.url,
    region,
    credentials,
    maxAttempts: 1,
  });
  return {
    directConnect: (...of: Parameters<typeof config>) => new DirectConnectClient(config(...of)),
    cloudFormation: (...of: Parameters<typeof config>) => new CloudFormationClient(config(...of)),
  };
}

/** How often a call failed, by the error's name and HTTP status, and how often it did not. */
async function outcomes(times: number, call: () => Promise<unknown>): Promise<{ [outcome: string]: number }> {
  const counts: { [outcome: string]: number } = {};
  for (const settled of await Promise.allSettled(Array.from({ length: times }, call))) {
    const outcome =
      settled.status === 'fulfilled'
        ? 'answered'
        : `${settled.reason.name} ${settled.reason.$metadata.httpStatusCode}: ${settled.reason.message}`;
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}

test('a JSON service answers what is over its rate with ThrottlingException, and what it throttles is not carried out', async () => {
  const { directConnect } = await start([only(3, 'directconnect', '*')]);
  expect(await outcomes(2, () => directConnect().send(new DescribeLagsCommand({})))).toEqual({ answered: 2 });
  expect(await outcomes(3, () => directConnect().send(new DescribeConnectionsCommand({})))).toEqual({
    answered: 1,
    'ThrottlingException 400: Rate exceeded': 2,
  });
  expect(sandbox.services.directConnect.calls).toHaveLength(3);
});

test('CloudFormation answers what is over the rate of an operation with Throttling', async () => {
  const { cloudFormation } = await start([only(2, 'cloudformation', 'DescribeStacks')]);
  expect(await outcomes(5, () => cloudFormation().send(new DescribeStacksCommand({})))).toEqual({
    answered: 2,
    'Throttling 400: Rate exceeded': 3,
  });
  const other = new DescribeStackEventsCommand({ StackName: 'none' });
  expect(await outcomes(3, () => cloudFormation().send(other))).toEqual({
    'ValidationError 400: Stack [none] does not exist': 3,
  });
});

test('a Region has a rate of its own', async () => {
  const { directConnect } = await start([only(1, 'directconnect', '*')]);
  for (const region of ['eu-central-1', 'us-east-1']) {
    expect(await outcomes(2, () => directConnect(region).send(new DescribeLagsCommand({})))).toMatchObject({
      answered: 1,
    });
  }
});

test('who is not known is told so, over the rate too, and uses nothing of it', async () => {
  const { directConnect } = await start([only(1, 'directconnect', '*')]);
  const unknown = directConnect('eu-central-1', { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' });
  const refused = {
    'UnrecognizedClientException 400: The security token included in the request is invalid.': 3,
  };
  expect(await outcomes(3, () => unknown.send(new DescribeLagsCommand({})))).toEqual(refused);
  expect(await outcomes(2, () => directConnect().send(new DescribeLagsCommand({})))).toMatchObject({ answered: 1 });
  expect(await outcomes(3, () => unknown.send(new DescribeLagsCommand({})))).toEqual(refused);
});

test("the rates are AWS's where no others are given, and none where nobody asks", async () => {
  const many = async (rates?: boolean) => {
    const { directConnect } = await start(rates);
    return outcomes(60, () => directConnect().send(new DescribeLagsCommand({})));
  };
  expect(await many(true)).toMatchObject({ 'ThrottlingException 400: Rate exceeded': expect.any(Number) });
  await sandbox.stop();
  expect(await many()).toEqual({ answered: 60 });
});
