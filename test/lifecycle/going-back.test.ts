import { A, B, byHand, C, D, DESTROY, deploy, faults, inLag, L1, L2, L3, live } from './lives';
import { type Action, CONNECTIONS, LAGS, type Scenario } from './scenarios';
import { CALM } from './weather';

/** Lives that once ended wrong: most were found by a check that was written apart, or by the search. */

test('a move whose link is slower than the wait is undone once, and its rollback has nothing to do', async () => {
  const slow = { waitForAvailable: 30 };
  const { status, lagOf, interruptions } = await live(
    [deploy({ M1: inLag(A, L1, slow) }), deploy({ M1: inLag(A, L2, slow) })],
    { [A]: L1 },
    { transition: 45_000 },
  );
  expect({ status, lag: lagOf(A), interruptions: interruptions(A) }).toEqual({
    status: 'UPDATE_ROLLBACK_COMPLETE',
    lag: L1,
    interruptions: 4,
  });
});

test('a rollback does not wait for a link that has died', async () => {
  const waiting = { waitForAvailable: 30 };
  const { status, lagOf } = await live([
    deploy({ M1: inLag(A, L1, waiting) }),
    { action: 'link dies', connection: CONNECTIONS.indexOf(A) },
    { action: 'link dies', connection: CONNECTIONS.indexOf(B) },
    deploy({ M1: inLag(B, L1, waiting) }),
  ]);
  expect({ status, places: [lagOf(A), lagOf(B)] }).toEqual({
    status: 'UPDATE_ROLLBACK_COMPLETE',
    places: [L1, undefined],
  });
});

test('a connection that a rollback left in its LAG, because it is retained, is left there by the next rollback', async () => {
  const retained = { M1: inLag(B, L1, { retain: true }) };
  const { status, lagOf, interruptions } = await live([
    deploy({ M1: inLag(A, L1) }),
    deploy(retained, { fails: true, last: true }),
    deploy({ M1: inLag(B, L1) }, { fails: true, last: true }),
  ]);
  expect({ status, places: [lagOf(A), lagOf(B)] }).toEqual({ status: 'UPDATE_ROLLBACK_COMPLETE', places: [L1, L1] });
  expect(interruptions(B)).toBe(1);
});

test('what a swap has retained is not taken out by the swaps after it', async () => {
  const keep = { retain: true };
  const { status, lagOf } = await live([
    deploy({ M1: inLag(A, L1, keep) }),
    deploy({ M1: inLag(B, L1, keep) }),
    deploy({ M1: inLag(C, L1, keep) }),
    deploy({ M1: inLag(A, L1, keep) }),
    deploy({ M1: inLag(D, L1, keep) }),
  ]);
  expect({ status, places: [A, B, C, D].map(lagOf) }).toEqual({ status: 'UPDATE_COMPLETE', places: [L1, L1, L1, L1] });
});

test('what a clean-up has left in its LAG, because its Deletes came too late, is left there by a rollback', async () => {
  const late = { faults: [], deliveries: [{ delay: 0 }, { delay: 4_000 }, { delay: 4_000 }, { delay: 4_000 }] };
  const { status, lagOf, interruptions } = await live([
    deploy({ M1: inLag(A, L1) }),
    deploy({ M1: inLag(B, L1) }, { weather: late }),
    deploy({ M1: inLag(A, L1) }, { fails: true, last: true }),
  ]);
  expect({ status, places: [lagOf(A), lagOf(B)] }).toEqual({ status: 'UPDATE_ROLLBACK_COMPLETE', places: [L1, L1] });
  expect(interruptions(A)).toBe(1);
});

test('what two memberships have found in a LAG is left there by a rollback that takes both back', async () => {
  const { status, lagOf } = await live(
    [
      deploy({ M1: inLag(B, L2) }),
      deploy({ M1: inLag(A, L1) }, { fails: true, last: true, onFailure: 'stay' }),
      deploy({ M2: inLag(A, L1) }, { fails: true, last: true, onFailure: 'stay' }),
      deploy({}),
    ],
    { [A]: L1 },
  );
  expect({ status, places: [A, B].map(lagOf) }).toEqual({ status: 'UPDATE_ROLLBACK_COMPLETE', places: [L1, L2] });
});

test('what a clean-up could not take out is not taken out by the rollback of an Update that never came', async () => {
  const { status, lagOf } = await live(
    [
      deploy({ M1: inLag(A, L1) }),
      // What is true of the new connection is no help for the old one.
      deploy({ M1: inLag(B, L1, { lowerMinimumLinks: true }) }),
      deploy({ M1: inLag(A, L1), M2: inLag(C, L1) }, { weather: { faults: [], deliveries: [{ delay: 4_000 }] } }),
    ],
    {},
    { minimums: [2] },
  );
  expect({ status, places: [A, B].map(lagOf) }).toEqual({ status: 'UPDATE_ROLLBACK_COMPLETE', places: [L1, L1] });
});

test('a destroy puts nothing back into a LAG in which another membership, which goes too, had put it', async () => {
  const { status, lagOf } = await live(
    [
      deploy({ M1: inLag(A, L2) }),
      deploy(
        { M1: inLag(B, L2), M2: inLag(A, L1, { allowMove: true }) },
        { chained: true, cancelAfter: 5, weather: CALM },
      ),
      DESTROY,
    ],
    {},
    { minimums: [1], waitForInFlight: true, transition: 45_000 },
  );
  expect({ status, places: [lagOf(A), lagOf(B)] }).toEqual({ status: undefined, places: [undefined, undefined] });
});

describe('a membership that was retained and is declared again', () => {
  const retained = [deploy({ M1: inLag(A, L1, { retain: true }), M2: inLag(B, L2) }), deploy({ M2: inLag(B, L2) })];

  test('for another LAG is refused, and its Delete takes nothing apart', async () => {
    const { status, lagOf, interruptions } = await live([...retained, deploy({ M1: inLag(A, L2), M2: inLag(B, L2) })]);
    expect({ status, lag: lagOf(A), interruptions: interruptions(A) }).toEqual({
      status: 'UPDATE_ROLLBACK_COMPLETE',
      lag: L1,
      interruptions: 1,
    });
  });

  test('for the same LAG is adopted, and a rollback leaves it', async () => {
    const { status, lagOf, interruptions } = await live([
      ...retained,
      deploy({ M1: inLag(A, L1), M2: inLag(B, L2) }, { fails: true }),
    ]);
    expect({ status, lag: lagOf(A), interruptions: interruptions(A) }).toEqual({
      status: 'UPDATE_ROLLBACK_COMPLETE',
      lag: L1,
      interruptions: 1,
    });
  });
});

test('two memberships that exchange their connections go back to them', async () => {
  const move = { allowMove: true };
  const { status, lagOf } = await live([
    deploy({ M1: inLag(A, L1), M2: inLag(B, L2) }),
    deploy({ M1: inLag(B, L1, move), M2: inLag(A, L2, move) }, { fails: true, last: true }),
  ]);
  expect({ status, places: [lagOf(A), lagOf(B)] }).toEqual({ status: 'UPDATE_ROLLBACK_COMPLETE', places: [L1, L2] });
});

describe('without the table', () => {
  test('an exchange is refused and rolled back', async () => {
    const { status, lagOf } = await live([
      deploy({ M1: inLag(A, L1) }),
      { action: 'delete the table' },
      deploy({ M1: inLag(B, L1) }),
    ]);
    expect({ status, places: [lagOf(A), lagOf(B)] }).toEqual({
      status: 'UPDATE_ROLLBACK_COMPLETE',
      places: [L1, undefined],
    });
  });

  test('a connection does not pass from one membership to another: nobody could tell the Delete of the first', async () => {
    const { status, lagOf } = await live([
      deploy({ M1: inLag(A, L1), M2: inLag(B, L1) }),
      { action: 'delete the table' },
      deploy({ M2: inLag(A, L1) }),
    ]);
    expect({ status, places: [lagOf(A), lagOf(B)] }).toEqual({ status: 'UPDATE_ROLLBACK_COMPLETE', places: [L1, L1] });
  });

  test('a removal takes the connection out', async () => {
    const { status, lagOf } = await live([deploy({ M1: inLag(A, L1) }), { action: 'delete the table' }, deploy({})]);
    expect({ status, lag: lagOf(A) }).toEqual({ status: 'UPDATE_COMPLETE', lag: undefined });
  });
});

test('a delivery that sees the link come up does not answer while another one of the same event undoes the move', async () => {
  const { status, lagOf } = await live(
    [
      deploy({ M1: inLag(A, L2) }),
      deploy(
        { M1: inLag(A, L1, { waitForAvailable: 40 }) },
        { weather: { faults: [], deliveries: [{ delay: 0, again: 20 }] } },
      ),
    ],
    {},
    { transition: 45_000 },
  );
  expect({ status, lag: lagOf(A) }).toEqual({ status: 'UPDATE_ROLLBACK_COMPLETE', lag: L2 });
});

test('where a person has put a connection, a deployment is refused and its rollback leaves it alone', async () => {
  const { status, lagOf, interruptions } = await live([
    deploy({ M1: inLag(A, L1) }),
    { action: 'by hand', ...byHand('associate', A, L3) },
    deploy({ M1: inLag(A, L1, { lowerMinimumLinks: true }) }),
  ]);
  expect({ status, lag: lagOf(A), interruptions: interruptions(A) }).toEqual({
    status: 'UPDATE_ROLLBACK_COMPLETE',
    lag: L3,
    interruptions: 2,
  });
});

test('what a cancelled update has put in goes with the stack, though its rollback failed', async () => {
  const { status, lagOf } = await live([
    deploy({ M1: inLag(A, L1) }),
    deploy(
      { M1: inLag(B, L1) },
      { fails: true, weather: { faults: [], deliveries: [{ delay: 0 }, { delay: 4_000 }] } },
    ),
    DESTROY,
  ]);
  expect({ status, places: [lagOf(A), lagOf(B)] }).toEqual({ status: undefined, places: [undefined, undefined] });
});

test('a move and a move back that both failed without rollback leave nothing for the deletion to do', async () => {
  const { status, lagOf, interruptions } = await live(
    [
      deploy({ M1: inLag(A, L2, { allowMove: true }) }, { fails: true, last: true, onFailure: 'stay' }),
      deploy({ M1: inLag(A, L1) }, { fails: true, last: true, onFailure: 'stay' }),
      DESTROY,
    ],
    { [A]: L1 },
  );
  expect({ status, lag: lagOf(A) }).toEqual({ status: undefined, lag: L1 });
  expect(interruptions(A)).toBeLessThanOrEqual(3);
});

test('a connection that a person moves while an association hangs goes back to where that person put it', async () => {
  const { status, lagOf } = await live(
    [
      deploy(
        { M1: inLag(A, L1, { allowMove: true }) },
        {
          fails: true,
          last: true,
          // Two calls of the record, two looks, another call of the record, and the association.
          weather: faults('none', 'none', 'none', 'none', 'none', 'killed'),
          hand: { after: 20, ...byHand('associate', A, L3) },
        },
      ),
    ],
    { [A]: L2 },
  );
  expect({ status, lag: lagOf(A) }).toEqual({ status: 'ROLLBACK_COMPLETE', lag: L3 });
});

test('a connection that a person takes out while its link is waited for is answered for in time', async () => {
  const { status, lagOf } = await live([
    { action: 'link dies', connection: CONNECTIONS.indexOf(A) },
    deploy({ M1: inLag(A, L1, { waitForAvailable: 120 }) }, { hand: { after: 10, ...byHand('disassociate', A) } }),
  ]);
  // The search's own limit on the time of an answer holds here too.
  expect({ status, lag: lagOf(A) }).toEqual({ status: 'ROLLBACK_COMPLETE', lag: undefined });
});

describe('a connection that was found in its LAG stays there', () => {
  const fails = { fails: true, last: true };

  test.each<[string, readonly Action[], Partial<Scenario>]>([
    ['where the creation fails and is rolled back', [deploy({ M1: inLag(A, L1) }, fails)], {}],
    [
      'where the creation fails and the stack is deleted for it',
      [deploy({ M1: inLag(A, L1) }, { ...fails, onFailure: 'delete' })],
      {},
    ],
    [
      'where the creation fails without rollback, and the stack is deleted then',
      [deploy({ M1: inLag(A, L1) }, { ...fails, onFailure: 'stay' }), DESTROY],
      {},
    ],
    [
      'where the creation fails without rollback, and is rolled back then',
      [deploy({ M1: inLag(A, L1) }, { ...fails, onFailure: 'stay' }), deploy({ M1: inLag(A, L1) })],
      {},
    ],
    ['in a nested stack that its parent rolls back', [deploy({ M1: inLag(A, L1) }, fails)], { nested: true }],
    [
      'in a nested stack that goes with its parent, which never completed',
      [deploy({ M1: inLag(A, L1) }, { ...fails, onFailure: 'stay' }), DESTROY],
      { nested: true },
    ],
    [
      'where an update without rollback brought it, which a later one takes back',
      [
        deploy({ M2: inLag(B, L2) }),
        deploy({ M1: inLag(A, L1), M2: inLag(B, L2) }, { ...fails, onFailure: 'stay' }),
        deploy({ M2: inLag(B, L2) }, { onFailure: 'stay' }),
      ],
      {},
    ],
  ])('%s', async (_, actions, circumstances) => {
    const { lagOf, interruptions } = await live(actions, { [A]: L1 }, circumstances);
    expect({ lag: lagOf(A), interruptions: interruptions(A) }).toEqual({ lag: L1, interruptions: 0 });
  });

  test('until an operation has completed with it: then it goes with the stack', async () => {
    const { lagOf } = await live([deploy({ M1: inLag(A, L1) }), DESTROY], { [A]: L1 });
    expect(lagOf(A)).toBeUndefined();
  });
});

/** Of the connections and LAGs, which have a virtual interface. */
const carriedBy = (...ids: string[]) => ({ carriers: ids.map(id => [...CONNECTIONS, ...LAGS].indexOf(id)) });

test('what is undone after a crash stays in its LAG where its interface has moved with it and its link is up by then', async () => {
  const { status, lagOf } = await live(
    [
      deploy({ M1: inLag(A, L1) }),
      deploy({ M1: inLag(C, L2, { waitForAvailable: 30 }) }, { weather: faults('none', 'killed after applying') }),
    ],
    {},
    { transition: 45_000, nested: true, describeLag: 500, ...carriedBy(C) },
  );
  expect({ status, places: [A, C].map(lagOf) }).toEqual({ status: 'UPDATE_ROLLBACK_COMPLETE', places: [L1, L2] });
});

test('a rollback that leaves its connection to traffic leaves the one that came for it to traffic, too', async () => {
  const { status, lagOf } = await live(
    [
      deploy({ M1: inLag(C, L1, { allowMove: true }) }, { chained: true }),
      { action: 'by hand', ...byHand('associate', C, L2) },
      deploy({ M1: inLag(B, L1, { allowMove: true }) }, { chained: true, fails: true, cancelAfter: 0.5 }),
    ],
    {},
    // With these latencies the write comes before the cancellation.
    { ...carriedBy(B, L2), seed: 2 },
  );
  expect({ status, places: [B, C].map(lagOf) }).toEqual({ status: 'UPDATE_ROLLBACK_COMPLETE', places: [L1, L2] });
});
