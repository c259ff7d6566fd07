import { ServiceError } from '../aws/service-error';
import type { SendSigned } from '../aws/signed-request';
import { field } from '../field';

/** What the table holds under one id. */
export interface Item {
  /** Any value that JSON has. */
  readonly record: unknown;
  /** Another one for each version of the item. */
  readonly stamp: string;
  /** When nobody needs it any more: whole seconds since 1970-01-01T00:00Z; absent while somebody may. */
  readonly expires?: number;
}

/** The provider's table. Rejects with what `readError` reads. */
export interface Table {
  /** The item as it is now: every write that was answered is in it. */
  get(id: string): Promise<Item | undefined>;
  /**
   * Writes an item only where the one that is there has the given stamp, or there is none and none is given.
   *
   * @returns whether it was written
   */
  put(id: string, item: Item, over: string | undefined): Promise<boolean>;
}

/** The same table, read as a whole. Rejects with what `readError` reads. */
export interface WholeTable {
  /**
   * @param next of the page before; absent for the first page
   * @returns the items as they are now; of one that is not as it was written the record is `undefined`
   */
  page(next: string | undefined): Promise<ItemPage>;
}

export interface ItemPage {
  /** By their ids. */
  readonly items: ReadonlyMap<string, Item>;
  readonly next?: string;
}

/** What a condition that does not hold is called. Source: API reference, DynamoDB PutItem. */
const CONDITION_FAILED = 'ConditionalCheckFailedException';

/**
 * The table in DynamoDB, over its JSON protocol, API version 2012-08-10. The record is kept as JSON: it changes as a whole.
 *
 * @param name of the table
 */
export function dynamoDbTable(send: SendSigned, name: string): Table & WholeTable {
  const call = async (operation: string, input: object): Promise<unknown> => {
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `DynamoDB_20120810.${operation}` };
    const answer = await send('dynamodb', headers, JSON.stringify({ TableName: name, ...input }));
    const body = parsed(answer.body);
    if (answer.status === 200) return body;
    const type = field(body, '__type');
    const message = field(body, 'message') ?? field(body, 'Message');
    throw new ServiceError(
      typeof type === 'string' ? type.replace(/^.*#/, '') : `HTTP${answer.status}`,
      typeof message === 'string' ? message : 'no message',
      answer,
    );
  };

  return {
    async get(id) {
      const item = field(await call('GetItem', { Key: { id: { S: id } }, ConsistentRead: true }), 'Item');
      if (item === undefined) return undefined;
      const read = itemOf(item);
      if (read !== undefined) return read;
      throw new Error(
        `The item ${id} is not as it was written: somebody has changed it. Delete the item, and try again.`,
      );
    },

    async page(next) {
      const start = next === undefined ? {} : { ExclusiveStartKey: { id: { S: next } } };
      const answer = await call('Scan', { ConsistentRead: true, ...start });
      const found = field(answer, 'Items');
      const items = new Map<string, Item>();
      for (const each of Array.isArray(found) ? found : []) {
        const id = field(field(each, 'id'), 'S');
        if (typeof id === 'string') items.set(id, itemOf(each) ?? { record: undefined, stamp: '' });
      }
      const last = field(field(field(answer, 'LastEvaluatedKey'), 'id'), 'S');
      return { items, ...(typeof last === 'string' ? { next: last } : {}) };
    },

    async put(id, { record, stamp, expires }, over) {
      const Item = {
        id: { S: id },
        stamp: { S: stamp },
        record: { S: JSON.stringify(record) },
        ...(expires === undefined ? {} : { expires: { N: String(expires) } }),
      };
      const condition =
        over === undefined
          ? { ConditionExpression: 'attribute_not_exists(stamp)' }
          : { ConditionExpression: 'stamp = :over', ExpressionAttributeValues: { ':over': { S: over } } };
      try {
        await call('PutItem', { Item, ...condition });
        return true;
      } catch (error) {
        if (error instanceof ServiceError && error.name === CONDITION_FAILED) return false;
        throw error;
      }
    },
  };
}

/** @returns `undefined` for what is not as it was written */
function itemOf(attributes: unknown): Item | undefined {
  const [text, stamp] = [field(field(attributes, 'record'), 'S'), field(field(attributes, 'stamp'), 'S')];
  const record = typeof text === 'string' ? parsed(text) : undefined;
  return record !== undefined && typeof stamp === 'string' ? { record, stamp } : undefined;
}

/** A proxy's answer may be anything, and so may what somebody has written into the table. */
function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
