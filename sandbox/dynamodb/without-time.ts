import type { Clock } from '../clock';

/**
 * For work that takes turns of the event loop but no time: while it is under way somebody sleeps for no time at all, so
 * that a clock which only goes on when there is nothing else to do stays where it is.
 */
export class WithoutTime {
  private underWay = 0;
  private isHeld = false;

  constructor(private readonly clock: Clock) {}

  async run<T>(work: () => Promise<T>): Promise<T> {
    this.underWay += 1;
    if (!this.isHeld) void this.hold();
    try {
      return await work();
    } finally {
      this.underWay -= 1;
    }
  }

  private async hold(): Promise<void> {
    this.isHeld = true;
    while (this.underWay > 0) await this.clock.sleep(0);
    this.isHeld = false;
  }
}
