import type { Credentials } from '../iam/sessions';
import type { FunctionCode } from './function-code';
import type { FunctionConfiguration } from './function-configuration';

/** One run of a function. */
export interface Invocation {
  readonly requestId: string;
  readonly functionArn: string;
  readonly region: string;
  readonly configuration: FunctionConfiguration;
  readonly code: FunctionCode;
  readonly event: unknown;
  /** Of a session with the function's role. */
  readonly credentials: Credentials;
  readonly logStream: string;
  /** Milliseconds since 1970, on the sandbox's clock: when the time-out ends the run. */
  readonly deadline: number;
  /** Aborts at the time-out, and when the sandbox stops: the run must end then, and what it returns is not looked at. */
  readonly signal: AbortSignal;
  /** Takes what the function writes, whole lines or parts of them. */
  readonly log: (text: string) => void;
}

/** How a run ended: with the handler's answer, or with an error in the form that Lambda gives to its caller. */
export type Outcome =
  | { readonly kind: 'answer'; readonly payload: unknown }
  | {
      readonly kind: 'error';
      readonly errorType: string;
      readonly errorMessage: string;
      readonly trace?: readonly string[];
    };

/** Runs a function's code. Never rejects for a fault of the code: that is an `error` outcome. */
export type RunFunction = (invocation: Invocation) => Promise<Outcome>;
