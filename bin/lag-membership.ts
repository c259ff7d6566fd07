import { App, Stack } from 'aws-cdk-lib';
import { LagMembership } from '../lib';

/**
 * One stack with one membership, from the command line:
 *
 *     npx cdk deploy -c connectionId=dxcon-… -c lagId=dxlag-…
 */
function main(): void {
  const app = new App();
  const stack = new Stack(app, 'LagMembership', { description: 'A Direct Connect connection as a member of a LAG' });
  new LagMembership(stack, 'Membership', {
    connectionId: contextValue(app, 'connectionId', 'dxcon'),
    lagId: contextValue(app, 'lagId', 'dxlag'),
  });
}

function contextValue(app: App, key: string, prefix: string): string {
  const value: unknown = app.node.tryGetContext(key);
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`${key} is missing: pass -c ${key}=${prefix}-…, the id or the ARN.`);
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  // At once: an app that goes on to its end is synthesized, and this one has no membership in it.
  process.exit(1);
}
