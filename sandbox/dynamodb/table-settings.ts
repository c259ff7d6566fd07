import type { JsonObject } from '../cloudformation/json';
import { validationError } from './errors';
import { type Input, isInput } from './operations';

/** What dynalite does not know of a table. */
export interface TableSettings {
  deletionProtection: boolean;
  timeToLive: TimeToLive;
}

export interface TimeToLive {
  /** Of the attribute with the time of an item's expiry; none where Time to Live is disabled. Nothing expires here. */
  readonly attribute?: string;
  /** Milliseconds since 1970; none where it never was changed. */
  readonly changed?: number;
}

/** Milliseconds. Source: DynamoDB API Reference, UpdateTimeToLive: another call within an hour fails. */
const interval = 3_600_000;

export type TimeToLiveSpecification = { readonly AttributeName: string; readonly Enabled: boolean };

/** @throws {AwsError} ValidationException */
export function timeToLiveSpecification({ TimeToLiveSpecification: given }: Input): TimeToLiveSpecification {
  const { AttributeName, Enabled } = isInput(given) ? given : {};
  if (typeof AttributeName === 'string' && AttributeName !== '' && typeof Enabled === 'boolean') {
    return { AttributeName, Enabled };
  }
  throw validationError('TimeToLiveSpecification must have AttributeName, a text, and Enabled, true or false');
}

/**
 * What UpdateTimeToLive makes of a table.
 *
 * @throws {AwsError} ValidationException, in texts that DynamoDB is reported to give
 */
export function changedTimeToLive(
  { attribute: current, changed }: TimeToLive,
  { AttributeName: attribute, Enabled: enabled }: TimeToLiveSpecification,
  now: number,
): TimeToLive {
  if (current !== undefined && current !== attribute) {
    throw validationError(`TimeToLive is active on a different AttributeName: current AttributeName is ${current}`);
  }
  if (enabled === (current !== undefined)) {
    throw validationError(`TimeToLive is already ${enabled ? 'enabled' : 'disabled'}`);
  }
  if (changed !== undefined && now - changed < interval) {
    throw validationError('Time to live has been modified multiple times within a fixed interval');
  }
  return enabled ? { attribute, changed: now } : { changed: now };
}

export const timeToLiveDescription = ({ attribute }: TimeToLive): JsonObject => ({
  TimeToLiveDescription:
    attribute === undefined
      ? { TimeToLiveStatus: 'DISABLED' }
      : { TimeToLiveStatus: 'ENABLED', AttributeName: attribute },
});
