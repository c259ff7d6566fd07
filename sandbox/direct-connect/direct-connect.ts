import { AwsError } from '../aws-error';
import type { Authorize, Caller } from '../caller';
import type { Clock } from '../clock';
import type { Call } from './calls';
import * as errors from './errors';
import { Faults } from './faults';
import { Network, type NetworkState } from './network';
import { operations } from './operations';
import { isObject } from './shape';

/** What came of a call of an operation that is no Describe: the answer, or the error. */
export interface Write {
  readonly operation: string;
  /** Without a MACsec key's CAK. */
  readonly input: unknown;
  readonly caller: Caller;
  readonly answer?: object;
  readonly error?: AwsError;
}

export interface DirectConnectOptions {
  readonly clock: Clock;
  /** A number from 0 up to, but not including, 1. */
  readonly random: () => number;
  readonly authorize: Authorize;
  /** How long a connection is in transition, and a link that was up is `pending`, after it joins or leaves a LAG. */
  readonly transitionMilliseconds: number;
  /**
   * How old what a Describe operation answers can be: each call sees the network as it was at a random time since then,
   * and may so see less than the call before it. @default 0: the network as it is
   */
  readonly describeLagMilliseconds?: number;
  /** What is there at the beginning. @default nothing */
  readonly state?: NetworkState;
  /** Is told of every write that the service has carried out or refused; of one that never arrived it is not. */
  readonly onWrite?: (write: Write) => void;
}

/** The last ones. */
const callsKept = 100_000;

/** The Direct Connect service: API version 2012-10-25, without the wire. */
export class DirectConnect {
  readonly network: Network;
  readonly faults = new Faults();
  private readonly recorded: { -readonly [K in keyof Call]: Call[K] }[] = [];

  constructor(private readonly options: DirectConnectOptions) {
    this.network = new Network(options);
  }

  /** The last calls, in the order of arrival. */
  get calls(): readonly Call[] {
    return this.recorded;
  }

  /**
   * Carries out one operation.
   *
   * @param input the request's members as parsed JSON
   * @param describes whether a Describe operation may answer what is `describeLagMilliseconds` old
   * @returns the answer in the SDK's shape, with times as `Date`; `toWire` writes it as JSON 1.1
   * @throws AwsError as the caller is to see it
   * @throws LostAnswer where a fault asks for no answer at all
   */
  async call(
    operation: string,
    input: unknown,
    caller: Caller,
    describes: 'lately' | 'now' = 'lately',
  ): Promise<object> {
    const call: (typeof this.recorded)[number] = {
      time: new Date(this.options.clock.now()).toISOString(),
      operation,
      input: withoutSecrets(input),
      principal: caller.principalArn,
    };
    this.recorded.push(call);
    if (this.recorded.length > callsKept) this.recorded.shift();
    try {
      return await this.perform(operation, input, caller, describes);
    } catch (error) {
      if (error instanceof Error) {
        call.error = { name: error instanceof AwsError ? error.code : error.name, message: error.message };
      }
      throw error;
    }
  }

  private async perform(name: string, input: unknown, caller: Caller, describes: 'lately' | 'now'): Promise<object> {
    const operation = operations.get(name);
    if (operation === undefined) throw errors.unknownOperation(name, [...operations.keys()]);
    const request = operation.prepare(input, caller);
    const tell = (outcome: Pick<Write, 'answer' | 'error'>) => {
      if (name.startsWith('Describe')) return;
      this.options.onWrite?.({ operation: name, input: withoutSecrets(input), caller, ...outcome });
    };
    let answer: object;
    try {
      const before = this.faults.take(name, input, 'before applying');
      if (before !== undefined) throw before;
      for (const resource of request.resources) {
        const denial = await this.options.authorize(caller, `directconnect:${name}`, resource);
        if (denial !== undefined) throw errors.accessDenied(denial);
      }
      answer = request.apply(name.startsWith('Describe') && describes === 'lately' ? this.lately() : this.network);
    } catch (error) {
      if (error instanceof AwsError) tell({ error });
      throw error;
    }
    const after = this.faults.take(name, input, 'after applying');
    tell(after instanceof AwsError ? { error: after } : { answer });
    if (after !== undefined) throw after;
    return answer;
  }

  /** The network as it was at a random time, less than `describeLagMilliseconds` ago, whatever the read before saw. */
  private lately(): Network {
    const { clock, random, describeLagMilliseconds: lag = 0 } = this.options;
    return lag === 0 ? this.network : this.network.asOf(clock.now() - random() * lag);
  }
}

/** A request's members without a MACsec key's CAK. */
function withoutSecrets(input: unknown): unknown {
  return isObject(input) && 'cak' in input ? { ...input, cak: 'hidden' } : input;
}
