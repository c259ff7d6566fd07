import type { Context } from 'aws-lambda';
import { directConnect } from './aws/direct-connect';
import { isResponseUrl } from './aws/endpoint';
import { signedRequests } from './aws/signed-request';
import { systemClock } from './clock';
import { putOverHttp } from './cloudformation/answer';
import { cloudFormation } from './cloudformation/stack';
import { checkDrift, isDriftCheck } from './drift/check';
import { handle, type World } from './handle';
import { dynamoDbTable } from './record/table';

const send = signedRequests(process.env);

const clients = new Map<string, ReturnType<typeof directConnect>>();

/** One client a Region, kept for the next event. */
function clientOf(region: string): ReturnType<typeof directConnect> {
  const client = clients.get(region) ?? directConnect(process.env, region);
  clients.set(region, client);
  return client;
}

const world = {
  directConnect: clientOf,
  cloudFormation: cloudFormation(send),
  table: dynamoDbTable(send, process.env.TABLE_NAME ?? ''),
  clock: systemClock,
  random: Math.random,
  put: putOverHttp,
  isResponseUrl: (url: string) => isResponseUrl(url, process.env),
  write: (line: string) => process.stdout.write(line),
} satisfies World;

/** What Lambda calls. */
export const handler = (event: unknown, context: Context): Promise<void> => {
  const remaining = context.getRemainingTimeInMillis();
  return isDriftCheck(event) ? checkDrift(remaining, world) : handle(event, remaining, world);
};
