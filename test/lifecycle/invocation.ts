/** A process that can be killed: nothing it waits for comes back then. */
export class Invocation {
  private dead = false;

  get isDead(): boolean {
    return this.dead;
  }

  constructor(
    private readonly died: () => void,
    readonly event: {
      readonly requestId: string;
      /** How many links of a LAG may be down at once because of it. */
      readonly most: number;
      /** How long it waits at most for a link that has left its LAG, in milliseconds: what fails does not. */
      readonly wait: number;
      /** Whether it may take the last operational link from a LAG with virtual interfaces. */
      readonly mayEndTraffic: boolean;
    },
  ) {}

  kill(): Promise<never> {
    this.dead = true;
    this.died();
    return new Promise(() => {});
  }

  async while<T>(call: () => Promise<T>): Promise<T> {
    if (this.dead) return new Promise(() => {});
    try {
      const answer = await call();
      return this.dead ? await new Promise<never>(() => {}) : answer;
    } catch (error) {
      if (this.dead) return new Promise(() => {});
      throw error;
    }
  }
}
