import {
  AssociateConnectionWithLagCommand,
  DescribeLagsCommand,
  DirectConnectClient,
} from '@aws-sdk/client-direct-connect';
import { startSandbox } from '../index';
import { createServices } from '../services';
import { seeded } from './seeded';
import { VirtualClock } from './virtual-clock';

/** So long that no read sees what was done in a test. */
const AGES = 1e15;
const caller = {
  accountId: '111122223333',
  region: 'eu-central-1',
  principalArn: 'arn:aws:iam::111122223333:user/sandbox',
};
const place = { ownerAccount: caller.accountId, region: caller.region, location: 'EqDC2' };
const state = {
  connections: [
    { ...place, connectionId: 'dxcon-aaaaaaaa', connectionState: 'available' as const, bandwidth: '10Gbps' },
  ],
  lags: [
    {
      ...place,
      lagId: 'dxlag-aaaaaaaa',
      lagState: 'available' as const,
      connectionsBandwidth: '10Gbps',
      minimumLinks: 0,
    },
  ],
  virtualInterfaces: [],
};

test('a client sees the network as it was, while the state route shows what is', async () => {
  const sandbox = await startSandbox({ state, describeLagMilliseconds: AGES });
  const client = new DirectConnectClient({
    endpoint: sandbox.url,
    region: sandbox.region,
    credentials: sandbox.services.sessions.administratorKey,
  });
  const pair = { connectionId: 'dxcon-aaaaaaaa', lagId: 'dxlag-aaaaaaaa' };
  await expect(client.send(new AssociateConnectionWithLagCommand(pair))).resolves.toMatchObject(pair);
  await expect(client.send(new DescribeLagsCommand({}))).resolves.toMatchObject({ lags: [{ connections: [] }] });
  const present = await fetch(`${sandbox.url}/_sandbox/state`);
  expect(await present.json()).toMatchObject({ lags: [{ connections: [pair] }] });
  await sandbox.stop();
});

test('CloudFormation finds what it made itself, and deletes it', async () => {
  const clock = new VirtualClock();
  const { cloudFormation, directConnect } = createServices({
    clock,
    random: seeded(1),
    accountId: caller.accountId,
    transitionMilliseconds: 0,
    describeLagMilliseconds: AGES,
    run: async () => ({ kind: 'answer', payload: null }),
    writeLog: () => {},
    responseUrlBase: 'http://127.0.0.1:1/_responses',
  });
  const Properties = { ConnectionsBandwidth: '10Gbps', LagName: 'core', Location: 'EqDC2' };
  const TemplateBody = JSON.stringify({ Resources: { Lag: { Type: 'AWS::DirectConnect::Lag', Properties } } });
  await cloudFormation.call('CreateStack', { StackName: 'S', TemplateBody }, caller);
  expect(await clock.run(cloudFormation.whenSettled('S', caller.region))).toBe('CREATE_COMPLETE');
  await expect(directConnect.call('DescribeLags', {}, caller)).resolves.toEqual({ lags: [] });
  await cloudFormation.call('DeleteStack', { StackName: 'S' }, caller);
  await clock.run(cloudFormation.whenSettled('S', caller.region));
  expect(directConnect.network.describe().lags).toMatchObject([{ lagName: 'core', lagState: 'deleted' }]);
});
