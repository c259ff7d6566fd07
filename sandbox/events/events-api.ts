import { AwsError } from '../aws-error';
import type { Authorize, Caller } from '../caller';
import { isArray, isObject, type JsonObject } from '../cloudformation/json';
import type { Json } from '../cloudformation/resource-type';
import { isTooDeep } from '../json-depth';
import type { EventBridge } from './event-bridge';

type Input = { readonly [name: string]: unknown };

/** Source: EventBridge API reference, PutEvents. */
const most = { entries: 10, bytes: 262_144 };

/** `Time` is taken without an effect: an event is of the time at which it comes. */
const members = ['Detail', 'DetailType', 'EventBusName', 'Resources', 'Source', 'Time', 'TraceHeader'];

/**
 * EventBridge's API: PutEvents. Unlike in AWS the source may be one of AWS's own, so that what AWS would tell, such as an
 * event of AWS Health, can be rehearsed.
 */
export class EventsApi {
  constructor(
    private readonly eventBridge: EventBridge,
    private readonly authorize: Authorize,
  ) {}

  async call(operation: string, input: Input, caller: Caller): Promise<object> {
    if (operation !== 'PutEvents') {
      const message = `The sandbox does not support EventBridge's ${operation}; it supports PutEvents`;
      throw new AwsError('UnknownOperationException', message);
    }
    const entries: readonly unknown[] = Array.isArray(input.Entries) ? input.Entries : [];
    if (entries.length === 0 || entries.length > most.entries) {
      throw new AwsError('ValidationException', `Entries must be a list of 1 to ${most.entries}`);
    }
    if (JSON.stringify(entries).length > most.bytes) {
      throw new AwsError(
        'ValidationException',
        `Total size of the entries in the request is over the limit of ${most.bytes}.`,
      );
    }
    const denial = await this.authorize(caller, 'events:PutEvents', this.eventBridge.busArnOf(caller.region));
    if (denial !== undefined) throw new AwsError('AccessDeniedException', denial);
    const results = entries.map(entry => this.put(entry, caller));
    return { FailedEntryCount: results.filter(result => 'ErrorCode' in result).length, Entries: results };
  }

  private put(entry: unknown, { region }: Caller): { EventId: string } | { ErrorCode: string; ErrorMessage: string } {
    const asked: Json = JSON.parse(JSON.stringify(entry ?? null));
    if (!isObject(asked)) return invalid('An entry must be an object');
    const other = Object.keys(asked).find(name => !members.includes(name));
    if (other !== undefined) return invalid(`The sandbox does not support ${other}; it supports ${members.join(', ')}`);
    const { Source: source, DetailType: detailType, EventBusName: bus = 'default', Resources: resources = [] } = asked;
    if (typeof source !== 'string' || source === '')
      return invalid('Parameter Source is not valid. Reason: Source is a required argument.');
    if (typeof detailType !== 'string' || detailType === '') {
      return invalid('Parameter DetailType is not valid. Reason: DetailType is a required argument.');
    }
    if (bus !== 'default' && bus !== this.eventBridge.busArnOf(region)) {
      return invalid('The sandbox has the event bus default alone');
    }
    const arns = isArray(resources) ? resources.filter(one => typeof one === 'string') : [];
    const detail = detailOf(asked.Detail);
    if (!detail) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
    return { EventId: this.eventBridge.put({ source, 'detail-type': detailType, region, resources: arns, detail }) };
  }
}

const invalid = (message: string) => ({ ErrorCode: 'InvalidArgument', ErrorMessage: message });

function detailOf(text: Json | undefined): JsonObject | undefined {
  if (typeof text !== 'string' || isTooDeep(text)) return undefined;
  try {
    const detail: Json = JSON.parse(text);
    return isObject(detail) ? detail : undefined;
  } catch {
    // The caller is told.
    return undefined;
  }
}
