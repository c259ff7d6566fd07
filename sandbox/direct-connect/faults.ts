import { AwsError } from '../aws-error';
import { operations } from './operations';
import {
  flag,
  InvalidDocument,
  integer,
  isObject,
  listOf,
  matching,
  oneOf,
  type Problem,
  refuse,
  type Shape,
  structure,
  text,
} from './shape';

/** An answer that never arrives: the caller's connection is to be closed without one. */
export class LostAnswer extends Error {
  override readonly name = 'LostAnswer';

  constructor() {
    super('The connection is closed without an answer, because a fault asks for it.');
  }
}

/** What shall go wrong. */
export interface Fault {
  /** A supported operation, or `*` for any. */
  readonly operation: string;
  /** Name of the exception, such as `DirectConnectServerException`, or `LostAnswer` for no answer at all. */
  readonly error: string;
  /** HTTP status of the answer. @default 400, as Direct Connect documents it for both of its exceptions */
  readonly status?: number;
  /** @default a text that says that the fault was asked for */
  readonly message?: string;
  /** How many calls it hits. @default 1 */
  readonly times?: number;
  /** Members that the call's input must have, each with this value. @default any input */
  readonly input?: { readonly [name: string]: unknown };
  /** Whether the call is carried out before it fails; a call that fails by itself is not hit. @default false */
  readonly afterApplying?: boolean;
}

const anyInput: Shape<{ readonly [name: string]: unknown }> = (value, path, problems) =>
  isObject(value) ? value : refuse(value, path, problems, 'an object');

const anyFault = structure(
  {
    operation: oneOf(['*', ...operations.keys()]),
    error: matching(/^[A-Za-z][A-Za-z0-9]{0,127}$/, 'the name of an exception, or LostAnswer'),
  },
  { status: integer(400, 599), message: text, times: integer(1), input: anyInput, afterApplying: flag },
  'unknown members refused',
);

const faultShape: Shape<Fault> = (value, path, problems) => {
  const fault = anyFault(value, path, problems);
  if (fault?.error !== 'LostAnswer') return fault;
  for (const name of ['status', 'message'] as const) {
    if (fault[name] !== undefined) refuse(fault[name], `${path}.${name}`, problems, 'absent: a lost answer has none');
  }
  return fault;
};

/**
 * Reads a list of faults from parsed JSON.
 *
 * @throws InvalidDocument that names every problem
 */
export function readFaults(value: unknown): Fault[] {
  const problems: Problem[] = [];
  const faults = listOf(faultShape)(value, '$', problems);
  if (faults === undefined || problems.length > 0) throw new InvalidDocument('The list of faults', problems);
  return faults;
}

/** The faults that are still to come. Of those that fit a call, the one that was added first hits it. */
export class Faults {
  private pending: { readonly fault: Fault; left: number }[] = [];

  add(faults: readonly Fault[]): void {
    this.pending.push(...faults.map(fault => ({ fault, left: fault.times ?? 1 })));
  }

  clear(): void {
    this.pending = [];
  }

  /** The faults that are still to come; `times` is how often. */
  list(): Fault[] {
    return this.pending.map(({ fault, left }) => ({ ...fault, times: left }));
  }

  /** The error that hits a call at this moment, if any. It counts as spent. */
  take(operation: string, input: unknown, moment: 'before applying' | 'after applying'): Error | undefined {
    const entry = this.pending.find(
      ({ fault }) => (fault.operation === '*' || fault.operation === operation) && fits(fault, input),
    );
    if (entry === undefined || (entry.fault.afterApplying ?? false) !== (moment === 'after applying')) return undefined;
    entry.left -= 1;
    if (entry.left === 0) this.pending = this.pending.filter(other => other !== entry);
    const { error, message, status } = entry.fault;
    if (error === 'LostAnswer') return new LostAnswer();
    return new AwsError(error, message ?? `${error}: a fault that the sandbox was asked for`, status ?? 400);
  }
}

const fits = ({ input: wanted = {} }: Fault, input: unknown): boolean =>
  Object.entries(wanted).every(([name, value]) => isObject(input) && input[name] === value);
