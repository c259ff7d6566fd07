import type { Clock } from '../../clock';
import { Iam } from '../../iam/iam';
import { Sessions } from '../../iam/sessions';
import { Logs } from '../../logs/logs';
import { codeOfSource } from '../function-code';
import type { FunctionConfiguration } from '../function-configuration';
import type { RunFunction } from '../invocation';
import { Lambda } from '../lambda';

export const accountId = '111122223333';
export const region = 'eu-central-1';

/** Of a function that answers at once. @param role its ARN */
export const configurationOf = (role: string): FunctionConfiguration => ({
  functionName: 'F',
  handler: 'index.handler',
  runtime: 'nodejs24.x',
  role,
  description: '',
  timeout: 3,
  memorySize: 128,
  environment: {},
  logGroup: '/aws/lambda/F',
  reservedConcurrentExecutions: undefined,
});

/** Lambda with one role that may write logs, and what the functions wrote. */
export async function lambdaWith(clock: Clock, run: RunFunction, concurrency?: number) {
  const iam = new Iam({ accountId, partition: 'aws', random: Math.random });
  const sessions = new Sessions(iam, clock);
  const role = await iam.createRole('R', '/', {
    trustPolicy: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
  });
  iam.attachRolePolicy('R', 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole');
  const written: string[] = [];
  const logs = new Logs({
    clock,
    accountId,
    partition: 'aws',
    authorize: iam.authorize,
    write: (_region, _group, lines) => written.push(lines),
  });
  const lambda = new Lambda({
    clock,
    random: Math.random,
    accountId,
    partition: 'aws',
    sessions,
    logs,
    run,
    ...(concurrency !== undefined && { concurrency }),
  });
  const configuration = configurationOf(role.arn);
  const create = (changes: Partial<FunctionConfiguration> = {}, source = '') =>
    lambda.createFunction(region, { ...configuration, ...changes }, codeOfSource(source));
  return { iam, sessions, role, logs, lambda, configuration, create, written };
}
