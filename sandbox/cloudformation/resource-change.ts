import { equal } from './json';
import type { Properties, ResourceType } from './resource-type';
import { isCustomResource } from './template';

export type ResourceChange =
  | { readonly kind: 'none' }
  | { readonly kind: 'in place' | 'replacement'; readonly properties: readonly string[] }
  | { readonly kind: 'refused'; readonly properties: readonly string[]; readonly reason: string };

/** What a change of resolved properties asks of a resource. */
export function resourceChange(type: ResourceType, old: Properties, wanted: Properties): ResourceChange {
  const names = new Set([...Object.keys(old), ...Object.keys(wanted)]);
  const properties = [...names].filter(name => !equal(old[name], wanted[name]));
  if (properties.length === 0) return { kind: 'none' };
  if (isCustomResource(type.typeName)) {
    // AWS's text. "Updates aren't supported" is all that the reference page says of ServiceToken.
    return properties.includes('ServiceToken')
      ? { kind: 'refused', properties, reason: 'Modifying service token is not allowed.' }
      : { kind: 'in place', properties };
  }
  if (type.isPlaceholder) return { kind: 'in place', properties };
  const replaces = properties.some(name => type.properties[name] !== 'in place');
  return { kind: replaces ? 'replacement' : 'in place', properties };
}
