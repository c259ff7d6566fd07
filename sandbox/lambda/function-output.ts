import type { Readable } from 'node:stream';
import type { Outcome } from './invocation';

/** Bytes of one run beside its log: Lambda takes answers of up to 6 MiB. */
const longestOutcome = 16 * 1024 * 1024;

/** What a run writes to its output, as text. */
export function readLog(outputs: readonly (Readable | null)[], log: (text: string) => void): void {
  for (const output of outputs) {
    output?.setEncoding('utf8');
    inTurns(output, log);
  }
}

/**
 * What the bootstrap says on a descriptor of its own, a line each. The function's code can write there, too: what is no
 * outcome is not looked at.
 */
export function readOutcome(
  channel: Readable | undefined,
  on: { readonly outcome: (outcome: Outcome) => void; readonly tooLong: (error: Error) => void },
): void {
  let received = 0;
  let part: Buffer[] = [];
  inTurns(channel, (bytes: Buffer) => {
    received += bytes.length;
    if (received > longestOutcome) {
      channel?.destroy();
      on.tooLong(new Error(`it has written more than ${longestOutcome} bytes to the descriptor of its answer`));
      return;
    }
    const end = bytes.lastIndexOf(10);
    if (end < 0) {
      part.push(bytes);
      return;
    }
    const lines = Buffer.concat([...part, bytes.subarray(0, end)]).toString();
    part = [bytes.subarray(end + 1)];
    for (const line of lines.split('\n')) {
      const outcome = outcomeOf(line);
      if (outcome) on.outcome(outcome);
    }
  });
}

/** A chunk in each turn of the event loop: whatever a run writes, others are served meanwhile. */
function inTurns<Chunk>(stream: Readable | null | undefined, take: (chunk: Chunk) => void): void {
  stream?.on('data', (chunk: Chunk) => {
    stream.pause();
    take(chunk);
    setImmediate(() => stream.resume());
  });
}

function outcomeOf(line: string): Outcome | undefined {
  if (!line.startsWith('{"kind":')) return undefined;
  try {
    const message: unknown = JSON.parse(line);
    return isOutcome(message) ? message : undefined;
  } catch {
    // The bootstrap writes JSON alone: this is the function's own.
    return undefined;
  }
}

const isOutcome = (message: unknown): message is Outcome =>
  typeof message === 'object' &&
  message !== null &&
  'kind' in message &&
  (message.kind === 'answer'
    ? 'payload' in message
    : message.kind === 'error' &&
      'errorType' in message &&
      typeof message.errorType === 'string' &&
      'errorMessage' in message &&
      typeof message.errorMessage === 'string');
