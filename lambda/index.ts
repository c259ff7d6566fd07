import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { putOverHttp } from './answer';
import { signedRequests } from './aws-request';
import { systemClock } from './clock';
import { type DirectConnect, directConnect } from './direct-connect';
import { handle, type World } from './handle';
import { logStreamJournal } from './journal';
import { cloudFormation } from './stack';

const send = signedRequests(process.env);

const world: Omit<World, 'directConnect'> = {
  describeStack: cloudFormation(send),
  journal: logStreamJournal(send, process.env.AWS_LAMBDA_LOG_GROUP_NAME ?? ''),
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
