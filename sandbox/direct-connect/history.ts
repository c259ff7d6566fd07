import type { Clock } from '../clock';
import type { Network } from './network';

export interface HistoryOptions {
  readonly clock: Pick<Clock, 'now'>;
  /** A number from 0 up to, but not including, 1. Not asked where nothing is kept. */
  readonly random: () => number;
  /** How far back it goes. With 0 nothing is kept. */
  readonly milliseconds: number;
}

/** What the network was like lately. */
export class History {
  /** Oldest first, each until the change that ended it. */
  private past: { readonly until: number; readonly network: Network }[] = [];

  constructor(
    private readonly network: Network,
    private readonly options: HistoryOptions,
  ) {}

  /** Carries out a change of the network, and keeps what was before. A change that throws has changed nothing. */
  change<T>(apply: () => T): T {
    const { clock, milliseconds } = this.options;
    if (milliseconds === 0) return apply();
    const until = clock.now();
    const before = this.network.asOf(until);
    const answer = apply();
    this.past = this.past.filter(each => each.until > until - milliseconds);
    this.past.push({ until, network: before });
    return answer;
  }

  /**
   * The network as it was at a random time, for reading: less than `milliseconds` ago, and whatever the read before
   * this one saw. What changes with time is as of then too: a link that has come up since is still `pending`.
   */
  lately(): Network {
    const { clock, random, milliseconds } = this.options;
    if (milliseconds === 0) return this.network;
    const time = clock.now() - random() * milliseconds;
    return (this.past.find(({ until }) => time < until)?.network ?? this.network).asOf(time);
  }
}
