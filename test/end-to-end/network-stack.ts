import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection, Lag } from '@aws-sdk/client-direct-connect';
import { App, CfnParameter, NestedStack, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { LagMembership, type LagMembershipProps } from '../../lib';
import { cdk } from '../../rehearsal/cdk';
import { type Sandbox, startSandbox } from '../../sandbox/index';
import { A, B, lag } from '../support/network';

export interface Deployment {
  /** By construct id. */
  readonly memberships: { readonly [id: string]: LagMembershipProps };
  /** Whether they are in a nested stack. */
  readonly nested?: boolean;
  /** Ids of the memberships that stay when they go. */
  readonly retained?: readonly string[];
  /** Whether a resource that comes after the memberships fails, so that CloudFormation rolls back. */
  readonly fails?: boolean;
}

/** A stack of memberships on a sandbox of its own, which the unmodified CLI deploys. */
export class NetworkStack {
  private readonly folder = mkdtempSync(join(tmpdir(), 'network-stack-'));
  private synths = 0;

  private constructor(private readonly sandbox: Sandbox) {}

  /** @param transition how long a link is pending after it joins or leaves a LAG, in milliseconds */
  static async start(
    connections: readonly Connection[],
    lags: readonly Lag[] = [lag(A), lag(B)],
    transition = 200,
  ): Promise<NetworkStack> {
    const state = JSON.stringify({ connections, lags });
    return new NetworkStack(await startSandbox({ state, transitionMilliseconds: transition }));
  }

  async stop(): Promise<void> {
    await this.sandbox.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  get directConnect() {
    return this.sandbox.services.directConnect;
  }

  /** Status of the stack, or `undefined` where there is none. */
  async status(): Promise<string | undefined> {
    const { cloudFormation } = this.sandbox.services;
    const caller = { accountId: this.sandbox.accountId, region: this.sandbox.region, principalArn: 'administrator' };
    const { Stacks } = Object(await cloudFormation.call('DescribeStacks', {}, caller));
    return Array.from<Record<string, unknown>>(Stacks)
      .filter(stack => stack.StackName === 'Network')
      .map(stack => String(stack.StackStatus))[0];
  }

  /** Whether the handler's logs are there, of this deployment of the stack or of one before. */
  async hasLogs(): Promise<boolean> {
    const { cloudFormation, logs } = this.sandbox.services;
    const caller = { accountId: this.sandbox.accountId, region: this.sandbox.region, principalArn: 'administrator' };
    const events = JSON.stringify(await cloudFormation.call('DescribeStackEvents', { StackName: 'Network' }, caller));
    return [...events.matchAll(/Network-LagMembershipProviderLogs[\w-]+/g)].some(
      ([name]) => logs.hasGroup(caller.region, name) && logs.eventsOf(caller.region, name).length > 0,
    );
  }

  lagOf(connectionId: string): string | undefined {
    return this.directConnect.network.connections.get(connectionId)?.lagId;
  }

  /** What was changed, each as operation, connection and LAG; refusals left out. */
  writes(): unknown[][] {
    return this.directConnect.calls
      .filter(call => !call.operation.startsWith('Describe') && call.error === undefined)
      .map(({ operation, input }) => [
        operation,
        Reflect.get(Object(input), 'connectionId'),
        Reflect.get(Object(input), 'lagId'),
      ]);
  }

  /** Synthesizes an app and deploys it. */
  async deploy(deployment: Deployment): Promise<{ code: number; printed: string }> {
    const { memberships, nested = false, retained = [], fails = false } = deployment;
    const outdir = join(this.folder, `app-${++this.synths}`);
    const app = new App({ outdir });
    const stack = new Stack(app, 'Network', { env: { account: '111122223333', region: 'eu-central-1' } });
    const scope = nested ? new NestedStack(stack, 'Nested') : stack;
    const all = Object.entries(memberships).map(([id, props]) => new LagMembership(scope, id, props));
    for (const membership of all) {
      if (retained.includes(membership.node.id)) membership.applyRemovalPolicy(RemovalPolicy.RETAIN);
    }
    // A name that is taken fails the deployment; as a parameter, so that the CDK does not find out at synth.
    const name = () => new CfnParameter(stack, 'Name', { default: 'taken' }).valueAsString;
    const taken = new CfnLogGroup(stack, 'Taken', { logGroupName: 'taken' });
    const last = new CfnLogGroup(stack, 'Last', { logGroupName: fails ? name() : 'last' });
    last.node.addDependency(taken, ...(nested ? [scope] : all));
    app.synth();
    return this.run('deploy', '--app', outdir, '--require-approval=never');
  }

  destroy(): Promise<{ code: number; printed: string }> {
    return this.run('destroy', '--app', join(this.folder, `app-${this.synths}`), '--force');
  }

  private async run(...command: string[]): Promise<{ code: number; printed: string }> {
    const lines: string[] = [];
    const print = (line: string) => lines.push(line);
    const { environment } = this.sandbox;
    const code = await cdk([...command, '--no-notices'], { environment, folder: this.folder, print });
    return { code, printed: lines.join('\n') };
  }
}
