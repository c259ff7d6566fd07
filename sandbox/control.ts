import { readFaults } from './direct-connect/faults';
import { InvalidDocument, integer, type Problem, structure } from './direct-connect/shape';
import { writeState } from './direct-connect/state-file';
import type { Traffic } from './direct-connect/traffic';
import { type HttpAnswer, type HttpRequest, jsonAnswer } from './http';
import { isTooDeep, noDeeper } from './json-depth';
import type { Services } from './services';

export const controlPath = '/_sandbox/';

/** Bytes of a request's body: a list of faults is short. */
const bodyLimit = 1024 * 1024;

type Route = { readonly [method: string]: (request: HttpRequest) => HttpAnswer | Promise<HttpAnswer> };

/** The sandbox's time, as far as it can be asked for and let go by. */
export interface ControlledTime {
  /** Milliseconds since 1970-01-01T00:00Z. */
  now(): number;
  /** Lets time go by at once, and resolves when all is done that was due. */
  advance(milliseconds: number): Promise<void>;
}

/** A day at a time: an alarm looks 1,440 times at it. */
const moveOfClock = structure({ seconds: integer(1, 86_400) }, {}, 'unknown members refused');

/** What a test or a person asks of the sandbox itself. Nothing here is signed. */
export class Control {
  private readonly routes: { readonly [path: string]: Route };

  constructor({ directConnect, deliveries }: Pick<Services, 'deliveries' | 'directConnect'>, time: ControlledTime) {
    const { network, faults } = directConnect;
    const now = () => jsonAnswer(200, { now: new Date(time.now()).toISOString() });
    this.routes = {
      health: {
        GET: () => {
          const { connections, lags, virtualInterfaces } = network.describe();
          const counts = {
            connections: connections.length,
            lags: lags.length,
            virtualInterfaces: virtualInterfaces.length,
          };
          return jsonAnswer(200, { status: 'ok', ...counts });
        },
      },
      state: { GET: () => ({ ...jsonAnswer(200, {}), body: writeState(network) }) },
      traffic: { GET: () => jsonAnswer(200, network.traffic().map(withIsoTimes)) },
      calls: { GET: () => jsonAnswer(200, directConnect.calls) },
      deliveries: { GET: () => jsonAnswer(200, deliveries.list) },
      clock: {
        GET: now,
        POST: async request => {
          const problems: Problem[] = [];
          const move = moveOfClock(parse(request, 'The move of the clock'), '$', problems);
          if (!move) throw new InvalidDocument('The move of the clock', problems);
          await time.advance(move.seconds * 1000);
          return now();
        },
      },
      faults: {
        GET: () => jsonAnswer(200, faults.list()),
        POST: request => {
          faults.add(readFaults(parse(request, 'The list of faults')));
          return jsonAnswer(200, faults.list());
        },
        DELETE: () => {
          faults.clear();
          return { status: 204 };
        },
      },
    };
  }

  async answer(request: HttpRequest): Promise<HttpAnswer> {
    const name = request.path.slice(controlPath.length);
    const route = Object.hasOwn(this.routes, name) ? this.routes[name] : undefined;
    if (!route) {
      const has = Object.keys(this.routes).map(name => controlPath + name);
      return jsonAnswer(404, { message: `There is no ${request.path}; there is ${has.join(', ')}` });
    }
    const perform = route[request.method];
    if (!perform) {
      const allow = Object.keys(route).join(', ');
      const refused = jsonAnswer(405, { message: `${request.path} takes ${allow}, not ${request.method}` });
      return { ...refused, headers: { ...refused.headers, allow } };
    }
    try {
      return await perform(request);
    } catch (error) {
      if (error instanceof InvalidDocument) return jsonAnswer(400, { message: error.message });
      throw error;
    }
  }
}

function withIsoTimes(traffic: Traffic) {
  const iso = (time: number) => new Date(time).toISOString();
  const intervals = traffic.intervals.map(({ from, to, up }) => ({
    from: iso(from),
    ...(to !== undefined && { to: iso(to) }),
    up,
  }));
  return { ...traffic, intervals };
}

function parse({ body }: HttpRequest, subject: string): unknown {
  if (body.length > bodyLimit) {
    throw new InvalidDocument(subject, [
      { path: '$', value: `${body.length} bytes`, allowed: `at most ${bodyLimit} bytes` },
    ]);
  }
  const text = body.toString('utf8');
  if (isTooDeep(text)) {
    throw new InvalidDocument(subject, [{ path: '$', value: `${text.slice(0, 100)}…`, allowed: noDeeper }]);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    const problem = { path: '$', value: text.slice(0, 100), allowed: `JSON (${String(cause)})` };
    throw new InvalidDocument(subject, [problem], { cause });
  }
}
