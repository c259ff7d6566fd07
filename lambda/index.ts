import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { type DirectConnect, directConnect } from './aws/direct-connect';
import { signedRequests } from './aws/signed-request';
import { systemClock } from './clock';
import { putOverHttp } from './cloudformation/answer';
import { cloudFormation } from './cloudformation/stack';
import { handle, type World } from './handle';
import { dynamoDbTable } from './record/table';

const send = signedRequests(process.env);

const world: Omit<World, 'directConnect'> = {
  cloudFormation: cloudFormation(send),
  table: dynamoDbTable(send, process.env.TABLE_NAME ?? ''),
  clock: systemClock,
  random: Math.random,
  put: putOverHttp,
  write: line => process.stdout.write(line),
};

/** What Lambda calls. */
export const handler = (event: CloudFormationCustomResourceEvent, context: Context): Promise<void> =>
  handle(event, context.getRemainingTimeInMillis(), {
    ...world,
    directConnect: clientOf(event.ResourceProperties.Region),
  });

const clients = new Map<unknown, DirectConnect>();

/** One client a Region, kept for the next event. What is no Region's name `parseEvent` refuses before any call. */
function clientOf(region: unknown): DirectConnect {
  const client = clients.get(region) ?? directConnect(process.env, typeof region === 'string' ? region : undefined);
  clients.set(region, client);
  return client;
}
