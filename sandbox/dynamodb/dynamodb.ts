import { AwsError } from '../aws-error';
import type { Authorize, Caller } from '../caller';
import type { Clock } from '../clock';
import { isObject, type JsonObject } from '../cloudformation/json';
import { createEngine, type Engine } from './engine';
import { dynamoDbError, serviceError, validationError } from './errors';
import { type Input, operations, resourcesOf } from './operations';
import {
  changedTimeToLive,
  type TableSettings,
  timeToLiveDescription,
  timeToLiveSpecification,
} from './table-settings';
import { WithoutTime } from './without-time';

export interface DynamoDbOptions {
  readonly clock: Clock;
  readonly accountId: string;
  readonly partition: string;
  readonly authorize: Authorize;
}

/** The tables of one Region. */
interface Region {
  readonly engine: Engine;
  /** By table name. */
  readonly settings: Map<string, TableSettings>;
  /** ARN of a table without its name. */
  readonly tableArn: string;
}

/** DynamoDB by dynalite, one a Region: what that lacks of tables is here, and IAM before it. */
export class DynamoDb {
  private readonly regions = new Map<string, Region>();
  private readonly withoutTime: WithoutTime;

  constructor(private readonly options: DynamoDbOptions) {
    this.withoutTime = new WithoutTime(options.clock);
  }

  /** `arn:<partition>:dynamodb:<region>:<account>:table/<name>` */
  arnOf(region: string, name: string): string {
    return `arn:${this.options.partition}:dynamodb:${region}:${this.options.accountId}:table/${name}`;
  }

  /**
   * Carries out one request. A table may be named by its ARN.
   *
   * @throws {AwsError} whose code has DynamoDB's namespace before it, as `com.amazonaws.dynamodb.v20120810#…`
   */
  async call(operation: string, given: Input, caller: Caller): Promise<JsonObject> {
    checkSupported(operation, given);
    const region = this.regionOf(caller.region);
    const input = withTableName(given, region.tableArn);
    for (const resource of resourcesOf(operation, input, region.tableArn)) {
      const denial = await this.options.authorize(caller, `dynamodb:${operation}`, resource);
      if (denial !== undefined) throw serviceError('AccessDeniedException', denial);
    }
    switch (operation) {
      case 'CreateTable':
        return this.createTable(region, input);
      case 'UpdateTable':
        return this.updateTable(region, input);
      case 'DeleteTable':
        return this.deleteTable(region, input);
      case 'DescribeTable':
        return described(region, await this.ask(region, operation, input));
      case 'DescribeTimeToLive':
        return timeToLiveDescription((await this.settingsOf(region, input)).timeToLive);
      case 'UpdateTimeToLive': {
        const wanted = timeToLiveSpecification(input);
        const settings = await this.settingsOf(region, input);
        settings.timeToLive = changedTimeToLive(settings.timeToLive, wanted, this.options.clock.now());
        return { TimeToLiveSpecification: wanted };
      }
      default:
        return this.ask(region, operation, input);
    }
  }

  private async createTable(region: Region, { DeletionProtectionEnabled: isProtected, ...input }: Input) {
    const answer = await this.ask(region, 'CreateTable', input).catch(error => {
      // dynalite gives this error without its text.
      if (!(error instanceof AwsError) || error.message !== '') throw error;
      throw dynamoDbError('ResourceInUseException', `Table already exists: ${nameOf(input)}`);
    });
    region.settings.set(nameOf(input), { deletionProtection: isProtected === true, timeToLive: {} });
    return described(region, answer);
  }

  private async updateTable(region: Region, { DeletionProtectionEnabled: isProtected, ...input }: Input) {
    if (isProtected === undefined) return described(region, await this.ask(region, 'UpdateTable', input));
    if (Object.keys(input).length > 1) {
      const what = 'DeletionProtection modification must be the only operation in the request';
      throw validationError(`One or more parameter values were invalid: ${what}`);
    }
    (await this.settingsOf(region, input)).deletionProtection = isProtected === true;
    const { Table: table = {} } = described(region, await this.ask(region, 'DescribeTable', input));
    return { TableDescription: table };
  }

  private async deleteTable(region: Region, input: Input) {
    const { settings } = region;
    const name = nameOf(input);
    if (settings.get(name)?.deletionProtection) {
      throw validationError(
        'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
      );
    }
    const answer = described(region, await this.ask(region, 'DeleteTable', input));
    settings.delete(name);
    return answer;
  }

  /** @throws {AwsError} ResourceNotFoundException */
  private async settingsOf(region: Region, input: Input): Promise<TableSettings> {
    const { TableName } = input;
    await this.ask(region, 'DescribeTable', TableName === undefined ? {} : { TableName });
    const settings = region.settings.get(nameOf(input));
    // It is being deleted.
    if (!settings)
      throw dynamoDbError(
        'ResourceNotFoundException',
        `Requested resource not found: Table: ${nameOf(input)} not found`,
      );
    return settings;
  }

  private async ask({ engine }: Region, operation: string, input: Input): Promise<JsonObject> {
    const { status, body } = await this.withoutTime
      .run(() => engine(operation, input))
      .catch(error => {
        // dynalite trips over a null in a list, or where it has not asked for an object: whoever asks can mend that.
        throw validationError(`The sandbox's DynamoDB cannot read this ${operation}: ${error}`, { cause: error });
      });
    // A request that is too large is refused without a body.
    const answer: JsonObject = body === '' ? {} : JSON.parse(body);
    if (status === 200) return answer;
    const { __type: code = 'RequestEntityTooLarge', message = answer.Message ?? '' } = answer;
    throw new AwsError(String(code), String(message), status);
  }

  private regionOf(name: string): Region {
    const region = this.regions.get(name) ?? {
      engine: createEngine(),
      settings: new Map(),
      tableArn: this.arnOf(name, ''),
    };
    this.regions.set(name, region);
    return region;
  }
}

/** No text for what is none: that is for dynalite to refuse. */
const nameOf = ({ TableName: name }: Input): string => (typeof name === 'string' ? name : '');

/** In each other: the time that dynalite takes to read an expression with an error in it grows fivefold with each. */
const parentheses = 4;

/** Bytes of an expression; source: DynamoDB Developer Guide, "Quotas", expression parameters. */
const longestExpression = 4_096;

function deepest(expression: string): number {
  let depth = 0;
  let most = 0;
  for (const character of expression) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    most = Math.max(most, depth);
  }
  return most;
}

function checkSupported(operation: string, input: Input): void {
  const parameters = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
  if (parameters === undefined) {
    const message = `The sandbox does not support DynamoDB's ${operation}; it supports ${Object.keys(operations).join(', ')}`;
    throw serviceError('UnknownOperationException', message);
  }
  const other = Object.keys(input).find(name => !parameters.includes(name));
  if (other !== undefined) {
    throw validationError(
      `The sandbox does not support ${other} of ${operation}; it supports ${parameters.join(', ')}`,
    );
  }
  for (const [name, value] of Object.entries(input)) {
    if (!name.endsWith('Expression') || typeof value !== 'string') continue;
    if (Buffer.byteLength(value) > longestExpression) {
      throw validationError(
        `Invalid ${name}: Expression size has exceeded the maximum allowed size of ${longestExpression}`,
      );
    }
    if (deepest(value) > parentheses) {
      throw validationError(`Invalid ${name}: the sandbox supports at most ${parentheses} parentheses in each other`);
    }
  }
  const { ReturnValuesOnConditionCheckFailure: returned = 'NONE' } = input;
  if (returned !== 'NONE') {
    const shown = typeof returned === 'string' ? returned : JSON.stringify(returned);
    const message = `The sandbox does not support ReturnValuesOnConditionCheckFailure ${shown}; it supports NONE`;
    throw validationError(`${message}: read the item with GetItem`);
  }
}

/** With the table's name in place of its ARN. */
function withTableName(input: Input, tableArn: string): Input {
  const { TableName: named } = input;
  if (typeof named !== 'string' || !named.startsWith('arn:')) return input;
  if (named.startsWith(tableArn)) return { ...input, TableName: named.slice(tableArn.length) };
  throw validationError(
    `The sandbox does not support TableName ${named}; it supports tables of the caller's own account and Region, ${tableArn}…`,
  );
}

/** A table's description with what dynalite does not know: where the table is, and its settings. */
function described({ settings, tableArn }: Region, answer: JsonObject): JsonObject {
  const text = JSON.stringify(answer).replaceAll(/"arn:aws:dynamodb:[^:"]*:\d*:table\//g, `"${tableArn}`);
  const located: JsonObject = JSON.parse(text);
  return Object.fromEntries(
    Object.entries(located).map(([key, table]) => {
      if (!isObject(table)) return [key, table];
      const { deletionProtection = false } = settings.get(String(table.TableName)) ?? {};
      return [key, { ...table, DeletionProtectionEnabled: deletionProtection }];
    }),
  );
}
