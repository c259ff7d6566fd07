import { A, B, byHand, C, D, deploy, faults, inLag, L1, L2, live } from './lives';
import { CONNECTIONS } from './scenarios';
import type { Weather } from './weather';

/** Lives in a LAG without a free slot that once ended wrong. */

test.each([true, false])(
  'an exchange in a full LAG that a sibling stops goes back (CloudFormation waits: %s)',
  async waitForInFlight => {
    const { status, lagOf } = await live(
      [deploy({ M1: inLag(A, L1) }), deploy({ M1: inLag(B, L1) }, { fails: true })],
      { [A]: L1 },
      { crowds: [3], waitForInFlight },
    );
    expect({ status, places: [lagOf(A), lagOf(B)] }).toEqual({
      status: 'UPDATE_ROLLBACK_COMPLETE',
      places: [L1, undefined],
    });
  },
);

test('a move into the last slot is not undone by its own second delivery', async () => {
  const { status, lagOf } = await live(
    [
      deploy({ M1: inLag(A, L1) }),
      deploy({ M1: inLag(A, L2) }, { weather: { faults: [], deliveries: [{ delay: 0, again: 0 }] } }),
    ],
    {},
    { crowds: [0, 3] },
  );
  expect({ status, lag: lagOf(A) }).toEqual({ status: 'UPDATE_COMPLETE', lag: L2 });
});

test('an exchange in a full LAG whose link is slower than the wait is undone, though it is delivered twice', async () => {
  const slow = { waitForAvailable: 30 };
  const { status, lagOf } = await live(
    [
      deploy({ M1: inLag(A, L1, slow) }),
      deploy({ M1: inLag(B, L1, slow) }, { weather: { faults: [], deliveries: [{ delay: 0, again: 1 }] } }),
    ],
    { [A]: L1 },
    { crowds: [3], transition: 45_000 },
  );
  expect({ status, places: [lagOf(A), lagOf(B)] }).toEqual({
    status: 'UPDATE_ROLLBACK_COMPLETE',
    places: [L1, undefined],
  });
});

test('a connection that was moved out of a full LAG goes back, though a sibling has taken its slot', async () => {
  const { status, lagOf } = await live(
    [
      deploy(
        { M1: inLag(A, L1, { allowMove: true }), M2: inLag(B, L2) },
        { fails: true, last: true, weather: { faults: [], deliveries: [{ delay: 0 }, { delay: 30 }] } },
      ),
    ],
    { [A]: L2 },
    { crowds: [0, 3] },
  );
  expect({ status, places: [lagOf(A), lagOf(B)] }).toEqual({ status: 'ROLLBACK_COMPLETE', places: [L2, undefined] });
});

test('a connection that one sibling has taken goes back, though another has taken its slot then', async () => {
  const before = { M1: inLag(A, L1) };
  const after = { M1: inLag(D, L1), M2: inLag(A, L2, { allowMove: true }), M3: inLag(B, L1) };
  const late: Weather = { faults: [], deliveries: [{ delay: 30 }, { delay: 0 }, { delay: 5 }] };
  const { status, lagOf } = await live(
    [deploy(before), deploy(after, { fails: true, weather: late })],
    { [A]: L1 },
    { crowds: [3] },
  );
  expect({ status, places: [lagOf(A), lagOf(B), lagOf(D)] }).toEqual({
    status: 'UPDATE_ROLLBACK_COMPLETE',
    places: [L1, undefined, undefined],
  });
});

test('connections that exchange their LAGs, one of them full, go back, whichever is first', async () => {
  const { status, lagOf } = await live(
    [
      deploy({ M1: inLag(A, L1), M2: inLag(B, L2) }, { chained: true }),
      deploy({ M1: inLag(A, L2), M2: inLag(B, L1) }, { chained: true, fails: true, last: true }),
    ],
    { [A]: L1, [B]: L2 },
    { crowds: [3] },
  );
  expect({ status, places: [lagOf(A), lagOf(B)] }).toEqual({ status: 'UPDATE_ROLLBACK_COMPLETE', places: [L1, L2] });
});

describe('in a full LAG, a connection that passes from one membership to another, which follows', () => {
  const before = { M1: inLag(A, L1), M2: inLag(B, L1) };
  const after = { M1: inLag(C, L1), M2: inLag(A, L1) };
  const full = { crowds: [2] };
  const chained = { chained: true };

  test('is not interrupted: the connection that leaves makes room', async () => {
    const { status, lagOf, interruptions } = await live([deploy(before), deploy(after, chained)], { [A]: L1 }, full);
    expect({ status, places: [A, B, C].map(lagOf) }).toEqual({
      status: 'UPDATE_COMPLETE',
      places: [L1, undefined, L1],
    });
    expect([A, B, C].map(interruptions)).toEqual([0, 2, 1]);
  });

  test.each([
    ['after both', true, 3, 2],
    ['before the second has begun', false, 3, 0],
  ])('is not interrupted by a rollback either (%s)', async (_, last, ofOld, ofNew) => {
    const { status, lagOf, interruptions } = await live(
      [deploy(before), deploy(after, { chained: true, last, fails: true })],
      { [A]: L1 },
      full,
    );
    expect({ status, places: [A, B, C].map(lagOf) }).toEqual({
      status: 'UPDATE_ROLLBACK_COMPLETE',
      places: [L1, L1, undefined],
    });
    expect([A, B, C].map(interruptions)).toEqual([0, ofOld, ofNew]);
  });

  test('is not interrupted where the new one is refused, and the one that made room is back', async () => {
    const { status, lagOf, interruptions } = await live(
      [
        deploy(before),
        { action: 'link dies', connection: CONNECTIONS.indexOf(C) },
        deploy({ M1: inLag(C, L1, { waitForAvailable: 30 }), M2: inLag(A, L1) }, chained),
      ],
      { [A]: L1 },
      full,
    );
    expect({ status, places: [A, B, C].map(lagOf) }).toEqual({
      status: 'UPDATE_ROLLBACK_COMPLETE',
      places: [L1, L1, undefined],
    });
    // The link of the new one was not up.
    expect([A, B, C].map(interruptions)).toEqual([0, 3, 0]);
  });
});

test('what a person has taken out before the operation stays out in a rollback, where its slot is taken', async () => {
  const { status, lagOf } = await live(
    [
      deploy({ M1: inLag(A, L1), M2: inLag(B, L2) }),
      { action: 'by hand', ...byHand('disassociate', A) },
      deploy(
        { M1: inLag(A, L1, { allowMove: true }), M2: inLag(B, L2), M3: inLag(C, L1, { retain: true }) },
        { fails: true, weather: { faults: [], deliveries: [{ delay: 30 }] } },
      ),
    ],
    { [A]: L1 },
    { crowds: [3] },
  );
  expect({ status, places: [lagOf(A), lagOf(C)] }).toEqual({
    status: 'UPDATE_ROLLBACK_COMPLETE',
    places: [undefined, L1],
  });
});

test('a rollback takes no slot from a sibling that took it when a person had freed it', async () => {
  const retained = { M1: inLag(A, L1, { retain: true }) };
  const { status, lagOf } = await live(
    [
      deploy(retained),
      deploy({ M1: inLag(A, L2, { retain: true }) }, { fails: true, last: true }),
      { action: 'by hand', ...byHand('disassociate', A) },
      deploy({ ...retained, M2: inLag(B, L1) }),
      deploy({ M1: inLag(C, L1, { retain: true }), M2: inLag(B, L1) }, { fails: true }),
    ],
    { [A]: L1 },
    { crowds: [3] },
  );
  expect({ status, places: [lagOf(A), lagOf(B)] }).toEqual({
    status: 'UPDATE_ROLLBACK_COMPLETE',
    places: [undefined, L1],
  });
});

test('an Update that goes on while its deployment is cancelled takes no member of a sibling out of a full LAG', async () => {
  const { status, lagOf, interruptions } = await live(
    [
      deploy({ M1: inLag(A, L1), M2: inLag(B, L2) }),
      deploy(
        { M1: inLag(A, L2), M2: inLag(C, L2) },
        { chained: true, cancelAfter: 0.5, weather: faults('lost answer after applying', 'server exception') },
      ),
    ],
    {},
    { crowds: [0, 3], waitForInFlight: true },
  );
  expect({ status, places: [A, B].map(lagOf) }).toEqual({ status: 'UPDATE_ROLLBACK_COMPLETE', places: [L1, L2] });
  expect(interruptions(B)).toBe(1);
});

test('what a clean-up could not take out, and CloudFormation has given up, keeps its slot in a rollback', async () => {
  const { status, lagOf, interruptions } = await live(
    [
      deploy({ M1: inLag(A, L1), M2: inLag(D, L1) }),
      { action: 'link dies', connection: CONNECTIONS.indexOf(B) },
      // What is true of the new connection is no help for the old one.
      deploy({ M1: inLag(B, L1, { lowerMinimumLinks: true }), M2: inLag(D, L1) }),
      deploy({ M1: inLag(B, L2), M2: inLag(D, L1), M3: inLag(C, L1) }, { chained: true, fails: true, last: true }),
    ],
    { [A]: L1, [D]: L1 },
    { crowds: [1], minimums: [3], transition: 45_000 },
  );
  expect({ status, places: [A, B, C].map(lagOf) }).toEqual({
    status: 'UPDATE_ROLLBACK_COMPLETE',
    places: [L1, L1, undefined],
  });
  expect(interruptions(A)).toBe(0);
});

test.each([
  ['at once', []],
  ['late', [{ delay: 0 }, { delay: 4_000 }]],
  ['after the other', [{ delay: 0 }, { delay: 0 }, { delay: 4_000 }]],
])(
  'an exchange goes back, though its new connection has passed to a renamed membership since (the clean-up comes %s)',
  async (_, deliveries) => {
    const stay = { fails: true, onFailure: 'stay' as const };
    const { status, lagOf } = await live(
      [
        deploy({ M1: inLag(A, L1) }),
        deploy({ M1: inLag(B, L1) }, { ...stay, last: true }),
        deploy({ M2: inLag(B, L1) }, { ...stay, last: true }),
        deploy({}, { weather: { faults: [], deliveries } }),
      ],
      {},
      { crowds: [3] },
    );
    expect({ status, places: [A, B].map(lagOf) }).toEqual({
      status: 'UPDATE_ROLLBACK_COMPLETE',
      places: [L1, undefined],
    });
  },
);

test('a membership does not take a connection again that another one has taken from it: a rollback is not fought', async () => {
  const { status, lagOf, interruptions } = await live(
    [
      deploy({ M1: inLag(D, L1) }),
      deploy({ M1: inLag(B, L1), M2: inLag(A, L1), M3: inLag(D, L2, { allowMove: true, retain: true }) }),
    ],
    {},
    { crowds: [3], transition: 45_000 },
  );
  expect({ status, place: lagOf(D) }).toEqual({ status: 'UPDATE_ROLLBACK_COMPLETE', place: L1 });
  // Into L1, to L2 by the deployment, and back by its rollback.
  expect(interruptions(D)).toBe(3);
});

test('a retained connection that a rollback has taken out, and that comes again, makes room in the next rollback', async () => {
  const exchange = { M1: inLag(C, L1, { retain: true }) };
  const { status, lagOf } = await live(
    [
      deploy({ M1: inLag(A, L1) }),
      deploy(exchange, { fails: true, last: true, chained: true }),
      deploy(exchange, { fails: true, last: true, chained: true }),
    ],
    {},
    { crowds: [3] },
  );
  expect({ status, places: [A, C].map(lagOf) }).toEqual({
    status: 'UPDATE_ROLLBACK_COMPLETE',
    places: [L1, undefined],
  });
});
