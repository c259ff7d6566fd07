import type { ConnectionRecord } from '../../lambda/record/record';
import type { Concern, Event } from '../../lambda/record/transitions';
import { A, ID, OWNER } from './view';

export const EMPTY: ConnectionRecord = { claims: [] };

/** When the events of these tests were sent: whole seconds since 1970-01-01T00:00Z. */
export const SENT = Date.UTC(2026, 0, 1) / 1000;

/** An event of one membership, sent so many seconds after {@link SENT}, and here half a second later. */
export const event = (requestId: string, seconds = 0, fields: Partial<Event> = {}): Event => ({
  ...OWNER,
  requestId,
  requestType: 'Update',
  sentAt: SENT + seconds,
  arrivedAt: (SENT + seconds) * 1000 + 500,
  timeout: 3600,
  ...fields,
});

/** What a Create or an Update wants, and what CloudFormation believes of it where it knows of it. */
export const goal: Concern = { connectionId: ID, as: 'goal', lagId: A };
export const known = { physicalId: ID, lagId: A };

/** Matches the place of a standalone connection: `{}` would match that of any. */
export const STANDALONE: object = expect.not.objectContaining({ lagId: expect.anything() });
