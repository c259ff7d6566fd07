import { connect, Socket } from 'node:net';
import { type Certificate, makeCertificate } from '../certificate';
import type { Clock } from '../clock';
import { Deadlines } from '../deadlines';
import { jsonAnswer } from '../http';
import { RequestBodies } from '../request-bodies';
import { type Answer, type LoopbackServer, listen, serverLimits } from '../server';

/** Sleeps until a test lets somebody who asked for so many milliseconds go on. */
class Alarm implements Clock {
  private sleepers: { milliseconds: number; wake: () => void }[] = [];
  private readonly waiting: (() => void)[] = [];

  now = () => 0;

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const sleeper = { milliseconds, wake: resolve };
      this.sleepers.push(sleeper);
      signal?.addEventListener('abort', () => {
        this.sleepers = this.sleepers.filter(other => other !== sleeper);
        resolve();
      });
      for (const look of this.waiting.splice(0)) look();
    });
  }

  get sleeping(): readonly number[] {
    return this.sleepers.map(({ milliseconds }) => milliseconds);
  }

  /** Waits for a sleeper and wakes it. */
  async ring(milliseconds: number): Promise<void> {
    for (;;) {
      const sleeper = this.sleepers.find(one => one.milliseconds === milliseconds);
      if (sleeper) return sleeper.wake();
      await new Promise<void>(resolve => this.waiting.push(resolve));
    }
  }
}

let certificate: Certificate;
beforeAll(async () => {
  certificate = await makeCertificate();
});

let server: LoopbackServer | undefined;
afterEach(() => server?.close());

async function serve(answer: Answer = async () => jsonAnswer(200, {}), limits = serverLimits) {
  const clock = new Alarm();
  const made = await listen(0, certificate, clock, limits);
  server = made;
  made.serve(answer);
  const open = () => connect(Number(new URL(made.url).port), '127.0.0.1');
  return { clock, open, url: made.url };
}

const closed = (socket: Socket) =>
  new Promise(resolve =>
    socket
      .resume()
      .on('close', resolve)
      .on('error', () => {}),
  );

test('a connection on which nothing comes within 10 seconds is closed', async () => {
  const { clock, open } = await serve();
  const socket = open();
  await clock.ring(10_000);
  await closed(socket);
});

test.each([
  ['a line of its head', 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n'],
  ['a byte of its body', 'POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\n.'],
])('a request of which only %s comes within 60 seconds is closed', async (_name, part) => {
  const { clock, open } = await serve();
  const socket = open();
  socket.write(part);
  await clock.ring(60_000);
  await closed(socket);
});

test('who waits for an answer may wait for as long as it takes', async () => {
  const { clock, url } = await serve(async () => jsonAnswer(200, clock.sleeping));
  const answer = await fetch(url, { method: 'POST', body: '{}' });
  expect(await answer.json()).toEqual([]);
});

test('a connection with many requests one after the other has one deadline at a time', () => {
  const clock = new Alarm();
  const deadlines = new Deadlines(clock);
  const socket = new Socket();
  const before = socket.listenerCount('close');
  for (let request = 0; request < 20; request += 1) deadlines.set(socket, 60_000);
  expect(socket.listenerCount('close')).toBe(before + 1);
  expect(clock.sleeping).toEqual([60_000]);
  socket.destroy();
});

test('a connection more than there may be at a time is closed', async () => {
  const { clock, open } = await serve(undefined, { ...serverLimits, connections: 1 });
  const first = open();
  await new Promise(resolve => first.on('connect', resolve));
  await closed(open());
  expect(clock.sleeping).toEqual([10_000]);
});

describe('bodies', () => {
  /** A body whose next part comes when a test says so. */
  function body() {
    const parts: ((part: Buffer | undefined) => void)[] = [];
    const ask = () => new Promise<Buffer | undefined>(resolve => parts.push(resolve));
    async function* stream() {
      for (let part = await ask(); part; part = await ask()) yield part;
    }
    const next = async (part: Buffer | undefined) => {
      await new Promise(setImmediate);
      parts.shift()?.(part);
      await new Promise(setImmediate);
    };
    return { stream: stream(), send: (bytes: number) => next(Buffer.alloc(bytes)), end: () => next(undefined) };
  }

  test('that are too large are refused, one by one and all that are arriving together', async () => {
    const bodies = new RequestBodies({ body: 10, bodies: 15 });
    const [one, other, third] = [body(), body(), body()];
    const reading = [one, other, third].map(({ stream }) => bodies.read(stream));
    await one.send(10);
    await other.send(6);
    await third.send(5);
    await other.end();
    await one.send(1);
    await one.end();
    await third.end();
    expect(await Promise.all(reading)).toMatchObject([{ status: 413 }, { status: 503 }, Buffer.alloc(5)]);
  });

  test('that have been refused, or whose senders have gone, do not count any more', async () => {
    const bodies = new RequestBodies({ body: 10, bodies: 15 });
    const [large, broken, last] = [body(), body(), body()];
    const refused = bodies.read(large.stream);
    await large.send(11);
    const failed = bodies.read(
      (async function* () {
        yield* broken.stream;
        throw new Error('gone');
      })(),
    );
    await broken.send(9);
    await broken.end();
    await expect(failed).rejects.toThrow('gone');
    const read = bodies.read(last.stream);
    await last.send(10);
    await last.end();
    expect(await read).toHaveLength(10);
    await large.end();
    expect(await refused).toMatchObject({ status: 413 });
  });
});
