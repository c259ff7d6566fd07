import type { Claim, ConnectionRecord, EventMark } from './record';

type Shape = { readonly [field: string]: (value: unknown) => boolean };

/**
 * Reads what the table holds.
 *
 * @throws an Error where it is no record: somebody has written there
 */
export function parseRecord(value: unknown): ConnectionRecord {
  if (isConnectionRecord(value)) return value;
  throw new Error('The item is no record of a connection: somebody has changed it. Delete the item, and try again.');
}

function isConnectionRecord(value: unknown): value is ConnectionRecord {
  return isRecordOf(value, {
    claims: claims => Array.isArray(claims) && claims.every(isClaim),
    writing: writing => writing === undefined || isRecordOf(writing, { by: isText, until: isNumber, to: isPlace }),
    wrote: wrote => wrote === undefined || isRecordOf(wrote, { to: isPlace, at: isNumber }),
  });
}

const isOptionalText = (value: unknown) => value === undefined || isText(value);
const isOptionalFlag = (value: unknown) => value === undefined || typeof value === 'boolean';
const isNumber = (value: unknown) => typeof value === 'number';
const isPlace = (value: unknown) => isRecordOf(value, { lagId: isOptionalText });
const isMove = (value: unknown) =>
  isRecordOf(value, { by: isText, at: isNumber, from: isPlace, wasUp: isOptionalFlag });
const isTexts = (value: unknown) => Array.isArray(value) && value.every(isText);

function isClaim(value: unknown): value is Claim {
  return isRecordOf(value, {
    stackId: isText,
    logicalId: isText,
    event: isEventMark,
    wantedBy: isOptionalText,
    before: isTexts,
    since: isNumber,
    lagId: isOptionalText,
    physicalId: isOptionalText,
    found: found => found === undefined || isPlace(found),
    moves: moves => Array.isArray(moves) && moves.every(isMove),
    places: isTexts,
    replacement: isOptionalText,
    givenUp: isOptionalFlag,
    retained: isOptionalFlag,
    gone: gone => gone === undefined || isNumber(gone),
  });
}

function isEventMark(value: unknown): value is EventMark {
  return isRecordOf(value, {
    requestId: isText,
    requestType: isText,
    sentAt: sentAt => sentAt === undefined || isNumber(sentAt),
    byTheWay: isOptionalFlag,
    outcome: outcome => outcome === undefined || outcome === 'done' || outcome === 'failed',
  });
}

/** Fields that a later release has added do no harm. */
function isRecordOf(value: unknown, shape: Shape): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(shape).every(([field, is]) => is(Reflect.get(value, field)));
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
