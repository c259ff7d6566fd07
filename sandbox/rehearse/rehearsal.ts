/**
 * What `rehearsal.json` holds. Everything else, the page, the Markdown and the JUnit, is made of it alone. A change of the
 * format that a reader would notice has another `version`.
 */
export interface Rehearsal {
  readonly format: 'direct-connect-rehearsal';
  readonly version: 1;
  readonly origin: RehearsalOrigin;
  readonly assumptions: RehearsalAssumptions;
  /** The template that is deployed already. Absent where nothing was said to be: the change is the first deployment. */
  readonly deployed?: Run;
  readonly change: Run;
  /** The change again, from the same start, each time with another failure. */
  readonly failures: readonly Run[];
  /** Resources of types that the sandbox does not emulate. */
  readonly notRehearsed: readonly { readonly stack: string; readonly logicalId: string; readonly type: string }[];
  /** Unified diff of the templates, from the deployed to the new one. */
  readonly templateDiff: string;
}

export interface RehearsalOrigin {
  /** ISO 8601, UTC: when it was rehearsed. */
  readonly time: string;
  /** ISO 8601, UTC: when the state was read. Absent where the file does not say. */
  readonly stateTime?: string;
  readonly account: string;
  readonly regions: readonly string[];
  readonly redacted: boolean;
  /** SHA-256, hexadecimal. */
  readonly hashes: { readonly state: string; readonly template: string; readonly handler: string };
  readonly versions: { readonly sandbox: string; readonly cdk: string; readonly node: string };
  readonly app: string;
  /** Where the deployed template is from. */
  readonly deployedFrom: string;
  /** What was not read, or is not understood, of the state file. */
  readonly notes: readonly string[];
  /** Of these, what could not be read: the rehearsal may not have seen all that the change touches. */
  readonly notRead: readonly string[];
}

export interface RehearsalAssumptions {
  /** How long a link is pending after it joined or left a LAG. */
  readonly transitionSeconds: number;
  /** How long BGP takes after a link is back. */
  readonly convergenceSeconds: number;
}

/** One deployment. Times are milliseconds since its beginning, whole numbers. */
export interface Run {
  readonly name: string;
  /** What was made to fail. */
  readonly failure?: Failure;
  /** Of the CDK CLI. */
  readonly exitCode: number;
  /** From the beginning until the CLI is done and every link has settled. */
  readonly duration: number;
  readonly before: NetworkSummary;
  readonly after: NetworkSummary;
  readonly links: readonly Lane<LinkState>[];
  readonly lags: readonly Lane<LagSteps>[];
  readonly interfaces: readonly Lane<InterfaceState>[];
  readonly events: readonly RecordedEvent[];
  readonly calls: readonly RecordedCall[];
  readonly stacks: readonly { readonly stack: string; readonly status: string }[];
  /** The last lines that the CLI printed, where it failed. */
  readonly printed: readonly string[];
}

export type Failure =
  | { readonly kind: 'call'; readonly operation: string; readonly input: { readonly [name: string]: unknown } }
  | { readonly kind: 'sibling'; readonly stack: string };

/** What something was, from a time on. The first step is at 0, and each differs from the one before. */
export interface Lane<State> {
  readonly id: string;
  readonly name: string;
  readonly steps: readonly (State & { readonly at: number })[];
}

export interface LinkState {
  readonly state: 'up' | 'pending' | 'down';
  /** The LAG that it is a member of; empty for a standalone link. */
  readonly lag: string;
}

export interface LagSteps {
  /** Members that are operational, and all of them. */
  readonly up: number;
  readonly members: number;
  readonly minimum: number;
}

export interface InterfaceState {
  /** The connection or LAG that it is on. */
  readonly carrier: string;
  readonly up: boolean;
  /** Links up of those that carried it at the beginning, or that carry it now, whichever are more: from 0 to 1. */
  readonly share: number;
}

export interface NetworkSummary {
  readonly lags: readonly {
    readonly id: string;
    readonly name: string;
    readonly members: readonly string[];
    readonly up: number;
    readonly minimum: number;
    readonly gbps: number;
    readonly interfaces: readonly string[];
  }[];
  readonly standalone: readonly {
    readonly id: string;
    readonly name: string;
    readonly interfaces: readonly string[];
  }[];
}

export interface RecordedEvent {
  readonly at: number;
  readonly stack: string;
  readonly logicalId: string;
  readonly resourceType: string;
  readonly status: string;
  readonly reason?: string;
}

export interface RecordedCall {
  readonly at: number;
  readonly operation: string;
  readonly input: unknown;
  /** What it answered, in short. */
  readonly answer: string;
  readonly principal: string;
}

export const isWrite = ({ operation }: { readonly operation: string }): boolean => !operation.startsWith('Describe');

/** The calls that changed something. */
export const writesOf = (run: Run): readonly RecordedCall[] =>
  run.calls.filter(call => isWrite(call) && call.answer === 'done');

/** @throws Error for a file that is none, or of another version */
export function readRehearsal(json: string): Rehearsal {
  const value: unknown = JSON.parse(json);
  if (isRehearsal(value)) return value;
  throw new Error('The file is no rehearsal.json of version 1: rehearse again with this version.');
}

const isRehearsal = (value: unknown): value is Rehearsal =>
  typeof value === 'object' &&
  value !== null &&
  'format' in value &&
  value.format === 'direct-connect-rehearsal' &&
  'version' in value &&
  value.version === 1;
