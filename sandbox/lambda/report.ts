import type { LogWriter } from '../logs/logs';
import type { FunctionConfiguration } from './function-configuration';
import type { Outcome } from './invocation';

/** Writes the last lines of a run, and turns a time-out into an outcome. */
export function report(
  log: LogWriter,
  requestId: string,
  milliseconds: number,
  { timeout, memorySize }: FunctionConfiguration,
  outcome: Outcome | undefined,
): Outcome {
  const ended: Outcome = outcome ?? {
    kind: 'error',
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${timeout.toFixed(2)} seconds`,
  };
  if (!outcome) log.line(`${requestId} Task timed out after ${timeout.toFixed(2)} seconds`);
  log.line(`END RequestId: ${requestId}`);
  const duration = `Duration: ${milliseconds.toFixed(2)} ms\tBilled Duration: ${Math.ceil(milliseconds)} ms`;
  const status =
    ended.kind === 'answer' ? '' : `\tStatus: ${outcome ? 'error' : 'timeout'}\tError Type: ${ended.errorType}`;
  log.line(`REPORT RequestId: ${requestId}\t${duration}\tMemory Size: ${memorySize} MB${status}`);
  return ended;
}
