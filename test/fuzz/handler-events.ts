import fc from 'fast-check';
import type { Target } from '../../sandbox/fuzz/target';
import { handling } from '../support/handling';
import { A, B, CONNECTION } from '../support/network';
import { base, type Event, writes } from '../support/settling';

const property = fc.oneof(
  fc.constantFrom(CONNECTION, A, B, 'true', 'eu-central-1', 'frankfurt', { toString: 'x' }, ['x'], 3, null),
  fc.anything({ maxDepth: 3 }),
);
const properties = fc.dictionary(
  fc.oneof(fc.constantFrom('ConnectionId', 'LagId', 'AllowMove', 'Region', 'Members', 'WaitForAvailable'), fc.string()),
  property,
  { maxKeys: 8, noNullPrototype: true },
);
/** As it comes over the wire. */
const events: fc.Arbitrary<Event> = fc
  .record({
    ...Object.fromEntries(Object.entries(base).map(([name, value]) => [name, fc.constant(value)])),
    RequestId: fc.uuid(),
    RequestType: fc.constantFrom('Create', 'Update', 'Delete'),
    PhysicalResourceId: fc.oneof(fc.constantFrom(CONNECTION, `${CONNECTION}/adopted`, 'M-not-created'), fc.string()),
    ResourceProperties: properties,
    OldResourceProperties: properties,
  })
  .map(event => JSON.parse(JSON.stringify(event, (_, value) => (typeof value === 'bigint' ? String(value) : value))));

/** Forged events, whatever properties they have: each is answered once, nothing is written for it, and its URL is nowhere. */
export const handlerEventTarget: Target = {
  name: 'handler events',
  property: count =>
    fc.asyncProperty(events, async event => {
      count(1);
      const { service, puts, log } = await handling({ ...event, ResponseURL: 'https://responses/secret' });
      if (puts.length !== 1) throw new Error(`It is answered ${puts.length} times`);
      if (writes(service).length > 0) throw new Error(`It writes ${writes(service).join(', ')}`);
      if ((log + puts.join('')).includes('https://responses/secret')) throw new Error('The response URL can be read');
    }),
};
