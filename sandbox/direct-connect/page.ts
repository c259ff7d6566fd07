import * as errors from './errors';

/** At most so many results in an answer, whatever `maxResults` asks for. Source: the API reference. */
const LARGEST_PAGE = 100;

/**
 * One page of a list. Without `maxResults` and `nextToken` the whole list, which is what clients older than the
 * API's pagination rely on; how AWS answers them beyond 100 results is unknown.
 */
export function page<T>(
  items: readonly T[],
  { maxResults, nextToken }: { maxResults?: number; nextToken?: string },
): { items: T[]; nextToken?: string } {
  if (maxResults !== undefined && maxResults < 1) throw errors.badMember('maxResults', maxResults, 'at least 1');
  const start = nextToken === undefined ? 0 : position(nextToken);
  const everything = nextToken === undefined ? items.length : LARGEST_PAGE;
  const end = start + (maxResults === undefined ? everything : Math.min(maxResults, LARGEST_PAGE));
  return {
    items: items.slice(start, end),
    ...(end < items.length ? { nextToken: Buffer.from(`after ${end}`).toString('base64') } : {}),
  };
}

function position(token: string): number {
  const digits = /^after ([0-9]{1,9})$/.exec(Buffer.from(token, 'base64').toString())?.[1];
  if (digits === undefined) throw errors.badMember('nextToken', token, 'a token from an earlier answer');
  return Number(digits);
}
