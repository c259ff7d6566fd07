import type { Context } from 'aws-lambda';
import { type DirectConnect, directConnect } from './aws/direct-connect';
import { isResponseUrl } from './aws/endpoint';
import { signedRequests } from './aws/signed-request';
import { systemClock } from './clock';
import { putOverHttp } from './cloudformation/answer';
import { cloudFormation } from './cloudformation/stack';
import { handle, type World } from './handle';
import { dynamoDbTable } from './record/table';

const send = signedRequests(process.env);

const clients = new Map<string, DirectConnect>();

/** One client a Region, kept for the next event. */
function clientOf(region: string): DirectConnect {
  const client = clients.get(region) ?? directConnect(process.env, region);
  clients.set(region, client);
  return client;
}

const world: World = {
  directConnect: clientOf,
  cloudFormation: cloudFormation(send),
  table: dynamoDbTable(send, process.env.TABLE_NAME ?? ''),
  clock: systemClock,
  random: Math.random,
  put: putOverHttp,
  isResponseUrl: url => isResponseUrl(url, process.env),
  write: line => process.stdout.write(line),
};

/** What Lambda calls. */
export const handler = (event: unknown, context: Context): Promise<void> =>
  handle(event, context.getRemainingTimeInMillis(), world);
