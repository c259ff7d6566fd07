import type { Engine } from './engine';
import { Budget, noValue, resolve } from './intrinsics';
import { isScalar } from './json';
import type { Json, ResourceState } from './resource-type';
import type { Stack, StackOutput } from './stack';
import type { StackDefinition } from './stack-definition';
import type { TemplateOutput } from './template';

/** Shows `****` for every attribute of a provider that asks for it. */
const masked = (state: ResourceState): ResourceState =>
  state.noEcho
    ? { ...state, attributes: Object.fromEntries(Object.keys(state.attributes).map(name => [name, '****'])) }
    : state;

/** @throws Error that names the output, the attribute or the export that is not there */
export function resolveOutputs(engine: Engine, stack: Stack, definition: StackDefinition): readonly StackOutput[] {
  const values = definition.values(
    logicalId => {
      const state = stack.resources.get(logicalId)?.state;
      if (!state) throw new Error(`Resource ${logicalId} does not exist`);
      return masked(state);
    },
    name => engine.importValue(stack, name),
  );
  // One for all of them: each description of the stack has them all.
  const budget = new Budget();
  const outputs = [...definition.outputs].map(([key, output]) => ({
    key,
    value: textOf(key, resolve(output.value, values, budget)),
    description: output.description,
    exportName: exportNameOf(key, output, value => resolve(value, values, budget)),
  }));
  engine.checkExports(stack, outputs);
  return outputs;
}

function exportNameOf(
  key: string,
  { exportName }: TemplateOutput,
  resolved: (value: Json) => Json | typeof noValue,
): string | undefined {
  return exportName === undefined ? undefined : textOf(key, resolved(exportName));
}

function textOf(key: string, value: Json | typeof noValue): string {
  if (value !== noValue && isScalar(value)) return String(value);
  throw new Error(
    `Template format error: Output ${key} is malformed. The Value field of every Outputs member must evaluate to a String`,
  );
}
