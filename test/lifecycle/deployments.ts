import type { Connection, Lag } from '@aws-sdk/client-direct-connect';
import type { QueryInput } from '../../sandbox/cloudformation/input';
import { connection, lag, virtualInterface } from '../support/network';
import { edited } from './edits';
import { Expectations } from './expectations';
import { carried, History, snapshot } from './history';
import { type Action, CONNECTIONS, type Hand, LAGS, type Scenario } from './scenarios';
import type { Declared } from './templates';
import type { Weather } from './weather';
import { World } from './world';

/** Runs a scenario and checks the network after each deployment. @throws an Error that says what is wrong */
export async function runScenario(scenario: Scenario, onWorld?: (world: World) => void): Promise<Statistics> {
  const connections: Connection[] = CONNECTIONS.map((id, index) => {
    const place = scenario.places[index];
    const lagId = place === undefined ? undefined : LAGS[place];
    return connection(id, lagId === undefined ? {} : { lagId });
  });
  for (const [index, crowd] of scenario.crowds.entries()) {
    const lagId = LAGS[index];
    for (let other = 0; other < crowd && lagId !== undefined; other++) {
      connections.push(connection(`dxcon-others${index}${other}`, { lagId }));
    }
  }
  const lags: Lag[] = LAGS.map((id, index) =>
    lag(id, {
      minimumLinks: scenario.minimums[index] ?? 0,
      ...(index === LAGS.length - 1 ? { awsDeviceV2: 'EqFA5-other' } : {}),
    }),
  );
  const virtualInterfaces = scenario.carriers.flatMap(index => {
    const carrier = [...CONNECTIONS, ...LAGS][index] ?? '';
    // Those of a member are its LAG's.
    const isMember = connections.some(({ connectionId, lagId }) => connectionId === carrier && lagId !== undefined);
    return isMember ? [] : [virtualInterface(`dxvif-0000000${index.toString(16)}`, carrier)];
  });
  const { waitForInFlight, nested, transition, describeLag, seed } = scenario;
  const network = { connections, lags, virtualInterfaces };
  const world = new World({ ...network, waitForInFlight, nested, transition, describeLag, seed });
  onWorld?.(world);
  const run = new Run(world);
  for (const action of scenario.actions) await run.perform(action);
  return run.statistics;
}

export interface Statistics {
  /** How often a deployment ended in which status. */
  readonly statuses: Map<string, number>;
  calls: number;
}

class Run {
  readonly statistics: Statistics = { statuses: new Map(), calls: 0 };
  private readonly history = new History();
  private readonly expectations: Expectations;
  private version = 0;
  private renames = 0;

  constructor(private readonly world: World) {
    this.expectations = new Expectations(world, this.history);
  }

  async perform(action: Action): Promise<void> {
    switch (action.action) {
      case 'by hand':
        await this.world.byHand(...this.operationOf(action));
        return;
      case 'link dies':
        this.world.killLink(CONNECTIONS[action.connection % CONNECTIONS.length] ?? '');
        return;
      case 'delete by hand': {
        const connectionId = CONNECTIONS[action.connection % CONNECTIONS.length] ?? '';
        await this.world.byHand('DeleteConnection', { connectionId });
        this.history.touched.add(connectionId);
        return;
      }
      case 'delete the table':
        this.world.deleteTable();
        this.history.hasMemory = false;
        return;
      case 'destroy':
        if ((await this.world.status()) !== undefined) await this.operate('DeleteStack', {}, {}, action.weather);
        return;
      default:
        await this.deploy(action);
    }
  }

  private operationOf({ what, connection, lag }: Omit<Hand, 'after'>): [string, object] {
    const connectionId = CONNECTIONS[connection % CONNECTIONS.length] ?? '';
    this.history.touched.add(connectionId);
    const current = this.world.directConnect.network.connections.get(connectionId)?.lagId;
    return what === 'associate'
      ? ['AssociateConnectionWithLag', { connectionId, lagId: LAGS[lag % LAGS.length] }]
      : ['DisassociateConnectionFromLag', { connectionId, lagId: current }];
  }

  private async deploy(action: Extract<Action, { action: 'deploy' }>): Promise<void> {
    const { edits, sibling, onFailure, weather, cancelAfter, hand } = action;
    const status = await this.world.status();
    if (cancelAfter !== undefined) this.world.meanwhile(cancelAfter, () => this.world.cancelUpdate());
    if (hand !== undefined) {
      this.history.touchedMeanwhile.add(CONNECTIONS[hand.connection % CONNECTIONS.length] ?? '');
      this.world.meanwhile(hand.after, () => this.world.atOnce(...this.operationOf(hand)));
    }
    // What the CDK CLI does before it deploys to such a stack, or asks the user to do.
    if (status === 'ROLLBACK_COMPLETE' || status === 'ROLLBACK_FAILED' || status === 'DELETE_FAILED') {
      await this.operate('DeleteStack', {}, {}, weather);
      return;
    }
    if (status === 'UPDATE_ROLLBACK_FAILED') {
      await this.operate('ContinueUpdateRollback', {}, this.history.good, weather);
      return;
    }
    if ((status === 'CREATE_FAILED' || status === 'UPDATE_FAILED') && onFailure !== 'stay') {
      await this.operate('RollbackStack', {}, this.history.good, weather);
      return;
    }
    const declared = edits.reduce(
      (template, edit) => edited(template, edit, () => `M${++this.renames}`),
      this.history.attempted.at(-1) ?? this.history.good,
    );
    this.version += 1;
    const [operation, failure] =
      status === undefined && onFailure === 'delete'
        ? ['CreateStack', { OnFailure: 'DELETE' }]
        : [status === undefined ? 'CreateStack' : 'UpdateStack', { DisableRollback: String(onFailure === 'stay') }];
    const input = { ...this.world.templateInput(declared, this.version, sibling), ...failure };
    await this.operate(operation, input, declared, weather);
  }

  /** @param target what the stack declares if the operation succeeds */
  private async operate(action: string, input: QueryInput, target: Declared, weather: Weather): Promise<void> {
    const { history, world, statistics } = this;
    const { network, calls } = world.directConnect;
    history.target = target;
    const [before, carriedBefore] = [snapshot(network), carried(network)];
    const status = await world.operate(action, input, weather);
    statistics.statuses.set(status ?? 'gone', (statistics.statuses.get(status ?? 'gone') ?? 0) + 1);
    statistics.calls = calls.length;
    await this.expectations.hold({ action, weather, status, before, carriedBefore });
    await history.ended(action, status, before, world);
  }
}
