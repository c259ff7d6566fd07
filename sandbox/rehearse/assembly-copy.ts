import { createHash } from 'node:crypto';
import { cpSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject } from '../direct-connect/shape';
import { type AssemblyStack, type Resource, readObject, resourcesOf, stacksOf, type Template } from './assembly';

/** A template that is deployed, and those of the stacks that are nested in it, by their logical ids. */
export interface DeployedTemplate {
  readonly template: Template;
  readonly nested: ReadonlyMap<string, DeployedTemplate>;
}

/** A copy of an assembly in which a stack has one more resource: after all others, and it fails. */
export function withFailingSibling(assembly: string, stack: string, folder: string): string {
  cpSync(assembly, folder, { recursive: true });
  for (const each of stacksOf(folder)) {
    if (each.name !== stack) continue;
    const template = readObject(each.templateFile);
    const resources = resourcesOf(template);
    new StackCopy(each).write({
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
 * refers to and only the real account has, the code of functions, is taken from the new one.
 */
export function withTemplates(
  assembly: string,
  templates: ReadonlyMap<string, DeployedTemplate>,
  folder: string,
): string {
  cpSync(assembly, folder, { recursive: true });
  for (const each of stacksOf(folder)) {
    const deployed = templates.get(each.name);
    if (deployed === undefined) continue;
    const copy = new StackCopy(each);
    copy.write(withAssets(deployed, readObject(each.templateFile), copy));
  }
  return folder;
}

/** The deployed template, with the assets of `ours` and with nested templates that are assets of the copy. */
function withAssets({ template, nested }: DeployedTemplate, ours: Template | undefined, copy: StackCopy): Template {
  const mine = ours === undefined ? {} : resourcesOf(ours);
  const resources = Object.entries(resourcesOf(template)).map(([logicalId, resource]) => {
    const inner = nested.get(logicalId);
    if (inner === undefined) return [logicalId, withAssetsOf(mine[logicalId], resource)];
    const text = JSON.stringify(withAssets(inner, copy.nestedTemplate(mine[logicalId]), copy));
    return [logicalId, withProperties(resource, { TemplateURL: copy.addTemplate(text) })];
  });
  return { ...template, Resources: Object.fromEntries(resources) };
}

const assetMembers = ['Code', 'TemplateURL'];

function withAssetsOf(ours: Resource | undefined, theirs: Resource): Resource {
  const [mine, old] = [ours?.Properties, theirs.Properties];
  if (!isObject(mine) || !isObject(old) || ours?.Type !== theirs.Type) return theirs;
  const assets = assetMembers.filter(name => mine[name] !== undefined && old[name] !== undefined);
  return withProperties(theirs, Object.fromEntries(assets.map(name => [name, mine[name]])));
}

const withProperties = (resource: Resource, properties: { readonly [name: string]: unknown }): Resource => ({
  ...resource,
  Properties: { ...(isObject(resource.Properties) && resource.Properties), ...properties },
});

/**
 * One stack of an assembly whose templates are replaced. Assets are named after what they hold, and the CDK CLI uploads
 * none whose name is there already: another template needs another name.
 */
class StackCopy {
  constructor(private readonly stack: AssemblyStack) {}

  /** Replaces the stack's template. */
  write(template: Template): void {
    const text = JSON.stringify(template);
    writeFileSync(this.stack.templateFile, text);
    const old = this.templateAsset();
    if (old === undefined) return;
    const hash = hashOf(text);
    const renamed = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll(old, hash));
    const { manifest, artifact } = this.manifest();
    writeObject(this.manifestFile, {
      ...manifest,
      artifacts: { ...Object(manifest.artifacts), [this.stack.id]: renamed(artifact) },
    });
    const { file, assets, files } = this.assets();
    const { [old]: entry, ...others } = files;
    writeObject(file, { ...assets, files: { ...others, [hash]: renamed(entry) } });
  }

  /** Adds a template for a nested stack. @returns its TemplateURL */
  addTemplate(text: string): object {
    const hash = hashOf(text);
    const name = `${hash}.nested.template.json`;
    writeFileSync(join(this.stack.folder, name), text);
    const { file, assets, files } = this.assets();
    const old = this.templateAsset();
    const root = old === undefined ? undefined : files[old];
    const places = isObject(root) && isObject(root.destinations) ? Object.entries(root.destinations) : [];
    const destinations = Object.fromEntries(
      places.map(([id, place]) => [`${id}-${hash.slice(0, 8)}`, { ...Object(place), objectKey: `${hash}.json` }]),
    );
    writeObject(file, {
      ...assets,
      files: { ...files, [hash]: { source: { path: name, packaging: 'file' }, destinations } },
    });
    const bucket = places.map(([, place]) => (isObject(place) ? place.bucketName : undefined))[0];
    return { 'Fn::Sub': `https://s3.\${AWS::Region}.\${AWS::URLSuffix}/${bucket}/${hash}.json` };
  }

  /** The template of a resource that is a nested stack of the assembly. */
  nestedTemplate(resource: Resource | undefined): Template | undefined {
    const path = isObject(resource?.Metadata) ? resource.Metadata['aws:asset:path'] : undefined;
    const file = typeof path === 'string' ? join(this.stack.folder, path) : undefined;
    return file === undefined || !existsSync(file) ? undefined : readObject(file);
  }

  /** Name of the template's asset, where it is one. */
  private templateAsset(): string | undefined {
    const { stackTemplateAssetObjectUrl: url } = this.manifest().properties;
    return typeof url === 'string' ? /([0-9a-f]{64})\.json$/.exec(url)?.[1] : undefined;
  }

  private get manifestFile(): string {
    return join(this.stack.folder, 'manifest.json');
  }

  private manifest() {
    const manifest = readObject(this.manifestFile);
    const artifacts = isObject(manifest.artifacts) ? manifest.artifacts : {};
    const artifact = artifacts[this.stack.id];
    const properties = isObject(artifact) && isObject(artifact.properties) ? artifact.properties : {};
    return { manifest, artifact, properties };
  }

  private assets() {
    const file = join(this.stack.folder, `${this.stack.id}.assets.json`);
    const assets = readObject(file);
    const files: { readonly [hash: string]: unknown } = isObject(assets.files) ? assets.files : {};
    return { file, assets, files };
  }
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const writeObject = (file: string, value: object) => writeFileSync(file, JSON.stringify(value, undefined, 1));
