import { AwsError } from '../aws-error';
import type { Authorize, Caller } from '../caller';
import type { Logs } from './logs';

const parameters = ['endTime', 'limit', 'logGroupName', 'logStreamNames', 'startTime'];

/** CloudWatch Logs' API: FilterLogEvents, with which the CDK CLI shows the log of a custom resource that failed. */
export class LogsApi {
  constructor(
    private readonly logs: Logs,
    private readonly authorize: Authorize,
  ) {}

  async call(operation: string, input: { readonly [name: string]: unknown }, caller: Caller): Promise<object> {
    if (operation !== 'FilterLogEvents') {
      const message = `The sandbox does not support CloudWatch Logs' ${operation}; it supports FilterLogEvents`;
      throw new AwsError('UnknownOperationException', message);
    }
    const other = Object.keys(input).find(name => !parameters.includes(name));
    if (other !== undefined)
      throw invalid(`The sandbox does not support ${other}; it supports ${parameters.join(', ')}`);
    const { logGroupName: group, logStreamNames: streams } = input;
    if (typeof group !== 'string') throw invalid('logGroupName must be text');
    if (streams !== undefined && !Array.isArray(streams)) throw invalid('logStreamNames must be a list');
    const denial = await this.authorize(caller, 'logs:FilterLogEvents', this.logs.arnOf(caller.region, group));
    if (denial !== undefined) throw new AwsError('AccessDeniedException', denial);
    const start = number(input, 'startTime', 0);
    const end = number(input, 'endTime', Number.MAX_SAFE_INTEGER);
    const found = this.logs
      .eventsOf(caller.region, group)
      .filter(
        ({ stream, timestamp }) => timestamp >= start && timestamp <= end && (!streams || streams.includes(stream)),
      )
      .slice(0, number(input, 'limit', 10_000));
    return {
      events: found.map(({ stream, timestamp, message }, index) => ({
        logStreamName: stream,
        timestamp,
        ingestionTime: timestamp,
        message,
        eventId: String(index),
      })),
      searchedLogStreams: [],
    };
  }
}

function number(input: { readonly [name: string]: unknown }, name: string, absent: number): number {
  const value = input[name] ?? absent;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw invalid(`${name} must be a whole number, 0 or more`);
}

const invalid = (message: string) => new AwsError('InvalidParameterException', message);
