import { AwsError } from '../sandbox/aws-error';
import { LostAnswer } from '../sandbox/direct-connect/faults';
import type { Weather } from './virtual-aws';

const serverException = () => new AwsError('DirectConnectServerException', 'A server-side error occurred.', 400);

/** Every call fails so often in a row before it succeeds. */
export function serverExceptions(inARow: number): Weather {
  const failures = new Map<string, number>();
  return async ({ operation, input, apply }) => {
    const call = `${operation} ${JSON.stringify(input)}`;
    const failed = failures.get(call) ?? 0;
    failures.set(call, failed < inARow ? failed + 1 : 0);
    if (failed < inARow) throw serverException();
    return apply();
  };
}

/** Every call fails from the first one on, for so long. */
export function outage(milliseconds: number, error = serverException): Weather {
  let end: number | undefined;
  return async ({ apply }) => {
    end ??= Date.now() + milliseconds;
    if (Date.now() < end) throw error();
    return apply();
  };
}

export const denied = () => new AwsError('AccessDeniedException', 'User is not authorized to perform the action.', 400);

/** @param phase how many calls came before the first */
export function everyThirdAnswerLost(phase: number): Weather {
  let calls = phase;
  return async ({ apply }) => {
    const answer = await apply();
    calls += 1;
    if (calls % 3 === 0) throw new LostAnswer();
    return answer;
  };
}

/** The process that makes the first write is dead before it gets the answer. */
export function killedAfterWrite(): Weather {
  let killed = false;
  return async ({ operation, process, apply }) => {
    const answer = await apply();
    if (killed || operation.startsWith('Describe')) return answer;
    killed = true;
    process.kill();
    return new Promise<never>(() => {});
  };
}
