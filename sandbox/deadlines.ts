import type { Socket } from 'node:net';
import type { Clock } from './clock';

/** By when something must have happened on a connection, which is closed otherwise. */
export class Deadlines {
  private readonly running = new WeakMap<Socket, AbortController>();

  constructor(private readonly clock: Clock) {}

  set(socket: Socket, milliseconds: number): void {
    this.clear(socket);
    if (socket.destroyed) return;
    const over = new AbortController();
    const end = () => over.abort();
    this.running.set(socket, over);
    socket.once('close', end);
    over.signal.addEventListener('abort', () => socket.off('close', end));
    void this.clock.sleep(milliseconds, over.signal).then(() => {
      if (!over.signal.aborted) socket.destroy();
    });
  }

  clear(socket: Socket): void {
    this.running.get(socket)?.abort();
  }
}
