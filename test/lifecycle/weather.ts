/** What can go wrong with one call of the handler. */
export const FAULTS = [
  'none',
  'server exception',
  'server exception after applying',
  'lost answer',
  'lost answer after applying',
  'throttled',
  'transitioning',
  'denied',
  'killed',
  'killed after applying',
] as const;
export type Fault = (typeof FAULTS)[number];

/** How Lambda delivers one event. */
export interface Delivery {
  /** Seconds until it comes. */
  readonly delay: number;
  /** Seconds after its first coming until the same event comes once more; absent: it does not. */
  readonly again?: number | undefined;
}

/** What happens to the calls and events of one deployment, in their order; where a list ends, nothing more happens. */
export interface Weather {
  readonly faults: readonly Fault[];
  readonly deliveries: readonly Delivery[];
}

export const CALM: Weather = { faults: [], deliveries: [] };

/** What the handler's call rejects with. */
export function thrownFor(fault: Fault): Error {
  const named = (name: string, message: string) => Object.assign(new Error(message), { name });
  if (fault.startsWith('server exception')) return named('DirectConnectServerException', 'A server-side error.');
  if (fault.startsWith('lost answer')) return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
  if (fault === 'throttled') return named('ThrottlingException', 'Rate exceeded');
  if (fault === 'denied') return named('AccessDeniedException', 'Not yet.');
  return named('DirectConnectClientException', 'Connection x is in a transitioning state.');
}
