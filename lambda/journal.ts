import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import type { SendSigned } from './aws-request';
import type { Pair } from './event';
import { ServiceError } from './service-error';

/**
 * What an event has come to, written down so that a repetition of it, or a later event, knows.
 *
 * - a claim: somebody is at it, and wants that pair (none where the event's properties make none);
 * - an association: this event found the connection outside the LAG and is about to put it in, so it is not adopted;
 * - `done`, `failed`: the outcome is settled and the answer about to be sent; nothing is written for this event any more.
 */
export type Mark = Claim | Association | 'done' | 'failed';

/** The beginning of an event. */
export interface Claim {
  readonly claims: Pair | undefined;
}

/** A pair that an event makes. */
export interface Association extends Pair {
  /** The LAG that the connection was found in, where it is moved out of one that the resource did not own. */
  readonly movedFrom?: string;
}

/** An event of a resource, with the marks it has. */
export interface Entry {
  readonly logicalId: string;
  readonly requestId: string;
  readonly requestType: string;
  /** When CloudFormation sent it, in whole seconds since 1970-01-01T00:00Z; absent where its ResponseURL does not say. */
  readonly sentAt?: number;
  /** When it was first worked on, in milliseconds since 1970-01-01T00:00Z. */
  readonly beganAt: number;
  /** Its outcome; absent while somebody is at it, or was until a crash. */
  readonly outcome?: 'done' | 'failed';
  /** The pair it wants, or wants to take apart. */
  readonly claims?: Pair;
  readonly association?: Association;
}

/**
 * The journal of a resource's events. Lambda delivers an event at least once, repeats it after a crash, and knows nothing
 * of order; the handler has no memory; and Direct Connect keeps no history. So the handler writes down what it begins.
 *
 * It is kept as empty log streams in the function's own log group: creating one is synchronous, at most one wins, the
 * role may do so anyway, and they go with the log group.
 */
export interface Journal {
  /** Writes a mark; one that is there already is left as it is. */
  mark(event: CloudFormationCustomResourceEvent, mark: Mark): Promise<void>;
  /** All events of a resource, or of all resources of a stack, that have a mark. */
  read(stackId: string, logicalId?: string): Promise<readonly Entry[]>;
}

/** A stack's unique id is in the name, so that a stack of the same name that is made later begins anew. */
function prefixOf(stackId: string): string {
  return `events/${stackId.split('/').slice(1).join('/')}/`;
}

/**
 * When CloudFormation sent an event: the signing time of its ResponseURL, the only time an event carries.
 *
 * @returns whole seconds since 1970-01-01T00:00Z, or `undefined` where the URL is signed another way
 */
export function sentAt(event: CloudFormationCustomResourceEvent): number | undefined {
  const date = /[?&]X-Amz-Date=(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(event.ResponseURL);
  if (date === null) return undefined;
  const [, year, month, day, hour, minute, second] = date.map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second) / 1000;
}

/** @param logGroup name of the function's own log group */
export function logStreamJournal(send: SendSigned, logGroup: string): Journal {
  const call = async (operation: string, input: object): Promise<unknown> => {
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `Logs_20140328.${operation}` };
    const answer = await send('logs', headers, JSON.stringify(input));
    const body: unknown = answer.body === '' ? {} : JSON.parse(answer.body);
    if (answer.status === 200) return body;
    const type = field(body, '__type');
    const message = field(body, 'message') ?? field(body, 'Message');
    const name = typeof type === 'string' ? type.replace(/^.*#/, '') : `HTTP${answer.status}`;
    throw new ServiceError(name, typeof message === 'string' ? message : 'no message', answer);
  };

  return {
    async mark(event, mark) {
      const name = [sentAt(event) ?? 'undated', event.RequestType, event.RequestId].join('-');
      const logStreamName = `${prefixOf(event.StackId)}${event.LogicalResourceId}/${name}/${markName(mark)}`;
      try {
        await call('CreateLogStream', { logGroupName: logGroup, logStreamName });
      } catch (error) {
        if (!(error instanceof ServiceError && error.name === 'ResourceAlreadyExistsException')) throw error;
      }
    },

    async read(stackId, logicalId) {
      const prefix = prefixOf(stackId);
      const logStreamNamePrefix = logicalId === undefined ? prefix : `${prefix}${logicalId}/`;
      const entries = new Map<string, Entry>();
      let nextToken: unknown;
      do {
        const page = await call('DescribeLogStreams', {
          logGroupName: logGroup,
          logStreamNamePrefix,
          ...(nextToken === undefined ? {} : { nextToken }),
        });
        const streams = field(page, 'logStreams');
        for (const stream of Array.isArray(streams) ? streams : []) addTo(entries, stream, prefix);
        nextToken = field(page, 'nextToken');
      } while (nextToken !== undefined);
      return [...entries.values()];
    },
  };
}

function addTo(entries: Map<string, Entry>, stream: unknown, prefix: string): void {
  const [name, created] = [field(stream, 'logStreamName'), field(stream, 'creationTime')];
  if (typeof name !== 'string' || typeof created !== 'number') return;
  const [logicalId = '', event = '', mark, connectionId, lagId, movedFrom] = name.slice(prefix.length).split('/');
  const parts = /^(\d+|undated)-([A-Za-z]+)-(.+)$/.exec(event);
  if (parts === null) return;
  const [, sent = '', requestType = '', requestId = ''] = parts;
  const key = `${logicalId}/${event}`;
  const known = entries.get(key);
  const pair = connectionId !== undefined && lagId !== undefined ? { connectionId, lagId } : undefined;
  const claims = mark === 'claims' ? pair : known?.claims;
  const association =
    mark === 'associates' && pair !== undefined
      ? { ...pair, ...(movedFrom === undefined ? {} : { movedFrom }) }
      : known?.association;
  const outcome = mark === 'done' || mark === 'failed' ? mark : known?.outcome;
  entries.set(key, {
    logicalId,
    requestId,
    requestType,
    ...(sent === 'undated' ? {} : { sentAt: Number(sent) }),
    beganAt: Math.min(created, known?.beganAt ?? created),
    ...(outcome === undefined ? {} : { outcome }),
    ...(claims === undefined ? {} : { claims }),
    ...(association === undefined ? {} : { association }),
  });
}

function markName(mark: Mark): string {
  if (typeof mark === 'string') return mark;
  const parts =
    'claims' in mark
      ? ['claims', mark.claims?.connectionId, mark.claims?.lagId]
      : ['associates', mark.connectionId, mark.lagId, mark.movedFrom];
  return parts.filter(part => part !== undefined).join('/');
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
