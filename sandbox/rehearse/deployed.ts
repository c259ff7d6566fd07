import { basename, join, relative } from 'node:path';
import { CloudFormationClient, DescribeStackResourceCommand, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { messageOf, UsageError } from '../command-line';
import { type AssemblyStack, isAssembly, parseTemplate, readTemplateFile, resourcesOf } from './assembly';
import { type DeployedTemplate, withTemplates } from './assembly-copy';

export interface ReadTemplates {
  /** By stack name. */
  readonly templates: ReadonlyMap<string, DeployedTemplate>;
  /** Stacks that are not deployed. */
  readonly absent: readonly string[];
  /** What could not be read, and why. */
  readonly notRead: readonly string[];
}

/** @param region of stacks that name none. @throws where `signal` ends it */
export type ReadDeployed = (
  stacks: readonly AssemblyStack[],
  region: string,
  signal: AbortSignal,
) => Promise<ReadTemplates>;

export interface DeployedOptions {
  /** A folder for copies. */
  readonly work: string;
  /** The app's folder. */
  readonly folder: string;
  /** The new app's. */
  readonly assembly: string;
  readonly stacks: readonly AssemblyStack[];
  /** Of stacks that name none. */
  readonly region: string;
  /** A template, or the folder of an assembly. */
  readonly deployed?: string;
  readonly readDeployed: ReadDeployed;
  readonly signal: AbortSignal;
}

export interface Deployed {
  /** `undefined` where nothing is deployed. */
  readonly assembly: string | undefined;
  /** Those that are deployed, as the CDK CLI takes them. */
  readonly stacks: readonly string[];
  readonly from: string;
  readonly notRead: readonly string[];
}

/** What `--deployed` names, or else what `readDeployed` finds. @throws {UsageError} where it names nothing of the app */
export async function deployedOf({
  work,
  folder,
  assembly,
  stacks,
  region,
  deployed,
  readDeployed,
  signal,
}: DeployedOptions): Promise<Deployed> {
  if (deployed !== undefined && isAssembly(deployed)) {
    return { assembly: deployed, stacks: ['**'], from: `the assembly ${relative(folder, deployed)}`, notRead: [] };
  }
  const copy = join(work, 'deployed');
  const pathsOf = (names: readonly string[]) =>
    stacks.filter(({ name }) => names.includes(name)).map(({ path }) => path);
  if (deployed !== undefined) {
    const name = stackOf(deployed, stacks);
    return {
      assembly: withTemplates(
        assembly,
        new Map([[name, { template: readTemplateFile(deployed), nested: new Map() }]]),
        copy,
      ),
      stacks: pathsOf([name]),
      from: `${relative(folder, deployed)}, with the code of the new functions`,
      notRead: [],
    };
  }
  const { templates, absent, notRead } = await readDeployed(stacks, region, signal);
  if (templates.size === 0) {
    const from =
      absent.length === 0 ? 'it could not be read' : `in the account there is no stack ${absent.join(', no stack ')}`;
    return { assembly: undefined, stacks: [], from, notRead };
  }
  return {
    assembly: withTemplates(assembly, templates, copy),
    stacks: pathsOf([...templates.keys()]),
    from: 'CloudFormation (GetTemplate), with the code of the new functions',
    notRead,
  };
}

/** The stack that a template file is of: the only one, or the one that the file is named after. */
function stackOf(file: string, stacks: readonly AssemblyStack[]): string {
  const [first, ...more] = stacks;
  const own = basename(file);
  const named = stacks.find(({ name, templateFile }) => own === basename(templateFile) || own.startsWith(`${name}.`));
  const found = named ?? (more.length === 0 ? first : undefined);
  if (found !== undefined) return found.name;
  throw new UsageError(
    `--deployed ${file} may be of any of ${stacks.map(({ name }) => name).join(', ')}: name it <stack>.template.json, or pass the folder of an assembly`,
  );
}

/**
 * What `cdk diff` compares with: the templates of the stacks, and of those nested in them, as they are deployed in the real
 * account, with the person's own credentials (`cloudformation:GetTemplate` and `DescribeStackResource`).
 */
export const readFromAccount: ReadDeployed = async (stacks, defaultRegion, signal) => {
  const templates = new Map<string, DeployedTemplate>();
  const absent: string[] = [];
  const notRead: string[] = [];
  for (const { name, region = defaultRegion } of stacks) {
    const client = new CloudFormationClient({ region, maxAttempts: 2 });
    try {
      templates.set(name, await readStack({ client, signal }, name));
    } catch (error) {
      signal.throwIfAborted();
      if (isAbsent(error)) absent.push(name);
      else notRead.push(`what is deployed of ${name} in ${region} (GetTemplate): ${messageOf(error)}`);
    } finally {
      client.destroy();
    }
  }
  return { templates, absent, notRead };
};

interface Reader {
  readonly client: CloudFormationClient;
  readonly signal: AbortSignal;
}

async function readStack(reader: Reader, nameOrId: string): Promise<DeployedTemplate> {
  const { client, signal: abortSignal } = reader;
  const asked = new GetTemplateCommand({ StackName: nameOrId });
  const { TemplateBody: body = '' } = await client.send(asked, { abortSignal });
  const template = parseTemplate(body);
  const nested = new Map<string, DeployedTemplate>();
  for (const [logicalId, { Type: type }] of Object.entries(resourcesOf(template))) {
    if (type !== 'AWS::CloudFormation::Stack') continue;
    const id = await physicalIdOf(reader, nameOrId, logicalId);
    if (id !== undefined) nested.set(logicalId, await readStack(reader, id));
  }
  return { template, nested };
}

/** `undefined` where its condition does not hold. */
async function physicalIdOf({ client, signal: abortSignal }: Reader, stack: string, logicalId: string) {
  try {
    const asked = new DescribeStackResourceCommand({ StackName: stack, LogicalResourceId: logicalId });
    return (await client.send(asked, { abortSignal })).StackResourceDetail?.PhysicalResourceId;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** AWS has no error of its own for a stack that does not exist. */
const isAbsent = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ValidationError' && / does not exist/.test(error.message);
