import { AwsError } from '../aws-error';
import type { Authorize, Caller } from '../caller';
import type { Clock } from '../clock';

/** What `cdk bootstrap` leaves in an account: the version of its template. */
const parameters: { readonly [name: string]: string } = { '/cdk-bootstrap/hnb659fds/version': '33' };

/** AWS Systems Manager's Parameter Store, as far as the CDK CLI reads it. */
export class Ssm {
  constructor(
    private readonly clock: Clock,
    private readonly authorize: Authorize,
  ) {}

  /** None where there is no such parameter. */
  find(name: string): string | undefined {
    return Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  }

  async call(operation: string, input: { readonly [name: string]: unknown }, caller: Caller): Promise<object> {
    if (operation !== 'GetParameter') {
      throw new AwsError(
        'UnknownOperationException',
        `The sandbox does not support SSM's ${operation}; it supports GetParameter`,
      );
    }
    const { Name: name } = input;
    if (typeof name !== 'string') throw new AwsError('ValidationException', 'Name must be text');
    const partition = caller.principalArn.split(':')[1];
    const arn = `arn:${partition}:ssm:${caller.region}:${caller.accountId}:parameter/${name.replace(/^\//, '')}`;
    const denial = await this.authorize(caller, 'ssm:GetParameter', arn);
    if (denial !== undefined) throw new AwsError('AccessDeniedException', denial);
    const value = this.find(name);
    if (value === undefined) throw new AwsError('ParameterNotFound', `Parameter ${name} not found.`);
    return {
      Parameter: {
        Name: name,
        Type: 'String',
        Value: value,
        Version: 1,
        LastModifiedDate: this.clock.now() / 1000,
        ARN: arn,
        DataType: 'text',
      },
    };
  }
}
