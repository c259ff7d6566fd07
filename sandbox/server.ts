import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type Server, type Socket } from 'node:net';
import type { Certificate } from './certificate';
import { LostAnswer } from './direct-connect/faults';
import { type HttpAnswer, type HttpRequest, jsonAnswer } from './http';

/** Bytes of a request's body: a CDK asset is the largest. */
const bodyLimit = 64 * 1024 * 1024;

export type Answer = (request: HttpRequest) => Promise<HttpAnswer>;

export interface LoopbackServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** `https://127.0.0.1:<port>`: the same port, for who trusts the certificate. */
  readonly secureUrl: string;
  /** Who answers from now on. */
  serve(answer: Answer): void;
  /** Closes every connection, also those with a request under way. */
  close(): Promise<void>;
}

/** The first byte of a TLS record with a handshake; no HTTP request begins with it. Source: RFC 8446, section 5.1. */
const handshake = 0x16;

/**
 * Listens on 127.0.0.1 alone, for HTTP and HTTPS on the same port.
 *
 * @param port 0 for any that is free
 * @throws what Node.js throws where the port is taken or not allowed
 */
export async function listen(port: number, { key, certificate }: Certificate): Promise<LoopbackServer> {
  const plain = createHttpServer();
  const secure = createHttpsServer({ key, cert: certificate });
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.once('data', chunk => {
      socket.pause();
      socket.unshift(chunk);
      (chunk[0] === handshake ? secure : plain).emit('connection', socket);
      process.nextTick(() => socket.resume());
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const authority = `127.0.0.1:${portOf(server)}`;
  return {
    url: `http://${authority}`,
    secureUrl: `https://${authority}`,
    serve: answer => {
      for (const each of [plain, secure]) {
        each.on('request', (message, response) => {
          respond(message, response, answer).catch(error => {
            process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
            response.destroy();
          });
        });
      }
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function respond(message: IncomingMessage, response: ServerResponse, answer: Answer): Promise<void> {
  const url = new URL(message.url ?? '/', 'http://127.0.0.1');
  const refusal = refusedAsForeign(message);
  if (refusal) {
    message.resume();
    send(response, jsonAnswer(403, { message: refusal }));
    return;
  }
  const body = await bodyOf(message);
  if (!body) {
    send(response, jsonAnswer(413, { message: `A request's body may have at most ${bodyLimit} bytes` }));
    return;
  }
  const request = {
    method: message.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: message.headers,
    body,
  };
  try {
    send(response, await answer(request));
  } catch (error) {
    if (!(error instanceof LostAnswer)) throw error;
    response.destroy();
  }
}

function send(response: ServerResponse, { status, headers, body }: HttpAnswer): void {
  response.writeHead(status, headers).end(body);
}

/** A page in the user's browser must not reach the sandbox, under another name of 127.0.0.1 or from its own origin. */
function refusedAsForeign({ headers }: IncomingMessage): string | undefined {
  const { host = '', origin } = headers;
  if (!isLoopback(`http://${host}`)) {
    return `The sandbox answers to 127.0.0.1 and localhost only, not to ${host}; for S3 put the bucket in the path`;
  }
  return origin === undefined || isLoopback(origin) ? undefined : `The sandbox answers no page of ${origin}`;
}

const isLoopback = (url: string): boolean =>
  URL.canParse(url) && ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);

async function bodyOf(message: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message) {
    length += chunk.length;
    if (length <= bodyLimit) chunks.push(chunk);
  }
  return length > bodyLimit ? undefined : Buffer.concat(chunks);
}

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server listens on no port');
  return address.port;
}
