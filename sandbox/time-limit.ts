import { runInNewContext } from 'node:vm';

/**
 * Does some work, unless it takes too long: a time limit for code is what `node:vm` has, though the code here is the sandbox's own.
 *
 * @throws Error where it takes longer than so many milliseconds
 */
export function withinTime<T>(milliseconds: number, work: () => T): T {
  const done: T[] = [];
  runInNewContext('run()', { run: () => done.push(work()) }, { timeout: milliseconds });
  const [result] = done;
  if (result === undefined) throw new Error('The work has no result');
  return result;
}
