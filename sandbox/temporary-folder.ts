import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TemporaryFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** Functions that outlive the sandbox by a moment can still be writing. */
const remover = `process.stdin.resume().on('end', () =>
  require('node:fs').rmSync(process.argv[1], { recursive: true, force: true, maxRetries: 5, retryDelay: 1000 }))`;

/**
 * A folder that goes with this process, also where it is killed and cannot do anything about it any more: a process of
 * its own, which outlives this one and its terminal, waits for that.
 */
export async function temporaryFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), 'sandbox-'));
  const child = spawn(process.execPath, ['-e', remover, path], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  const gone = new Promise<void>(resolve => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  child.unref();
  if (child.stdin instanceof Socket) child.stdin.unref();
  return {
    path,
    remove: async () => {
      await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
      child.ref();
      child.stdin.end();
      await gone;
    },
  };
}
