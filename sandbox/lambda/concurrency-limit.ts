interface Waiting {
  readonly functionArn: string;
  readonly resolve: (entered: boolean) => void;
}

/** Lets at most so many invocations run at a time, in all and of each function; the rest wait in order. */
export class ConcurrencyLimit {
  private readonly running = new Map<string, number>();
  private total = 0;
  private waiting: Waiting[] = [];
  private whoWaitsForIdle: (() => void)[] = [];

  constructor(
    private readonly maximum: number,
    /** A function's own maximum; `undefined` where the function does not exist any more. */
    private readonly maximumOf: (functionArn: string) => number | undefined,
  ) {}

  /** Resolves with true once an invocation may run, with false once the function is gone. */
  enter(functionArn: string): Promise<boolean> {
    return new Promise(resolve => {
      this.waiting.push({ functionArn, resolve });
      this.wake();
    });
  }

  leave(functionArn: string): void {
    this.total -= 1;
    this.running.set(functionArn, (this.running.get(functionArn) ?? 0) - 1);
    this.wake();
  }

  reservedIsUsedUp(functionArn: string): boolean {
    const maximum = this.maximumOf(functionArn);
    return maximum !== undefined && (this.running.get(functionArn) ?? 0) >= maximum;
  }

  /** Looks again who may run: to be called when a function changed. */
  wake(): void {
    const still: Waiting[] = [];
    for (const one of this.waiting) {
      const maximum = this.maximumOf(one.functionArn);
      const running = this.running.get(one.functionArn) ?? 0;
      if (maximum === undefined) {
        one.resolve(false);
      } else if (this.total < this.maximum && running < maximum) {
        this.total += 1;
        this.running.set(one.functionArn, running + 1);
        one.resolve(true);
      } else {
        still.push(one);
      }
    }
    this.waiting = still;
    if (!this.isIdle) return;
    for (const tell of this.whoWaitsForIdle.splice(0)) tell();
  }

  /** Resolves once nothing runs or waits. */
  whenIdle(): Promise<void> {
    if (this.isIdle) return Promise.resolve();
    return new Promise(resolve => this.whoWaitsForIdle.push(resolve));
  }

  private get isIdle(): boolean {
    return this.total === 0 && this.waiting.length === 0;
  }
}
