import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { putOverHttp } from './answer';
import { systemClock } from './clock';
import { directConnect } from './direct-connect';
import { handle, type World } from './handle';

const world: World = {
  directConnect: directConnect(),
  clock: systemClock,
  random: Math.random,
  put: putOverHttp,
  write: line => process.stdout.write(line),
};

/** What Lambda calls. */
export const handler = (event: CloudFormationCustomResourceEvent, context: Context): Promise<void> =>
  handle(event, context.getRemainingTimeInMillis(), world);
