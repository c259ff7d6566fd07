import { AwsError } from '../aws-error';
import type { Authorize, Caller } from '../caller';
import { filterOf } from './filter-pattern';
import type { Logs } from './logs';

type Input = { readonly [name: string]: unknown };

/** Streams on a page of DescribeLogStreams. Source: its API reference: 50 unless asked for fewer, and never more. */
const longestPage = 50;

/**
 * CloudWatch Logs' API: FilterLogEvents, with which the CDK CLI shows the log of a custom resource that failed, and
 * streams that a function makes for itself. The streams that Lambda makes are not listed.
 */
export class LogsApi {
  private readonly operations: {
    readonly [name: string]: { readonly parameters: readonly string[]; run(input: Input, caller: Caller): object };
  } = {
    CreateLogStream: {
      parameters: ['logGroupName', 'logStreamName'],
      run: (input, { region }) => {
        this.logs.createStream(region, text(input, 'logGroupName'), text(input, 'logStreamName'));
        return {};
      },
    },
    DescribeLogStreams: {
      parameters: ['limit', 'logGroupName', 'logStreamNamePrefix', 'nextToken'],
      run: (input, { region }) => {
        const prefix = input.logStreamNamePrefix === undefined ? '' : text(input, 'logStreamNamePrefix');
        const all = this.logs.streamsOf(region, text(input, 'logGroupName'), prefix);
        const from = input.nextToken === undefined ? 0 : Number(text(input, 'nextToken'));
        const to = from + Math.min(longestPage, number(input, 'limit', longestPage));
        return {
          logStreams: all
            .slice(from, to)
            .map(({ name, created }) => ({ logStreamName: name, creationTime: created, storedBytes: 0 })),
          ...(to < all.length ? { nextToken: String(to) } : {}),
        };
      },
    },
    FilterLogEvents: {
      parameters: ['endTime', 'filterPattern', 'limit', 'logGroupName', 'logStreamNames', 'startTime'],
      run: (input, caller) => this.filterLogEvents(input, caller),
    },
  };

  constructor(
    private readonly logs: Logs,
    private readonly authorize: Authorize,
  ) {}

  async call(operationName: string, input: Input, caller: Caller): Promise<object> {
    const operation = Object.hasOwn(this.operations, operationName) ? this.operations[operationName] : undefined;
    if (operation === undefined) {
      const supported = Object.keys(this.operations).join(', ');
      const message = `The sandbox does not support CloudWatch Logs' ${operationName}; it supports ${supported}`;
      throw new AwsError('UnknownOperationException', message);
    }
    const { parameters } = operation;
    const other = Object.keys(input).find(name => !parameters.includes(name));
    if (other !== undefined)
      throw invalid(`The sandbox does not support ${other}; it supports ${parameters.join(', ')}`);
    const group = this.logs.arnOf(caller.region, text(input, 'logGroupName'));
    // As AWS's own messages of denial name them.
    const resources: { readonly [operation: string]: string } = {
      CreateLogStream: `${group}:log-stream:${typeof input.logStreamName === 'string' ? input.logStreamName : ''}`,
      DescribeLogStreams: `${group}:log-stream:`,
    };
    const resource = resources[operationName] ?? group;
    const denial = await this.authorize(caller, `logs:${operationName}`, resource);
    if (denial !== undefined) throw new AwsError('AccessDeniedException', denial);
    return operation.run(input, caller);
  }

  private filterLogEvents(input: Input, caller: Caller): object {
    const group = text(input, 'logGroupName');
    const { logStreamNames: streams } = input;
    if (streams !== undefined && !Array.isArray(streams)) throw invalid('logStreamNames must be a list');
    const start = number(input, 'startTime', 0);
    const end = number(input, 'endTime', Number.MAX_SAFE_INTEGER);
    const isWanted = filterOf(input.filterPattern === undefined ? '' : text(input, 'filterPattern'));
    const found = this.logs
      .eventsOf(caller.region, group)
      .filter(
        ({ stream, timestamp }) => timestamp >= start && timestamp <= end && (!streams || streams.includes(stream)),
      )
      .filter(({ message }) => isWanted(message))
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

function text(input: Input, name: string): string {
  const value = input[name];
  if (typeof value === 'string' && value !== '') return value;
  throw invalid(`${name} must be text`);
}

function number(input: { readonly [name: string]: unknown }, name: string, absent: number): number {
  const value = input[name] ?? absent;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw invalid(`${name} must be a whole number, 0 or more`);
}

const invalid = (message: string) => new AwsError('InvalidParameterException', message);
