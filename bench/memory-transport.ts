import { AsyncResource } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import http, { type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import { Readable, Writable } from 'node:stream';
import { LostAnswer } from '../sandbox/direct-connect/faults';
import type { HttpAnswer, HttpRequest } from '../sandbox/http';

/** Answers a request; never, where the process that sent it is dead by then. */
export type AnswerInMemory = (request: HttpRequest) => Promise<HttpAnswer>;

type Callback = (response: IncomingMessage) => void;

/**
 * Takes the place of Node.js's HTTP and HTTPS clients for this whole process, so that code that talks to a server under a
 * virtual clock does no real input or output. What it sends and gets is the same, byte for byte, but for the socket.
 *
 * @returns how to give the real clients back
 */
export function answerInMemory(answer: AnswerInMemory): () => void {
  const real = { http: http.request, https: https.request };
  const request = (...args: unknown[]) => {
    const [first, second] = args;
    const url = typeof first === 'string' || first instanceof URL ? new URL(first) : undefined;
    const options = Object(url === undefined ? first : second);
    const path: string = url === undefined ? (options.path ?? '/') : url.pathname + url.search;
    const callback = args.find((argument): argument is Callback => typeof argument === 'function');
    const outgoing = new MemoryRequest({ ...options, path }, answer);
    if (callback) outgoing.once('response', callback);
    return outgoing;
  };
  Object.assign(http, { request });
  Object.assign(https, { request });
  return () => {
    Object.assign(http, { request: real.http });
    Object.assign(https, { request: real.https });
  };
}

/** What is used of `ClientRequest`. */
class MemoryRequest extends Writable {
  readonly socket = Object.assign(new EventEmitter(), {
    connecting: false,
    setKeepAlive: () => {},
    setTimeout: () => {},
    setNoDelay: () => {},
  });
  private readonly chunks: Buffer[] = [];

  constructor(
    private readonly options: RequestOptions,
    private readonly answer: AnswerInMemory,
  ) {
    super();
  }

  override _write(chunk: Buffer | string, encoding: BufferEncoding, written: () => void): void {
    this.chunks.push(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk);
    written();
  }

  override _final(done: () => void): void {
    done();
    const emit = AsyncResource.bind((event: string, value: unknown) => this.emit(event, value));
    this.exchange().then(
      response => emit('response', response),
      cause => emit('error', cause instanceof LostAnswer ? hangUp() : cause),
    );
  }

  setTimeout(): this {
    return this;
  }

  setSocketKeepAlive(): void {}

  setNoDelay(): void {}

  private async exchange(): Promise<Readable> {
    const { method = 'GET', path, headers = {} } = this.options;
    const url = new URL(path ?? '/', 'http://127.0.0.1');
    const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
    const {
      status,
      headers: answered = {},
      body = '',
    } = await this.answer({
      method,
      path: url.pathname,
      query: url.searchParams,
      headers: Object.fromEntries(named),
      body: Buffer.concat(this.chunks),
    });
    const lowerCase = Object.entries(answered).map(([name, value]) => [name.toLowerCase(), value]);
    const response = Readable.from([Buffer.from(body)], { objectMode: false });
    return Object.assign(response, { statusCode: status, headers: Object.fromEntries(lowerCase), complete: true });
  }
}

const hangUp = () => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
