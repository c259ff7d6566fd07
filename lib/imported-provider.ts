import { type Duration, Resource, Token } from 'aws-cdk-lib';
import type { IRuleTarget, Rule } from 'aws-cdk-lib/aws-events';
import { type IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { ILagMembershipProvider } from './i-lag-membership-provider';

/** A function's ARN, of which a version or an alias would have rights and a memory of their own nowhere. */
const FUNCTION_ARN = /^arn:[a-z0-9-]+:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+$/;

/** The provider of another app: it is there already, with its role and its table, of which nothing is known here. */
export class ImportedProvider extends Resource implements ILagMembershipProvider {
  readonly handler: IFunction;

  constructor(
    scope: Construct,
    id: string,
    readonly serviceToken: string,
  ) {
    super(scope, id);
    if (!Token.isUnresolved(serviceToken) && !FUNCTION_ARN.test(serviceToken)) {
      throw new Error(
        `[${this.node.path}] serviceToken is ${JSON.stringify(serviceToken)}: allowed is the ARN of a function ` +
          '(arn:<partition>:lambda:<region>:<account>:function:<name>), or a token. Use the serviceToken of the LagMembershipProvider.',
      );
    }
    this.handler = LambdaFunction.fromFunctionAttributes(this, 'Function', {
      functionArn: serviceToken,
      sameEnvironment: true,
    });
  }

  checkEvery(_interval: Duration): Rule {
    throw this.cannotCheck('checkEvery');
  }

  checkTarget(): IRuleTarget {
    throw this.cannotCheck('checkTarget');
  }

  private cannotCheck(method: string): Error {
    return new Error(
      `[${this.node.path}] ${method} was called for a provider of another app: allowed is that of a LagMembershipProvider, ` +
        'because the function needs rights for it, which cannot be granted from here. Call it in the app that makes the provider.',
    );
  }
}
