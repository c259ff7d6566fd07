import fc from 'fast-check';
import type { Declared, SiblingPlan } from './templates';
import { CALM, FAULTS, type Weather } from './weather';

/** What a user does to the template; numbers choose among what is there. */
export type Edit =
  | { readonly edit: 'add'; readonly connection: number; readonly lag: number; readonly options: Options }
  | { readonly edit: 'remove'; readonly membership: number }
  | { readonly edit: 'rename'; readonly membership: number }
  | { readonly edit: 'move'; readonly membership: number; readonly lag: number }
  | { readonly edit: 'swap connection'; readonly membership: number; readonly connection: number }
  /** The whole template, for a test that says it by name. */
  | { readonly edit: 'declare'; readonly declared: Declared }
  | { readonly edit: 'change options'; readonly membership: number; readonly options: Options };

export interface Options {
  readonly allowMove?: boolean;
  readonly lowerMinimumLinks?: boolean;
  /** Seconds. */
  readonly waitForAvailable?: number | undefined;
  readonly retain?: boolean;
  readonly allowOutage?: boolean;
  readonly reassociate?: boolean;
  readonly maxUnavailable?: number;
}

/** What a person does to the network. */
export interface Hand {
  /** Seconds. */
  readonly after: number;
  readonly what: 'associate' | 'disassociate';
  readonly connection: number;
  readonly lag: number;
}

export type Action =
  | {
      readonly action: 'deploy';
      readonly edits: readonly Edit[];
      readonly sibling: SiblingPlan;
      /** What becomes of a failure: `cdk deploy`, `--no-rollback`, or `OnFailure: DELETE` where the stack is created. */
      readonly onFailure: 'roll back' | 'stay' | 'delete';
      /** Seconds after which somebody cancels an update. */
      readonly cancelAfter?: number | undefined;
      /** What a person does meanwhile. */
      readonly hand?: Hand | undefined;
      readonly weather: Weather;
    }
  | { readonly action: 'destroy'; readonly weather: Weather }
  | ({ readonly action: 'by hand' } & Omit<Hand, 'after'>)
  | { readonly action: 'link dies'; readonly connection: number }
  | { readonly action: 'delete by hand'; readonly connection: number }
  | { readonly action: 'delete the table' };

export interface Scenario {
  /** In which LAG each connection is at first: an index into {@link LAGS}, or none. */
  readonly places: readonly (number | undefined)[];
  /** How many connections of others are in each LAG. */
  readonly crowds: readonly number[];
  /** Which of {@link CONNECTIONS} and {@link LAGS} carry a virtual interface: indexes into both, one after the other. */
  readonly carriers: readonly number[];
  /** How long a transition takes, in milliseconds. */
  readonly transition: number;
  /** The minimum links of each LAG. */
  readonly minimums: readonly number[];
  readonly waitForInFlight: boolean;
  readonly nested: boolean;
  /** At most, in milliseconds. */
  readonly describeLag: number;
  readonly seed: number;
  readonly actions: readonly Action[];
}

export const CONNECTIONS = Array.from({ length: 7 }, (_, index) => `dxcon-${String(index + 1).repeat(8)}`);
/** The last one is on another device: it can take none of the connections. */
export const LAGS = ['dxlag-aaaaaaaa', 'dxlag-bbbbbbbb', 'dxlag-cccccccc', 'dxlag-dddddddd'];
export const MOST_MEMBERSHIPS = 6;

const index = fc.nat({ max: 6 });

const seldom = (arbitrary: fc.Arbitrary<boolean>): fc.Arbitrary<boolean> =>
  fc.oneof({ weight: 7, arbitrary: fc.constant(false) }, { weight: 1, arbitrary });

const options: fc.Arbitrary<Options> = fc.record({
  allowMove: fc.boolean(),
  lowerMinimumLinks: fc.boolean(),
  waitForAvailable: fc.oneof(
    { weight: 2, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom(30, 120) },
  ),
  retain: seldom(fc.constant(true)),
  allowOutage: seldom(fc.constant(true)),
  reassociate: seldom(fc.constant(true)),
  maxUnavailable: fc.oneof({ weight: 7, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.constant(2) }),
});

const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ edit: fc.constant('add' as const), connection: index, lag: index, options }) },
  { weight: 1, arbitrary: fc.record({ edit: fc.constant('remove' as const), membership: index }) },
  { weight: 2, arbitrary: fc.record({ edit: fc.constant('rename' as const), membership: index }) },
  { weight: 2, arbitrary: fc.record({ edit: fc.constant('move' as const), membership: index, lag: index }) },
  {
    weight: 2,
    arbitrary: fc.record({ edit: fc.constant('swap connection' as const), membership: index, connection: index }),
  },
  { weight: 1, arbitrary: fc.record({ edit: fc.constant('change options' as const), membership: index, options }) },
);

const weather: fc.Arbitrary<Weather> = fc.record({
  faults: fc.oneof(
    { weight: 1, arbitrary: fc.constant([]) },
    { weight: 2, arbitrary: fc.array(fc.constantFrom(...FAULTS), { maxLength: 40 }) },
  ),
  deliveries: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.array(
        fc.record({
          delay: fc.constantFrom(0, 0, 1, 30, 600, 4_000),
          again: fc.constantFrom(undefined, 0, 1, 90, 3_000, 8_000),
        }),
        { maxLength: 8 },
      ),
    },
  ),
});

const sibling = fc.record({
  seconds: fc.constantFrom(2, 3, 40),
  fails: fc.oneof({ weight: 2, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  last: fc.boolean(),
  chained: fc.oneof({ weight: 2, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});

const byHand = {
  what: fc.constantFrom('associate' as const, 'disassociate' as const),
  connection: index,
  lag: index,
};

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      action: fc.constant('deploy' as const),
      edits: fc.array(edit, { minLength: 1, maxLength: 4 }),
      sibling,
      onFailure: fc.oneof(
        { weight: 3, arbitrary: fc.constant('roll back' as const) },
        { weight: 1, arbitrary: fc.constantFrom('stay' as const, 'delete' as const) },
      ),
      cancelAfter: fc.oneof(
        { weight: 5, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.constantFrom(0.5, 1, 2, 3, 5, 10, 40) },
      ),
      hand: fc.oneof(
        { weight: 7, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.record({ after: fc.constantFrom(0.5, 1, 2, 3, 5, 10, 40), ...byHand }) },
      ),
      weather,
    }),
  },
  { weight: 1, arbitrary: fc.record({ action: fc.constant('destroy' as const), weather }) },
  { weight: 2, arbitrary: fc.record({ action: fc.constant('by hand' as const), ...byHand }) },
  { weight: 1, arbitrary: fc.record({ action: fc.constant('link dies' as const), connection: index }) },
  { weight: 1, arbitrary: fc.record({ action: fc.constant('delete by hand' as const), connection: index }) },
);

const common: fc.Arbitrary<Scenario> = fc.record({
  // The last LAG is on another device: nothing is in it.
  places: fc.array(fc.option(fc.nat({ max: LAGS.length - 2 }), { nil: undefined, freq: 1 }), { maxLength: 7 }),
  // Full, or with one slot left, more often than chance would have it.
  crowds: fc.array(fc.constantFrom(0, 0, 2, 3), { maxLength: 3 }),
  carriers: fc.uniqueArray(fc.nat({ max: CONNECTIONS.length + LAGS.length - 1 }), { maxLength: 4 }),
  transition: fc.constantFrom(5_000, 5_000, 45_000),
  minimums: fc.array(fc.constantFrom(0, 0, 0, 1, 2), { maxLength: LAGS.length }),
  waitForInFlight: fc.boolean(),
  nested: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  describeLag: fc.constantFrom(0, 0, 500, 2_000),
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  actions: fc.array(action, { minLength: 1, maxLength: 6 }),
});

/** Without its record the handler knows nothing of repetitions, of late events and of unfinished operations. */
const forgetful: fc.Arbitrary<Scenario> = fc.tuple(common, fc.nat({ max: 5 })).map(([each, at]) => ({
  ...each,
  waitForInFlight: true,
  actions: [...each.actions.slice(0, at), { action: 'delete the table' }, ...each.actions.slice(at).map(calmed)],
}));

function calmed(each: Action): Action {
  if (each.action === 'deploy') {
    return { ...each, onFailure: 'roll back', weather: CALM, cancelAfter: undefined, hand: undefined };
  }
  return each.action === 'destroy' ? { ...each, weather: CALM } : each;
}

/** Random networks, and random sequences of what users, other people and AWS do to them. */
export const scenario: fc.Arbitrary<Scenario> = fc.oneof(
  { weight: 9, arbitrary: common },
  { weight: 1, arbitrary: forgetful },
);
