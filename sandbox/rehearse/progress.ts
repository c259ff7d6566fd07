import type { Progress } from './rehearse';

export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const width = 20;

export interface ProgressView {
  show(progress: Progress): void;
  /** Makes room for a line of something else. */
  clear(): void;
  /** Moves what moves: called again and again. */
  tick(): void;
  end(): void;
}

/** A bar that moves on a terminal; a line a step in a pipe. */
export function progressView(stream: ProgressStream): ProgressView {
  let current: Progress | undefined;
  let frame = 0;
  const draw = () => {
    if (current === undefined) return;
    const { what, done, total } = current;
    const bar = total === undefined ? '' : ` ${barOf(done, total)} ${done}/${total}`;
    const line = `${frames[frame % frames.length]}${bar} ${what}`;
    stream.write(`\r\x1b[K${line.slice(0, (stream.columns ?? 80) - 1)}`);
  };
  if (stream.isTTY) {
    return {
      show: progress => {
        current = progress;
        draw();
      },
      clear: () => {
        if (current !== undefined) stream.write('\r\x1b[K');
      },
      tick: () => {
        frame += 1;
        draw();
      },
      end: () => {
        if (current !== undefined) stream.write('\r\x1b[K');
        current = undefined;
      },
    };
  }
  return {
    show: ({ what, done, total }) => {
      stream.write(`${total === undefined ? '' : `${done}/${total} `}${what}\n`);
    },
    clear: () => {},
    tick: () => {},
    end: () => {},
  };
}

function barOf(done: number, total: number): string {
  const filled = Math.round((done / total) * width);
  return `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`;
}
