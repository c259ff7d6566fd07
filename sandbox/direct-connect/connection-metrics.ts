import type { MetricSource, Sample } from '../cloudwatch/metrics';
import type { Network } from './network';

const namespace = 'AWS/DX';
const name = 'ConnectionState';
const minute = 60_000;
/** How long a sample of a minute can be asked for, in milliseconds. */
const kept = 15 * 24 * 60 * minute;

/**
 * `ConnectionState` in `AWS/DX`, once a minute, of the last 15 days: 1 where a connection is available, 0 where it is not.
 * Nothing is kept for it: it is worked out from what the connection was.
 *
 * Source: Direct Connect user guide, "Monitor with Amazon CloudWatch"; CloudWatch user guide, "Metrics retention".
 */
export const connectionMetrics = (network: Network): MetricSource => ({
  list: () =>
    [...network.connections.values()].map(({ connectionId: ConnectionId, region }) => ({
      region,
      metric: { namespace, name, dimensions: { ConnectionId } },
    })),

  samples(region, metric, from, to) {
    const { ConnectionId: id, ...others } = metric.dimensions;
    if (metric.namespace !== namespace || metric.name !== name || id === undefined) return [];
    if (Object.keys(others).length > 0 || network.connections.get(id)?.region !== region) return [];
    const samples: Sample[] = [];
    const now = network.now();
    const begin = Math.ceil(Math.max(from, now - kept) / minute) * minute;
    for (let time = begin; time < to && time <= now; time += minute) {
      const state = network.connectionStateAt(id, time);
      if (state !== undefined) samples.push({ time, value: state === 'available' ? 1 : 0, unit: 'None' });
    }
    return samples;
  },
});
