import type { IAsyncProperty } from 'fast-check';

/** Something that takes what comes from outside, and must hold whatever that is. */
export interface Target {
  readonly name: string;
  /** @param count is told of every input */
  property(count: (inputs: number) => void): IAsyncProperty<unknown>;
}
