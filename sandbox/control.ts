import type { DirectConnect } from './direct-connect/direct-connect';
import { readFaults } from './direct-connect/faults';
import { InvalidDocument } from './direct-connect/shape';
import { writeState } from './direct-connect/state-file';
import type { Traffic } from './direct-connect/traffic';
import { type HttpAnswer, type HttpRequest, jsonAnswer } from './http';
import { isTooDeep, noDeeper } from './json-depth';

export const controlPath = '/_sandbox/';

/** Bytes of a request's body: a list of faults is short. */
const bodyLimit = 1024 * 1024;

type Route = { readonly [method: string]: (request: HttpRequest) => HttpAnswer };

/** What a test or a person asks of the sandbox itself. Nothing here is signed. */
export class Control {
  private readonly routes: { readonly [path: string]: Route };

  constructor(directConnect: DirectConnect) {
    const { network, faults } = directConnect;
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
      faults: {
        GET: () => jsonAnswer(200, faults.list()),
        POST: request => {
          faults.add(readFaults(parse(request)));
          return jsonAnswer(200, faults.list());
        },
        DELETE: () => {
          faults.clear();
          return { status: 204 };
        },
      },
    };
  }

  answer(request: HttpRequest): HttpAnswer {
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
      return perform(request);
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

function parse({ body }: HttpRequest): unknown {
  if (body.length > bodyLimit) {
    throw new InvalidDocument('The list of faults', [
      { path: '$', value: `${body.length} bytes`, allowed: `at most ${bodyLimit} bytes` },
    ]);
  }
  const text = body.toString('utf8');
  if (isTooDeep(text)) {
    throw new InvalidDocument('The list of faults', [
      { path: '$', value: `${text.slice(0, 100)}…`, allowed: noDeeper },
    ]);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    const problem = { path: '$', value: text.slice(0, 100), allowed: `JSON (${String(cause)})` };
    throw new InvalidDocument('The list of faults', [problem], { cause });
  }
}
