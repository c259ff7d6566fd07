import type { Caller } from '../../caller';
import { Iam } from '../../iam/iam';
import { Sessions } from '../../iam/sessions';
import { VirtualClock } from '../../test/virtual-clock';
import { Sts } from '../sts';

const sessions = new Sessions(
  new Iam({ accountId: '111122223333', partition: 'aws', random: Math.random }),
  new VirtualClock(0),
);
const sts = new Sts(sessions);
const administrator: Caller = { ...sessions.administrator, region: 'eu-central-1' };
const deployRole = 'arn:aws:iam::111122223333:role/cdk-hnb659fds-deploy-role-111122223333-eu-central-1';

test('GetCallerIdentity tells who the administrator is', async () => {
  expect(await sts.call('GetCallerIdentity', {}, administrator)).toEqual({
    UserId: expect.stringMatching(/^AIDA/),
    Account: '111122223333',
    Arn: 'arn:aws:iam::111122223333:user/sandbox',
  });
});

test('AssumeRole gives credentials, and GetCallerIdentity tells whose they are', async () => {
  const input = { RoleArn: deployRole, RoleSessionName: 'me', DurationSeconds: '900' };
  const assumed = await sts.call('AssumeRole', input, administrator);
  const arn = 'arn:aws:sts::111122223333:assumed-role/cdk-hnb659fds-deploy-role-111122223333-eu-central-1/me';
  expect(assumed).toMatchObject({
    AssumedRoleUser: { Arn: arn },
    Credentials: { AccessKeyId: expect.stringMatching(/^ASIA/), Expiration: new Date(900_000) },
  });
  const identity = await sts.call('GetCallerIdentity', {}, { ...administrator, principalArn: arn });
  expect(identity).toMatchObject({ Arn: arn, UserId: expect.stringMatching(/:me$/) });
});

test.each<[string, string, { [name: string]: unknown }, string]>([
  ['another action', 'GetSessionToken', {}, 'InvalidAction'],
  ['no session name', 'AssumeRole', { RoleArn: deployRole }, 'ValidationError'],
  ...['x', '899', '43201', '1e999', { toString: '1' }].map(
    (DurationSeconds): [string, string, { [name: string]: unknown }, string] => [
      `DurationSeconds ${JSON.stringify(DurationSeconds)}`,
      'AssumeRole',
      { RoleArn: deployRole, RoleSessionName: 'me', DurationSeconds },
      'ValidationError',
    ],
  ),
  ['a role that does not exist', 'AssumeRole', { RoleArn: `${deployRole}-x`, RoleSessionName: 'me' }, 'AccessDenied'],
])('%s is an error', async (_name, action, input, code) => {
  await expect(sts.call(action, input, administrator)).rejects.toMatchObject({ code });
});
