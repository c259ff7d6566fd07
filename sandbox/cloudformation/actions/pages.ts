import { optionalText, type QueryInput } from '../input';
import { isArray } from '../json';
import type { Json } from '../resource-type';
import { validationError } from '../validation-error';

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Absent on the last page. */
  readonly nextToken: string | undefined;
}

export interface PageOptions<Item> {
  /** What the list is one of, so that a token of another list is refused. */
  readonly list: string;
  /** What tells an item from the others, also when some have come or gone by the next page. */
  readonly key: (item: Item) => string;
  /** Bytes that an item takes in the answer. @default none: only the number of items counts */
  readonly bytes?: (item: Item) => number;
}

/** Items a page. Source: the API reference of each action; for ListStackResources and DescribeStacks, reports. */
const itemsPerPage = 100;
/** Source: the API reference of DescribeStackEvents. */
const bytesPerPage = 1_048_576;

/** @throws AwsError ValidationError for a NextToken that no page of this list has given */
export function page<Item>(
  items: readonly Item[],
  input: QueryInput,
  { list, key, bytes = () => 0 }: PageOptions<Item>,
): Page<Item> {
  const token = optionalText(input, 'NextToken');
  const start = token === undefined ? 0 : positionAfter(token, items, list, key);
  const taken: Item[] = [];
  let size = 0;
  for (const item of items.slice(start, start + itemsPerPage)) {
    size += bytes(item);
    if (taken.length > 0 && size > bytesPerPage) break;
    taken.push(item);
  }
  const last = taken.at(-1);
  const end = start + taken.length;
  return {
    items: taken,
    nextToken: last === undefined || end >= items.length ? undefined : tokenOf(list, end, key(last)),
  };
}

/** Refuses a NextToken where there is always one page. */
export function onlyPage(input: QueryInput): void {
  if (optionalText(input, 'NextToken') !== undefined) throw badToken();
}

const tokenOf = (list: string, end: number, lastKey: string): string =>
  Buffer.from(JSON.stringify([list, end, lastKey])).toString('base64url');

function positionAfter<Item>(token: string, items: readonly Item[], list: string, key: (item: Item) => string): number {
  const parsed = parse(token);
  if (!isArray(parsed)) throw badToken();
  const [ofList, end, lastKey] = parsed;
  if (ofList !== list || typeof end !== 'number') throw badToken();
  const last = items.findIndex(item => key(item) === lastKey);
  // What is gone by now has no place any more: then the list goes on where it stood.
  return last >= 0 ? last + 1 : end;
}

function parse(token: string): Json | undefined {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    return undefined;
  }
}

// AWS's text is not known.
const badToken = (): Error => validationError('The NextToken is not one that this list has given.');
