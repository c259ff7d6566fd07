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
        const duration = seconds === undefined ? undefined : Number(seconds);
        const { credentials, arn, id } = await this.sessions.assumeRole(caller, roleArn, sessionName, duration);
        return {
          Credentials: {
            AccessKeyId: credentials.accessKeyId,
            SecretAccessKey: credentials.secretAccessKey,
            SessionToken: credentials.sessionToken,
            Expiration: new Date(credentials.expiration),
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
