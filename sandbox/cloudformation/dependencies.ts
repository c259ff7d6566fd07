import { attributeReference, functionCall, substitution, withVariables } from './intrinsics';
import { isArray, isObject } from './json';
import type { Json } from './resource-type';
import { validationError } from './validation-error';

/**
 * Every name that `Ref`, `Fn::GetAtt` and `Fn::Sub` in `value` refer to: resources, parameters, pseudo parameters.
 *
 * @param chosen which branch of an `Fn::If` counts. @default both
 */
export function referencedNames(value: Json, chosen?: (condition: string) => boolean): ReadonlySet<string> {
  const names = new Set<string>();
  collect(value, names, chosen);
  return names;
}

function collect(value: Json, names: Set<string>, chosen: ((condition: string) => boolean) | undefined): void {
  if (isArray(value)) {
    for (const item of value) collect(item, names, chosen);
    return;
  }
  if (!isObject(value)) return;
  const call = functionCall(value);
  if (call?.name === 'Ref' && typeof call.argument === 'string') names.add(call.argument);
  else if (call?.name === 'Fn::GetAtt') {
    const [logicalId, attribute] = attributeReference(call.argument);
    names.add(logicalId);
    collect(attribute, names, chosen);
  } else if (call?.name === 'Fn::Sub') {
    const { text, variables } = substitution(call.argument);
    withVariables(text, name => {
      if (!Object.hasOwn(variables, name)) names.add(name.split('.')[0]?.trim() ?? name);
      return '';
    });
    collect(variables, names, chosen);
  } else if (call?.name === 'Fn::If' && chosen && isArray(call.argument) && typeof call.argument[0] === 'string') {
    const branch = call.argument[chosen(call.argument[0]) ? 1 : 2];
    if (branch !== undefined) collect(branch, names, chosen);
  } else for (const item of Object.values(value)) collect(item, names, chosen);
}

/**
 * The names in an order in which each comes after everything it depends on; where that leaves a choice, in the
 * order of the map.
 *
 * @throws AwsError ValidationError, naming the members of a circle
 */
export function inDependencyOrder(dependencies: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  const ordered = new Set<string>();
  const path: string[] = [];
  const visit = (name: string): void => {
    if (ordered.has(name)) return;
    const start = path.indexOf(name);
    if (start >= 0) throw validationError(`Circular dependency between resources: [${path.slice(start).join(', ')}]`);
    path.push(name);
    for (const dependency of dependencies.get(name) ?? []) visit(dependency);
    path.pop();
    ordered.add(name);
  };
  for (const name of dependencies.keys()) visit(name);
  return [...ordered];
}
