import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import { parseYaml } from '../cloudformation/yaml-template';
import { messageOf, UsageError } from '../command-line';
import { isObject } from '../direct-connect/shape';

/** A stack of a cloud assembly, which is what `cdk synth` writes. */
export interface AssemblyStack {
  readonly name: string;
  /** What the CDK CLI takes for it: its path in the app, such as `Production/Network`. */
  readonly path: string;
  /** The folder of its manifest, and its id there. */
  readonly folder: string;
  readonly id: string;
  readonly templateFile: string;
  /** `undefined` where the app leaves it to the environment. */
  readonly account: string | undefined;
  readonly region: string | undefined;
}

export type Template = { [name: string]: unknown };
export type Resource = { [name: string]: unknown };

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
        path: typeof artifact.displayName === 'string' ? artifact.displayName : id,
        folder,
        id,
        templateFile: join(folder, properties.templateFile),
        account: account === 'unknown-account' ? undefined : account,
        region: region === 'unknown-region' ? undefined : region,
      },
    ];
  });
}

/** @throws {UsageError} where it is no template */
export function readTemplateFile(file: string): Template {
  try {
    return parseTemplate(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new UsageError(`--deployed ${file} cannot be read as a template: ${messageOf(cause)}`, { cause });
  }
}

/** @param text JSON or YAML. @throws Error where it is no template */
export function parseTemplate(text: string): Template {
  const value: unknown = text.trimStart().startsWith('{') ? JSON.parse(text) : parseYaml(text);
  if (isObject(value) && isObject(value.Resources)) return { ...value };
  throw new Error('It has no Resources.');
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
        : createTwoFilesPatch(`${name} (deployed)`, `${name} (new)`, one, other, '', '', {
            context: 4,
            headerOptions: FILE_HEADERS_ONLY,
          });
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

export function readObject(file: string): Template {
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (isObject(value)) return { ...value };
  throw new Error(`${file} holds no JSON object.`);
}

export function resourcesOf({ Resources: resources }: Template): { [logicalId: string]: Resource } {
  if (!isObject(resources)) return {};
  return Object.fromEntries(
    Object.entries(resources).flatMap(([logicalId, resource]) =>
      isObject(resource) ? [[logicalId, { ...resource }]] : [],
    ),
  );
}
