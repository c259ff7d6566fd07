import type { Caller } from '../caller';
import * as errors from './errors';
import type { Network } from './network';
import { LAG_ID } from './records';
import type { Problem, Shape } from './shape';

/** A request whose input has the right members and types. */
export interface Request {
  /** ARNs of what the caller must be allowed to touch, all of them. */
  readonly resources: readonly string[];
  /** Checks and changes the network at once, or throws an AwsError and changes nothing. */
  apply(network: Network): object;
}

export interface Operation {
  /** @throws AwsError where the input is not as the API's model says */
  prepare(input: unknown, caller: Caller): Request;
}

export function operation<Input>(
  shape: Shape<Input>,
  definition: {
    /** ARNs to authorise, as the Service Authorization Reference has them for the operation. None means `*`. */
    readonly resources: (input: Input, caller: Caller) => readonly string[];
    readonly apply: (input: Input, network: Network, caller: Caller) => object;
  },
): Operation {
  return {
    prepare(raw, caller) {
      const problems: Problem[] = [];
      const input = shape(raw, '$', problems);
      if (input === undefined) {
        const [problem] = problems;
        if (problem === undefined) throw new Error('A shape refused an input without naming the problem.');
        throw problem.value === undefined
          ? errors.missingMember(problem.path)
          : errors.wrongType(problem.path, problem.allowed);
      }
      const resources = definition.resources(input, caller);
      return {
        resources: resources.length === 0 ? ['*'] : resources,
        apply: network => definition.apply(input, network, caller),
      };
    },
  };
}

export function connectionArn(caller: Caller, connectionId: string): string {
  return arn(caller, `dxcon/${connectionId}`);
}

export function lagArn(caller: Caller, lagId: string): string {
  return arn(caller, `dxlag/${lagId}`);
}

export function virtualInterfaceArn(caller: Caller, virtualInterfaceId: string): string {
  return arn(caller, `dxvif/${virtualInterfaceId}`);
}

export function partitionOf(caller: Caller): string {
  return caller.principalArn.split(':')[1] ?? 'aws';
}

/** Of what carries a virtual interface or a hosted connection: a connection or a LAG. */
export function carrierArn(caller: Caller, connectionOrLagId: string): string {
  return LAG_ID.test(connectionOrLagId) ? lagArn(caller, connectionOrLagId) : connectionArn(caller, connectionOrLagId);
}

function arn(caller: Caller, resource: string): string {
  return `arn:${partitionOf(caller)}:directconnect:${caller.region}:${caller.accountId}:${resource}`;
}
