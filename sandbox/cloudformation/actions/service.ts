import type { Caller } from '../../caller';
import type { Engine } from '../engine';
import type { QueryInput } from '../input';
import type { Operations } from '../operation';
import type { Stacks } from '../stacks';

/** What the actions of the API work with. */
export interface Service {
  readonly engine: Engine;
  readonly operations: Operations;
  readonly stacks: Stacks;
  /** @returns the template's text, or `undefined` where there is no such object */
  readonly readTemplate: (templateUrl: string, caller: Caller) => string | undefined | Promise<string | undefined>;
  /** @returns an SSM parameter's value, or `undefined` where there is none */
  readonly readSsmParameter: (name: string, caller: Caller) => string | undefined;
}

/** One action of the API. A parameter that is not in `parameters` is refused by its name. */
export interface Action {
  readonly parameters: readonly string[];
  run(service: Service, input: QueryInput, caller: Caller): Promise<object> | object;
}
