import { CloudFormationClient, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { messageOf } from '../command-line';
import { isObject } from '../direct-connect/shape';
import type { AssemblyStack } from './assembly';

/** Templates by stack name, and why there is none where there is none. */
export type ReadDeployed = (
  stacks: readonly AssemblyStack[],
) => Promise<{ readonly templates: ReadonlyMap<string, { [name: string]: unknown }>; readonly why: string }>;

/**
 * What `cdk diff` compares with: the templates of the stacks as they are deployed in the real account, with the person's
 * own credentials (`cloudformation:GetTemplate`).
 */
export const readFromAccount =
  (defaultRegion: string): ReadDeployed =>
  async stacks => {
    const templates = new Map<string, { [name: string]: unknown }>();
    const reasons: string[] = [];
    for (const { name, region = defaultRegion } of stacks) {
      try {
        const client = new CloudFormationClient({ region, maxAttempts: 2 });
        const { TemplateBody: body = '' } = await client.send(new GetTemplateCommand({ StackName: name }));
        const template: unknown = JSON.parse(body);
        if (isObject(template)) templates.set(name, { ...template });
      } catch (error) {
        reasons.push(`${name}: ${messageOf(error)}`);
      }
    }
    return { templates, why: reasons.join('; ') };
  };
