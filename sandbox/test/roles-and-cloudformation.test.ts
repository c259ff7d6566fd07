import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
  ListStackResourcesCommand,
  ListStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { type Sandbox, startSandbox } from '../index';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterAll(() => sandbox.stop());

const client = (credentials = sandbox.services.sessions.administratorKey) =>
  new CloudFormationClient({
    endpoint: sandbox.url,
    region: sandbox.region,
    credentials,
    maxAttempts: 1,
  });

async function createStack(name: string): Promise<string> {
  const template = { Resources: { Group: { Type: 'AWS::Logs::LogGroup' } } };
  const { StackId } = await client().send(
    new CreateStackCommand({ StackName: name, TemplateBody: JSON.stringify(template) }),
  );
  await sandbox.services.cloudFormation.whenSettled(name, sandbox.region);
  return String(StackId);
}

/** A client with the credentials of a role that may ask of one stack. */
async function roleClient(stackId: string): Promise<CloudFormationClient> {
  const { iam, sessions } = sandbox.services;
  const statement = (others: object) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...others }] });
  const role = await iam.createRole('Asks', '/', {
    trustPolicy: statement({ Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }),
  });
  await iam.putRolePolicy('Asks', 'ask', statement({ Action: 'cloudformation:*', Resource: stackId }));
  const session = await sessions.forService('lambda.amazonaws.com', role.arn, 'S');
  return client(session?.credentials);
}

test('a role may ask of the stack that its policy names, by its id, and of no other', async () => {
  const [own, other] = [await createStack('own'), await createStack('other')];
  const asks = await roleClient(own);
  const ask = (StackName: string) => [
    asks.send(new DescribeStacksCommand({ StackName })),
    asks.send(new DescribeStackEventsCommand({ StackName })),
    asks.send(new DescribeStackResourceCommand({ StackName, LogicalResourceId: 'Group' })),
    asks.send(new ListStackResourcesCommand({ StackName })),
  ];
  for (const answer of ask(own)) await expect(answer).resolves.toBeDefined();
  for (const answer of [...ask(other), ...ask('own'), asks.send(new ListStacksCommand({}))])
    await expect(answer).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('is not authorized to perform: cloudformation:'),
    });
});
