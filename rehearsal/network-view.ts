import type { Connection, Lag } from '@aws-sdk/client-direct-connect';

/** The network as a state file has it. */
export interface NetworkView {
  readonly connections: readonly Connection[];
  readonly lags: readonly Lag[];
}

const STANDALONE = 'standalone';

/** What happened to the links between two looks, in words. */
export function changes(before: NetworkView, after: NetworkView): string[] {
  return after.connections.flatMap(connection => {
    const earlier = before.connections.find(other => other.connectionId === connection.connectionId);
    const [from, to] = [earlier?.lagId ?? STANDALONE, connection.lagId ?? STANDALONE];
    return [
      ...(from === to ? [] : [`${connection.connectionId}: ${from} → ${to}`]),
      ...(earlier?.connectionState === connection.connectionState
        ? []
        : [`${connection.connectionId}: link ${connection.connectionState}`]),
    ];
  });
}

/**
 * A table of LAGs, their members, link states and how long each link has been down.
 *
 * @param downtime of a connection, in milliseconds
 */
export function table(view: NetworkView, downtime: (connectionId: string) => number): string[] {
  const ofLag = (lagId: string | undefined) => view.connections.filter(connection => connection.lagId === lagId);
  const places: [string, readonly Connection[]][] = view.lags.map(lag => [lag.lagId ?? '', ofLag(lag.lagId)]);
  places.push([STANDALONE, ofLag(undefined)]);
  const rows = places.flatMap(([place, connections]) =>
    connections.length === 0
      ? [[place, '–', '', '']]
      : connections.map(({ connectionId = '', connectionState = '' }, index) => [
          index === 0 ? place : '',
          connectionId,
          connectionState,
          `${(downtime(connectionId) / 1000).toFixed(1)} s`,
        ]),
  );
  return columns([['LAG', 'member', 'link', 'down so far'], ...rows]);
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)));
  return rows.map(row =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** Where two networks differ in what matters to traffic: members and link states. */
export function differences(expected: NetworkView, actual: NetworkView): string[] {
  return expected.connections.flatMap(({ connectionId, lagId = STANDALONE, connectionState }) => {
    const now = actual.connections.find(other => other.connectionId === connectionId);
    const place = now?.lagId ?? STANDALONE;
    return [
      ...(place === lagId ? [] : [`${connectionId} should be ${lagId}, and is ${place}`]),
      ...(now?.connectionState === connectionState
        ? []
        : [`the link of ${connectionId} should be ${connectionState}, and is ${now?.connectionState ?? 'gone'}`]),
    ];
  });
}
