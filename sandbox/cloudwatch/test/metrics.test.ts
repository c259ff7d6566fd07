import { connectionMetrics } from '../../direct-connect/connection-metrics';
import { connection, given } from '../../direct-connect/test/support';
import { type MetricId, Metrics } from '../metrics';

const metric: MetricId = { namespace: 'N', name: 'M', dimensions: { A: 'a', B: 'b' } };
const nothing = { list: () => [], samples: () => [] };
const sample = (time: number, value = 1) => ({ time, value, unit: 'None' });

test('samples are those from a time up to, but not including, another', () => {
  const metrics = new Metrics(nothing);
  metrics.put('r', metric, [sample(59), sample(60), sample(119), sample(120)]);
  expect(metrics.samples('r', metric, 60, 120).map(({ time }) => time)).toEqual([60, 119]);
});

test('a metric is its namespace, name, dimensions in any order, and Region', () => {
  const metrics = new Metrics(nothing);
  metrics.put('r', metric, [sample(1)]);
  const count = (region: string, changes: Partial<MetricId>) =>
    metrics.samples(region, { ...metric, ...changes }, 0, 9).length;
  expect(count('r', { dimensions: { B: 'b', A: 'a' } })).toBe(1);
  expect(count('other', {})).toBe(0);
  expect(count('r', { namespace: 'O' })).toBe(0);
  expect(count('r', { name: 'O' })).toBe(0);
  expect(count('r', { dimensions: { A: 'a' } })).toBe(0);
  expect(metrics.list('other')).toEqual([]);
});

test('the last 5,000 samples of a metric are kept, and the 10,000 metrics that were written last', () => {
  const metrics = new Metrics(nothing);
  metrics.put(
    'r',
    metric,
    Array.from({ length: 5001 }, (_, time) => sample(time)),
  );
  expect(metrics.samples('r', metric, 0, 10).map(({ time }) => time)[0]).toBe(1);
  for (let index = 0; index < 10_000; index += 1) metrics.put('r', { ...metric, name: `M${index}` }, [sample(1)]);
  expect(metrics.samples('r', metric, 0, 10_000)).toEqual([]);
  expect(metrics.list('r')).toHaveLength(10_000);
});

test('the state of a connection is there once a minute, in its own Region, until now', async () => {
  const id = 'dxcon-fg5678gh';
  const { network, clock } = given({ connections: [connection(id)] });
  const source = connectionMetrics(network);
  const ofLink = { namespace: 'AWS/DX', name: 'ConnectionState', dimensions: { ConnectionId: id } };
  const values = (region = 'eu-central-1', changes = {}) =>
    source
      .samples(region, { ...ofLink, ...changes }, clock.now() - 3 * 60_000, clock.now() + 3_600_000)
      .map(({ value }) => value);
  await clock.advance(60_000);
  network.setLink(id, 'down');
  await clock.advance(60_000);
  expect(values()).toEqual([1, 1, 0, 0]);
  expect(values('eu-west-1')).toEqual([]);
  expect(values(undefined, { dimensions: { ...ofLink.dimensions, More: 'x' } })).toEqual([]);
  expect(values(undefined, { name: 'ConnectionErrorCount' })).toEqual([]);
  expect(source.list()).toEqual([{ region: 'eu-central-1', metric: ofLink }]);
});

test('the state of a connection is there for 15 days, however long ago it is asked for from', async () => {
  const id = 'dxcon-fg5678gh';
  const { network, clock } = given({ connections: [connection(id)] });
  const ofLink = { namespace: 'AWS/DX', name: 'ConnectionState', dimensions: { ConnectionId: id } };
  await clock.advance(20 * 24 * 3_600_000);
  const samples = connectionMetrics(network).samples('eu-central-1', ofLink, -8.64e15, clock.now() + 1);
  expect(samples).toHaveLength(15 * 24 * 60 + 1);
});
