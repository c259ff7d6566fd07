import { AwsError } from '../aws-error';
import type { Caller } from '../caller';
import type { Sessions } from '../iam/sessions';

/** AWS STS: who somebody is, and credentials for a role. */
export class Sts {
  constructor(private readonly sessions: Sessions) {}

  /** @param input the parameters of the Query protocol, by name */
  async call(action: string, input: { readonly [name: string]: unknown }, caller: Caller): Promise<object> {
    switch (action) {
      case 'GetCallerIdentity':
        return { UserId: this.sessions.userIdOf(caller), Account: caller.accountId, Arn: caller.principalArn };
      case 'AssumeRole': {
        const { RoleArn: roleArn, RoleSessionName: sessionName, DurationSeconds: seconds } = input;
        if (typeof roleArn !== 'string' || typeof sessionName !== 'string' || !/^[\w+=,.@-]{2,64}$/.test(sessionName)) {
          const message =
            'RoleArn must be an ARN, and RoleSessionName 2 to 64 letters, digits and characters of _+=,.@-';
          throw new AwsError('ValidationError', message);
        }
        const duration = seconds === undefined ? undefined : durationOf(seconds);
        const { credentials, arn, id } = await this.sessions.assumeRole(caller, roleArn, sessionName, duration);
        return {
          Credentials: {
            AccessKeyId: credentials.accessKeyId,
            SecretAccessKey: credentials.secretAccessKey,
            SessionToken: credentials.sessionToken,
            Expiration: credentials.expiration,
          },
          AssumedRoleUser: { AssumedRoleId: id, Arn: arn },
        };
      }
      default: {
        const message = `The sandbox does not support STS's ${action}; it supports GetCallerIdentity and AssumeRole`;
        throw new AwsError('InvalidAction', message);
      }
    }
  }
}

/** Source: AWS STS API Reference, AssumeRole. */
function durationOf(seconds: unknown): number {
  const duration = typeof seconds === 'string' ? Number(seconds) : Number.NaN;
  if (Number.isInteger(duration) && duration >= 900 && duration <= 43_200) return duration;
  const message = `DurationSeconds ${JSON.stringify(seconds)} must be a whole number from 900 to 43200`;
  throw new AwsError('ValidationError', message);
}
