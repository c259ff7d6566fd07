import { type CloudFormation, cloudFormation } from '../../lambda/cloudformation/stack';
import { AwsError } from '../../sandbox/aws-error';
import type { QueryInput } from '../../sandbox/cloudformation/input';
import { errorXml, parseQuery, toXml } from '../../sandbox/cloudformation/query-protocol';

/** What the handler asks, answered by the sandbox's CloudFormation in its own wire format, without a wire. */
export function cloudFormationSide(call: (action: string, input: QueryInput) => Promise<object>): CloudFormation {
  return cloudFormation(async (_service, _headers, body) => {
    const { action, input } = parseQuery(body);
    try {
      return { status: 200, body: toXml(action, await call(action, input), 'request') };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return { status: error.status, body: errorXml(error, 'request') };
    }
  });
}
