import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { UsageError } from '../command-line';
import { isObject } from '../direct-connect/shape';

/** A stack of a cloud assembly, which is what `cdk synth` writes. */
export interface AssemblyStack {
  readonly name: string;
  readonly templateFile: string;
  /** `undefined` where the app leaves it to the environment. */
  readonly account: string | undefined;
  readonly region: string | undefined;
}

type Template = { [name: string]: unknown };
type Resource = { [name: string]: unknown };

export const isAssembly = (path: string): boolean => existsSync(join(path, 'manifest.json'));

/** Every stack of an assembly, those of its Stages included. */
export function stacksOf(folder: string): AssemblyStack[] {
  const manifest = readObject(join(folder, 'manifest.json'));
  const artifacts = isObject(manifest.artifacts) ? Object.entries(manifest.artifacts) : [];
  return artifacts.flatMap(([id, artifact]): AssemblyStack[] => {
    if (!isObject(artifact) || !isObject(artifact.properties)) return [];
    const { properties, type } = artifact;
    if (type === 'cdk:cloud-assembly' && typeof properties.directoryName === 'string') {
      return stacksOf(join(folder, properties.directoryName));
    }
    if (type !== 'aws:cloudformation:stack' || typeof properties.templateFile !== 'string') return [];
    const [, account, region] = /^aws:\/\/([^/]+)\/(.+)$/.exec(String(artifact.environment)) ?? [];
    return [
      {
        name: typeof properties.stackName === 'string' ? properties.stackName : id,
        templateFile: join(folder, properties.templateFile),
        account: account === 'unknown-account' ? undefined : account,
        region: region === 'unknown-region' ? undefined : region,
      },
    ];
  });
}

/** A copy of an assembly in which a stack has one more resource: after all others, and it fails. */
export function withFailingSibling(assembly: string, stack: string, folder: string): string {
  cpSync(assembly, folder, { recursive: true });
  for (const { name, templateFile } of stacksOf(folder)) {
    if (name !== stack) continue;
    const template = readObject(templateFile);
    const resources = resourcesOf(template);
    writeTemplate(templateFile, {
      ...template,
      Resources: {
        ...resources,
        FailingSibling: {
          Type: 'AWS::Logs::LogGroup',
          // No number of days that a log group takes.
          Properties: { RetentionInDays: 2 },
          DependsOn: Object.keys(resources),
        },
      },
    });
  }
  return folder;
}

/**
 * A copy of an assembly with the templates that are deployed in place of its own, by stack name. What an old template
 * refers to and only the real account has, the code of functions and nested templates, is taken from the new one.
 */
export function withTemplates(assembly: string, templates: ReadonlyMap<string, Template>, folder: string): string {
  cpSync(assembly, folder, { recursive: true });
  for (const { name, templateFile } of stacksOf(folder)) {
    const deployed = templates.get(name);
    if (deployed === undefined) continue;
    const ours = resourcesOf(readObject(templateFile));
    const resources = Object.entries(resourcesOf(deployed)).map(([logicalId, resource]) => [
      logicalId,
      withAssetsOf(ours[logicalId], resource),
    ]);
    writeTemplate(templateFile, { ...deployed, Resources: Object.fromEntries(resources) });
  }
  return folder;
}

const assetMembers = ['Code', 'TemplateURL'];

function withAssetsOf(ours: Resource | undefined, theirs: Resource): Resource {
  const [mine, old] = [ours?.Properties, theirs.Properties];
  if (!isObject(mine) || !isObject(old) || ours?.Type !== theirs.Type) return theirs;
  const assets = assetMembers.filter(name => mine[name] !== undefined && old[name] !== undefined);
  return { ...theirs, Properties: { ...old, ...Object.fromEntries(assets.map(name => [name, mine[name]])) } };
}

/** @throws {UsageError} where it is no template in JSON */
export function readTemplateFile(file: string): Template {
  try {
    const template = readObject(file);
    if (isObject(template.Resources)) return template;
  } catch (cause) {
    throw new UsageError(`--deployed ${file} cannot be read as a template in JSON`, { cause });
  }
  throw new UsageError(`--deployed ${file} is no template: it has no Resources`);
}

/** What changes, by stack: a unified diff. */
export function diffOf(before: string | undefined, after: string): string {
  const old = new Map(before === undefined ? [] : stacksOf(before).map(stack => [stack.name, stack.templateFile]));
  return stacksOf(after)
    .map(({ name, templateFile }) => {
      const previous = old.get(name);
      const [one, other] = [previous === undefined ? '' : pretty(previous), pretty(templateFile)];
      return one === other
        ? ''
        : createTwoFilesPatch(`${name} (deployed)`, `${name} (new)`, one, other, '', '', { context: 4 });
    })
    .join('');
}

/** SHA-256 of the templates and of the assets, by their paths in the assembly. */
export function hashesOf(assembly: string): { template: string; handler: string } {
  const files = filesIn(assembly);
  const isTemplate = (file: string) => file.endsWith('.template.json');
  return {
    template: hashOf(files.filter(isTemplate), assembly),
    handler: hashOf(
      files.filter(file => /(^|[\\/])asset\./.test(relative(assembly, file)) && !isTemplate(file)),
      assembly,
    ),
  };
}

function hashOf(files: readonly string[], root: string): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map(file => join(folder, file))
    .filter(file => statSync(file).isFile())
    .sort();

const pretty = (file: string): string => `${JSON.stringify(readObject(file), undefined, 2)}\n`;

function readObject(file: string): Template {
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (isObject(value)) return { ...value };
  throw new Error(`${file} holds no JSON object.`);
}

function resourcesOf({ Resources: resources }: Template): { [logicalId: string]: Resource } {
  if (!isObject(resources)) return {};
  return Object.fromEntries(
    Object.entries(resources).flatMap(([logicalId, resource]) =>
      isObject(resource) ? [[logicalId, { ...resource }]] : [],
    ),
  );
}

const writeTemplate = (file: string, template: Template) => writeFileSync(file, JSON.stringify(template));
