import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type Server, type Socket } from 'node:net';
import type { Certificate } from './certificate';
import type { Clock } from './clock';
import { Deadlines } from './deadlines';
import { LostAnswer } from './direct-connect/faults';
import { type HttpAnswer, type HttpRequest, jsonAnswer } from './http';
import { type BodyLimits, RequestBodies } from './request-bodies';

/** What requests and connections may take. */
export interface ServerLimits extends BodyLimits {
  /** Connections at a time. */
  readonly connections: number;
  /** Milliseconds until the first byte of a connection, and until the TLS handshake is over. */
  readonly firstByte: number;
  /** Milliseconds until a whole request is there. */
  readonly request: number;
}

/** A body is at most a CDK asset. */
export const serverLimits: ServerLimits = {
  body: 16 * 1024 * 1024,
  bodies: 64 * 1024 * 1024,
  connections: 512,
  firstByte: 10_000,
  request: 60_000,
};

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
export async function listen(
  port: number,
  { key, certificate }: Certificate,
  clock: Clock,
  limits = serverLimits,
): Promise<LoopbackServer> {
  const plain = createHttpServer();
  const secure = createHttpsServer({ key, cert: certificate, handshakeTimeout: limits.firstByte });
  // Node.js looks after time-outs of its own only for servers that listen themselves, which these two do not.
  const deadlines = new Deadlines(clock);
  plain.on('connection', socket => deadlines.set(socket, limits.request));
  secure.on('secureConnection', socket => deadlines.set(socket, limits.request));
  const bodies = new RequestBodies(limits);
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    deadlines.set(socket, limits.firstByte);
    socket.once('data', chunk => {
      deadlines.clear(socket);
      socket.pause();
      socket.unshift(chunk);
      (chunk[0] === handshake ? secure : plain).emit('connection', socket);
      process.nextTick(() => socket.resume());
    });
  });
  server.maxConnections = limits.connections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const listening = portOf(server);
  const authority = `127.0.0.1:${listening}`;
  return {
    url: `http://${authority}`,
    secureUrl: `https://${authority}`,
    serve: answer => {
      for (const each of [plain, secure]) {
        each.on('request', (message, response) => {
          response.on('close', () => deadlines.set(message.socket, limits.request));
          const read = async () => {
            const body = await bodies.read(message);
            deadlines.clear(message.socket);
            return body;
          };
          respond(message, response, { port: listening, read, answer }).catch(error => {
            // A client that goes away in the middle of its request is no fault of the sandbox.
            if (message.complete) process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
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

interface Conversation {
  readonly port: number;
  /** Gives the refusal of a body over a limit. */
  readonly read: () => Promise<Buffer | HttpAnswer>;
  readonly answer: Answer;
}

async function respond(
  message: IncomingMessage,
  response: ServerResponse,
  { port, read, answer }: Conversation,
): Promise<void> {
  // Not read as a URL: `//` is a path here, and what cannot be decoded is for the service to refuse.
  const [path = '/', ...query] = (message.url ?? '/').split('?');
  const refusal = refusedAsForeign(message, port);
  if (refusal) {
    message.resume();
    send(response, jsonAnswer(403, { message: refusal }));
    return;
  }
  const body = await read();
  if (!Buffer.isBuffer(body)) {
    send(response, body);
    return;
  }
  const request = {
    method: message.method ?? 'GET',
    path,
    query: new URLSearchParams(query.join('?')),
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

/**
 * A page in the user's browser must not reach the sandbox: not under another name of 127.0.0.1, and not from another
 * origin, of which another port of localhost is one. Browsers name the origin of what can change something, and say with
 * `Sec-Fetch-Site` of every request where it comes from. Source: Fetch Metadata Request Headers, section 2.3.
 */
function refusedAsForeign({ headers }: IncomingMessage, port: number): string | undefined {
  const { host = '', origin } = headers;
  if (!isLoopback(`http://${host}`)) {
    return `The sandbox answers to 127.0.0.1 and localhost only, not to ${host}; for S3 put the bucket in the path`;
  }
  if (origin !== undefined && !(isLoopback(origin) && new URL(origin).port === String(port))) {
    return `The sandbox answers no page of ${origin}: only its own, on port ${port}, and programs, which name no origin`;
  }
  const site = headers['sec-fetch-site'] ?? 'none';
  return site === 'none' || site === 'same-origin'
    ? undefined
    : `The sandbox answers no page of another origin: Sec-Fetch-Site is ${site}, and may be none or same-origin`;
}

const isLoopback = (url: string): boolean =>
  URL.canParse(url) && ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server listens on no port');
  return address.port;
}
