import type { Connection, VirtualInterface } from '@aws-sdk/client-direct-connect';
import type { Network } from '../../sandbox/direct-connect/network';
import type { Declared } from './templates';
import type { World } from './world';

/** The network as it matters: where each connection is, and how often its link was interrupted. */
export type Snapshot = ReadonlyMap<string, { readonly lagId: string | undefined; readonly interruptions: number }>;

export function snapshot(network: Network): Snapshot {
  return new Map(
    [...network.connections.keys()].map(id => [
      id,
      { lagId: network.connections.get(id)?.lagId, interruptions: network.interruptions(id).length },
    ]),
  );
}

/** The virtual interfaces whose connection or LAG has an operational link. */
export function carried(network: Network): ReadonlySet<string> {
  const isUp = (connection: Connection) => connection.connectionState === 'available';
  const carries = ({ connectionId }: VirtualInterface) => {
    const alone = network.connections.get(connectionId ?? '');
    return alone === undefined ? network.members(connectionId ?? '').some(isUp) : isUp(alone);
  };
  return new Set([...network.virtualInterfaces].flatMap(([id, each]) => (carries(each) ? [id] : [])));
}

/** What the templates of a stack have declared so far, and what people have done beside them. */
export class History {
  /** What the last template that was deployed to its end declares. */
  good: Declared = {};
  /** What templates since then have declared, where a deployment without rollback has left the stack in between. */
  attempted: readonly Declared[] = [];
  /** The network before each of these. */
  beforeAttempts: readonly Snapshot[] = [];
  /** What the stack declares if the operation under way succeeds. */
  target: Declared = {};
  /** The connections that the stack has ever completed with. */
  readonly completed = new Set<string>();
  /** What people have changed by hand since the last template that was deployed to its end. */
  readonly touched = new Set<string>();
  /** What a person changes in the operation under way: nothing is known of it then. */
  readonly touchedMeanwhile = new Set<string>();
  /** Whether nobody has deleted the table. */
  hasMemory = true;

  private get declared(): readonly Declared[] {
    return [this.good, ...this.attempted, this.target];
  }

  /** Whether what becomes of a connection is somebody else's: a person's, or nobody's because its membership is retained. */
  isOutOfHand(connectionId: string): boolean {
    const memberships = this.declared.flatMap(template => Object.entries(template));
    // CloudFormation sends no Delete for it, also not for what an update that did not complete has put in its place.
    const retained = new Set(memberships.filter(([, { retain }]) => retain).map(([logicalId]) => logicalId));
    return (
      this.touchedMeanwhile.has(connectionId) ||
      memberships.some(([logicalId, membership]) => retained.has(logicalId) && membership.connectionId === connectionId)
    );
  }

  /** @param before the network before the operation that ended so */
  async ended(action: string, status: string | undefined, before: Snapshot, world: World): Promise<void> {
    switch (status) {
      case 'CREATE_COMPLETE':
      case 'UPDATE_COMPLETE':
        this.good = this.target;
        for (const { connectionId } of Object.values(this.target)) this.completed.add(connectionId);
        this.forgetAttempts();
        break;
      case undefined:
        this.good = {};
        this.completed.clear();
        this.forgetAttempts();
        break;
      case 'ROLLBACK_COMPLETE':
      case 'UPDATE_ROLLBACK_COMPLETE':
        this.forgetAttempts();
        break;
      default:
        if (action === 'DeleteStack') await this.forgetDeleted(world);
        else {
          this.beforeAttempts = [...(this.attempted.length === 0 ? [] : this.beforeAttempts), before];
          this.attempted = [...this.attempted, this.target];
        }
    }
    for (const id of this.touchedMeanwhile) this.touched.add(id);
    this.touchedMeanwhile.clear();
  }

  private forgetAttempts(): void {
    this.attempted = [];
    this.touched.clear();
  }

  /** After a deletion that did not come to its end: what is deleted is no longer the stack's. */
  private async forgetDeleted(world: World): Promise<void> {
    const left = new Set(
      (await world.resources()).filter(each => each.status !== 'DELETE_COMPLETE').map(each => each.logicalId),
    );
    // A resource may have been replaced: what it was before is the stack's as long as it is in place.
    const { connections } = world.directConnect.network;
    const stillThere = (declared: Declared) =>
      Object.fromEntries(
        Object.entries(declared).filter(
          ([id, { connectionId, lagId }]) => left.has(id) || connections.get(connectionId)?.lagId === lagId,
        ),
      );
    this.good = stillThere(this.good);
    this.attempted = this.attempted.map(stillThere);
  }
}
