import { runScenario } from './deployments';
import { type Action, CONNECTIONS, type Hand, LAGS, type Scenario } from './scenarios';
import type { Declared, Membership } from './templates';
import { CALM, type Fault, type Weather } from './weather';
import type { World } from './world';

/** How a life of memberships is written down. `A→L1`: connection A is declared in LAG L1. */

export const [A, B, C, D] = CONNECTIONS as [string, string, string, string];
export const [L1, L2, L3] = LAGS as [string, string, string];

export const inLag = (connectionId: string, lagId: string, options: Partial<Membership> = {}): Membership => ({
  connectionId,
  lagId,
  ...options,
});

interface Circumstances {
  readonly fails?: boolean;
  readonly last?: boolean;
  readonly chained?: boolean;
  readonly onFailure?: 'roll back' | 'stay' | 'delete';
  readonly hand?: Hand;
  readonly cancelAfter?: number;
  readonly weather?: Weather;
}

export function deploy(declared: Declared, circumstances: Circumstances = {}): Action {
  const { fails = false, last = false, chained = false, onFailure = 'roll back', weather = CALM } = circumstances;
  const { hand, cancelAfter } = circumstances;
  return {
    action: 'deploy',
    edits: [{ edit: 'declare', declared }],
    sibling: { seconds: 2, fails, last, chained },
    onFailure,
    weather,
    hand,
    cancelAfter,
  };
}
export const faults = (...list: Fault[]): Weather => ({ faults: list, deliveries: [] });
export const DESTROY: Action = { action: 'destroy', weather: CALM };
export const byHand = (what: 'associate' | 'disassociate', connectionId: string, lagId = L1): Omit<Hand, 'after'> => ({
  what,
  connection: CONNECTIONS.indexOf(connectionId),
  lag: LAGS.indexOf(lagId),
});

/** @param places the LAG that each connection is in at first */
export async function live(
  actions: readonly Action[],
  places: { readonly [connectionId: string]: string } = {},
  circumstances: Partial<Scenario> = {},
) {
  let world: World | undefined;
  const scenario: Scenario = {
    places: CONNECTIONS.map(id => {
      const lagId = places[id];
      return lagId === undefined ? undefined : LAGS.indexOf(lagId);
    }),
    crowds: [],
    carriers: [],
    transition: 5_000,
    minimums: [],
    waitForInFlight: false,
    nested: false,
    describeLag: 0,
    seed: 1,
    actions,
    ...circumstances,
  };
  await runScenario(scenario, made => {
    world = made;
  });
  const network = world?.directConnect.network;
  return {
    status: await world?.status(),
    lagOf: (id: string) => network?.connections.get(id)?.lagId,
    interruptions: (id: string) => network?.interruptions(id).length,
  };
}
