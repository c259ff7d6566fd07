import { unzipSync } from 'fflate';
import { connectionId, lagId } from '../network';
import { type Subject, synthesize } from '../subjects';

export const pair = { connectionId: connectionId(0), lagId: lagId(0) };

export interface Contestant {
  readonly name: string;
  readonly handler: Uint8Array;
  readonly properties: object;
  readonly samples: Sample[];
}

/** Milliseconds and MiB. */
export interface Sample {
  readonly wall: number;
  readonly cpu: number;
  readonly memory: number;
}

/** The asset of the subject's template, and the properties of its resource. */
export function contestant(subject: Subject): Contestant {
  const { zipAssets, template } = synthesize(subject, [pair]);
  const [archive] = zipAssets().values();
  const handler = archive && unzipSync(archive)['index.js'];
  const resources = Object.values<{ Type: string; Properties: Record<string, unknown> }>(
    JSON.parse(template).Resources,
  );
  const resource = resources.find(({ Type }) => Type.startsWith('Custom::'));
  if (handler === undefined || resource === undefined) throw new Error(`${subject.name} has no handler or no resource`);
  // What CloudFormation does on its way: references resolved, and everything as text.
  const properties = Object.entries(resource.Properties).map(([name, value]) => [
    name,
    name === 'ServiceToken' ? 'token' : typeof value === 'object' ? resolved(value) : String(value),
  ]);
  return { name: subject.name, handler, properties: Object.fromEntries(properties), samples: [] };
}

function resolved(value: unknown): string {
  const [, parts] = Object(value)['Fn::Join'] ?? [];
  if (Array.isArray(parts) && parts.every(part => typeof part === 'string')) return parts.join('');
  throw new Error(`The property ${JSON.stringify(value)} is not known before the stack is`);
}
