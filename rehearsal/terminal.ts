export interface TerminalStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const highlight = (text: string) => `\x1b[1;36m${text}\x1b[0m`;

/** Lines as a terminal shows them best: not wider than it is, in colour, with a clock; as they are in a pipe. */
export class Terminal {
  constructor(
    private readonly stream: TerminalStream,
    /** When the clock began, in milliseconds. */
    private readonly began: number,
  ) {}

  line(text: string): string {
    const { isTTY, columns = 80 } = this.stream;
    return !isTTY || text.length <= columns ? text : `${text.slice(0, columns - 1)}…`;
  }

  /** A line about a link. */
  event(text: string, now: number): string {
    const seconds = Math.floor((now - this.began) / 1000);
    const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    const line = this.line(`  ► ${clock}  ${text}`);
    return this.stream.isTTY ? highlight(line) : line;
  }
}
