import { runScenario } from './deployments';
import { type Action, CONNECTIONS, type Edit, LAGS, type Scenario } from './scenarios';
import { CALM, type Delivery, type Fault, type Weather } from './weather';

/** What the random search found, each as its shortest sequence, with the sentence that it broke. */

const none = { allowMove: false, lowerMinimumLinks: false };
const add = (connection: number, lag: number, options = {}): Edit => ({
  edit: 'add',
  connection,
  lag,
  options: { ...none, ...options },
});
const deploy = (
  edits: readonly Edit[],
  {
    fails = false,
    last = false,
    onFailure = 'roll back',
    weather = CALM,
  }: {
    fails?: boolean;
    last?: boolean;
    onFailure?: 'roll back' | 'stay' | 'delete';
    weather?: Weather;
  } = {},
): Action => ({
  action: 'deploy',
  edits,
  sibling: { seconds: 2, fails, last, chained: false },
  onFailure,
  weather,
});
const deliveries = (...list: Delivery[]): Weather => ({ faults: [], deliveries: list });
const faults = (...list: Fault[]): Weather => ({ faults: list, deliveries: [] });
const scenario = (actions: readonly Action[], rest: Partial<Scenario> = {}): Scenario => ({
  places: [],
  minimums: [],
  waitForInFlight: false,
  nested: false,
  crowds: [],
  carriers: [],
  transition: 5_000,
  describeLag: 0,
  seed: 1,
  actions,
  ...rest,
});

test.each<[string, Scenario]>([
  [
    'a swap that CloudFormation did not wait for is undone, though it never saw the id of the new connection',
    scenario([deploy([add(0, 0)]), deploy([{ edit: 'swap connection', membership: 0, connection: 0 }, add(0, 1)])]),
  ],
  [
    'a rename with a move that rolls back puts the connection back into the LAG that the old construct declares',
    scenario([
      deploy([add(5, 1)]),
      deploy(
        [
          add(0, 0, { allowMove: true }),
          { edit: 'remove', membership: 0 },
          { edit: 'swap connection', membership: 0, connection: 4 },
          add(0, 0),
        ],
        { fails: true },
      ),
    ]),
  ],
  [
    'the second of two deliveries at once does not take what the first associated for an adoption',
    scenario([
      deploy([add(0, 0), add(0, 0), add(0, 0)]),
      deploy([{ edit: 'swap connection', membership: 0, connection: 0 }, add(0, 0)], {
        fails: true,
        last: true,
        weather: { faults: ['throttled', 'denied'], deliveries: [{ delay: 0, again: 0 }, { delay: 4000 }] },
      }),
    ]),
  ],
  [
    'a Delete that is repeated after a failure still knows what the Create left behind',
    scenario(
      [
        deploy([add(0, 0)]),
        deploy([
          { edit: 'change options', membership: 0, options: { ...none, allowMove: true } },
          { edit: 'move', membership: 0, lag: 5 },
          add(0, 3),
          { edit: 'rename', membership: 0 },
        ]),
      ],
      { minimums: [0, 1] },
    ),
  ],
  [
    'a connection that passes from one membership to another in a full LAG is not taken out by the first',
    scenario([
      deploy([add(0, 0), add(0, 0), add(2, 0)]),
      { action: 'by hand', what: 'associate', connection: 2, lag: 0 },
      deploy([
        { edit: 'swap connection', membership: 2, connection: 2 },
        { edit: 'swap connection', membership: 0, connection: 6 },
      ]),
    ]),
  ],
  [
    'a connection that a failed rollback left in the new LAG is taken out of it by a destroy',
    scenario(
      [
        deploy([add(0, 0)]),
        { action: 'by hand', what: 'associate', connection: 1, lag: 6 },
        deploy(
          [
            { edit: 'move', membership: 0, lag: 2 },
            add(0, 0),
            add(0, 3),
            { edit: 'swap connection', membership: 4, connection: 0 },
          ],
          {
            weather: faults('server exception after applying', 'lost answer after applying', 'killed'),
          },
        ),
        { action: 'destroy', weather: CALM },
      ],
      { minimums: [0, 0, 2] },
    ),
  ],
  [
    'an old connection is taken out by its clean-up, though a failed update has left other properties behind',
    scenario([
      deploy([add(0, 0)]),
      deploy([{ edit: 'swap connection', membership: 0, connection: 0 }], {
        onFailure: 'stay',
        weather: deliveries({ delay: 4000 }, { delay: 4000 }),
      }),
      deploy([{ edit: 'move', membership: 0, lag: 0 }], { onFailure: 'stay' }),
    ]),
  ],
  [
    'an old connection is deleted with the stack, though the rollback to it failed',
    scenario([
      deploy([add(0, 0), add(0, 0)]),
      deploy(
        [
          { edit: 'rename', membership: 0 },
          { edit: 'swap connection', membership: 0, connection: 0 },
        ],
        {
          fails: true,
          last: true,
          weather: deliveries({ delay: 0 }, { delay: 0 }, { delay: 4000 }),
        },
      ),
      { action: 'destroy', weather: CALM },
    ]),
  ],
  [
    'a rolled back rename and move of a connection that somebody had taken out leaves it out',
    scenario([
      deploy([add(4, 0), { edit: 'swap connection', membership: 0, connection: 3 }]),
      { action: 'by hand', what: 'disassociate', connection: 3, lag: 0 },
      deploy(
        [
          { edit: 'rename', membership: 0 },
          { edit: 'move', membership: 0, lag: 1 },
        ],
        { fails: true },
      ),
    ]),
  ],
  [
    'two Deletes of one membership at once take their links out one after the other',
    scenario([
      deploy([add(0, 2)]),
      deploy(
        [
          add(0, 3, { waitForAvailable: 30 }),
          { edit: 'swap connection', membership: 0, connection: 0 },
          { edit: 'move', membership: 0, lag: 6 },
        ],
        { onFailure: 'stay', weather: faults('transitioning') },
      ),
      { action: 'destroy', weather: CALM },
    ]),
  ],
])('%s', async (_, each) => {
  const { statuses } = await runScenario(each);
  expect(statuses.size).toBeGreaterThan(0);
});

test('the search would notice a connection that is left behind', async () => {
  const found: Scenario = scenario([deploy([add(0, 0)])], { places: [0] });
  const statistics = await runScenario(found, world => {
    const interrupt = () => world.directConnect.network.connections.get(CONNECTIONS[1] ?? '');
    expect(interrupt()?.lagId).toBeUndefined();
  });
  expect([...statistics.statuses]).toEqual([['CREATE_COMPLETE', 1]]);
  // The same scenario with a hand in between: a connection that no template names is put into a LAG meanwhile.
  await expect(
    runScenario(found, world => {
      const { directConnect } = world;
      const call = directConnect.call.bind(directConnect);
      directConnect.call = async (operation, input, caller) => {
        const foreign = directConnect.network.connections.get(CONNECTIONS[6] ?? '');
        if (foreign !== undefined) directConnect.network.putConnection({ ...foreign, lagId: LAGS[1] ?? '' });
        return call(operation, input, caller);
      };
    }),
  ).rejects.toThrow(`${CONNECTIONS[6]} is in no template, and was touched`);
});
