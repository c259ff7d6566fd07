import type { Caller } from '../../caller';
import type { Engine } from '../engine';
import type { QueryInput } from '../input';
import type { Operations } from '../operation';
import type { Stacks } from '../stacks';
import type { ReadTemplate } from '../template-url';

/** What the actions of the API work with. */
export interface Service {
  readonly engine: Engine;
  readonly operations: Operations;
  readonly stacks: Stacks;
  readonly readTemplate: ReadTemplate;
  /** @returns an SSM parameter's value, or `undefined` where there is none */
  readonly readSsmParameter: (name: string, caller: Caller) => string | undefined;
}

/** One action of the API. A parameter that is not in `parameters` is refused by its name. */
export interface Action {
  readonly parameters: readonly string[];
  run(service: Service, input: QueryInput, caller: Caller): Promise<object> | object;
}
