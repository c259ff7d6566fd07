import type { Caller } from '../../caller';
import { systemClock } from '../../clock';
import { Ssm } from '../ssm';

const caller: Caller = {
  accountId: '111122223333',
  region: 'eu-central-1',
  principalArn: 'arn:aws:iam::111122223333:user/sandbox',
};
const version = { Name: '/cdk-bootstrap/hnb659fds/version' };

test('GetParameter says that the account is bootstrapped', async () => {
  const ssm = new Ssm(systemClock, async () => undefined);
  expect(await ssm.call('GetParameter', version, caller)).toMatchObject({ Parameter: { Type: 'String', Value: '33' } });
});

test.each([
  ['another parameter', 'GetParameter', { Name: 'x' }, 'ParameterNotFound'],
  ['what every object has', 'GetParameter', { Name: '__proto__' }, 'ParameterNotFound'],
  ['no name', 'GetParameter', {}, 'ValidationException'],
  ['another operation', 'PutParameter', version, 'UnknownOperationException'],
])('%s is an error', async (_name, operation, input, code) => {
  const ssm = new Ssm(systemClock, async () => undefined);
  await expect(ssm.call(operation, input, caller)).rejects.toMatchObject({ code });
});

test('a role needs the right to read it', async () => {
  const ssm = new Ssm(systemClock, async (_caller, action, resource) => `${action} ${resource}`);
  await expect(ssm.call('GetParameter', version, caller)).rejects.toMatchObject({
    code: 'AccessDeniedException',
    message: 'ssm:GetParameter arn:aws:ssm:eu-central-1:111122223333:parameter/cdk-bootstrap/hnb659fds/version',
  });
});
