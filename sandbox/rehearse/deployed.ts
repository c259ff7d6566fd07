import { CloudFormationClient, DescribeStackResourceCommand, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { messageOf } from '../command-line';
import { type AssemblyStack, parseTemplate, resourcesOf } from './assembly';
import type { DeployedTemplate } from './assembly-copy';

export interface ReadTemplates {
  /** By stack name. */
  readonly templates: ReadonlyMap<string, DeployedTemplate>;
  /** Stacks that are not deployed. */
  readonly absent: readonly string[];
  /** What could not be read, and why. */
  readonly notRead: readonly string[];
}

/** @param region of stacks that name none */
export type ReadDeployed = (stacks: readonly AssemblyStack[], region: string) => Promise<ReadTemplates>;

/**
 * What `cdk diff` compares with: the templates of the stacks, and of those nested in them, as they are deployed in the real
 * account, with the person's own credentials (`cloudformation:GetTemplate` and `DescribeStackResource`).
 */
export const readFromAccount: ReadDeployed = async (stacks, defaultRegion) => {
  const templates = new Map<string, DeployedTemplate>();
  const absent: string[] = [];
  const notRead: string[] = [];
  for (const { name, region = defaultRegion } of stacks) {
    const client = new CloudFormationClient({ region, maxAttempts: 2 });
    try {
      templates.set(name, await readStack(client, name));
    } catch (error) {
      if (isAbsent(error)) absent.push(name);
      else notRead.push(`what is deployed of ${name} in ${region} (GetTemplate): ${messageOf(error)}`);
    } finally {
      client.destroy();
    }
  }
  return { templates, absent, notRead };
};

async function readStack(client: CloudFormationClient, nameOrId: string): Promise<DeployedTemplate> {
  const { TemplateBody: body = '' } = await client.send(new GetTemplateCommand({ StackName: nameOrId }));
  const template = parseTemplate(body);
  const nested = new Map<string, DeployedTemplate>();
  for (const [logicalId, { Type: type }] of Object.entries(resourcesOf(template))) {
    if (type !== 'AWS::CloudFormation::Stack') continue;
    const id = await physicalIdOf(client, nameOrId, logicalId);
    if (id !== undefined) nested.set(logicalId, await readStack(client, id));
  }
  return { template, nested };
}

/** `undefined` where its condition does not hold. */
async function physicalIdOf(client: CloudFormationClient, stack: string, logicalId: string) {
  try {
    const asked = new DescribeStackResourceCommand({ StackName: stack, LogicalResourceId: logicalId });
    return (await client.send(asked)).StackResourceDetail?.PhysicalResourceId;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** AWS has no error of its own for a stack that does not exist. */
const isAbsent = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ValidationError' && / does not exist/.test(error.message);
