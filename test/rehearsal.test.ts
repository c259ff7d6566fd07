import { assertLoopback, cdk, NotLoopback } from '../rehearsal/cdk';
import { changes, differences, table } from '../rehearsal/network-view';
import { Terminal } from '../rehearsal/terminal';

describe('a rehearsal', () => {
  test.each([
    undefined,
    'https://directconnect.eu-central-1.amazonaws.com',
    'http://127.0.0.1.example.com',
    'http://10.0.0.1',
  ])('refuses to run against %s', async url => {
    expect(() => assertLoopback(url)).toThrow(NotLoopback);
    const run = cdk(['deploy'], { environment: { AWS_ENDPOINT_URL: url }, folder: '/nonexistent', print: () => {} });
    await expect(run).rejects.toThrow(NotLoopback);
  });

  test.each(['http://127.0.0.1:4566', 'http://localhost:1', 'http://[::1]:1'])('runs against %s', url => {
    expect(() => assertLoopback(url)).not.toThrow();
  });
});

describe('the view of the network', () => {
  const lags = [{ lagId: 'dxlag-fg1234aa' }];
  const before = { lags, connections: [{ connectionId: 'dxcon-fg5678gh', connectionState: 'available' as const }] };
  const after = {
    lags,
    connections: [{ connectionId: 'dxcon-fg5678gh', connectionState: 'pending' as const, lagId: 'dxlag-fg1234aa' }],
  };

  test('tells what changed', () => {
    expect(changes(before, before)).toEqual([]);
    expect(changes(before, after)).toEqual([
      'dxcon-fg5678gh: standalone → dxlag-fg1234aa',
      'dxcon-fg5678gh: link pending',
    ]);
  });

  test('shows members, link states and downtime', () => {
    expect(table(after, () => 1_500)).toEqual([
      'LAG             member          link     down so far',
      'dxlag-fg1234aa  dxcon-fg5678gh  pending  1.5 s',
      'standalone      –',
    ]);
  });

  test('tells where it is not as it should be', () => {
    expect(differences(before, before)).toEqual([]);
    expect(differences(before, after)).toEqual([
      'dxcon-fg5678gh should be standalone, and is dxlag-fg1234aa',
      'the link of dxcon-fg5678gh should be available, and is pending',
    ]);
    expect(differences(before, { lags, connections: [] })).toContain(
      'the link of dxcon-fg5678gh should be available, and is gone',
    );
  });
});

describe('the lines on a terminal', () => {
  test.each([80, 100])('are cut to %i columns, and those about links have a clock and a colour', columns => {
    const terminal = new Terminal({ isTTY: true, columns }, 0);
    expect(terminal.line('x'.repeat(200))).toHaveLength(columns);
    expect(terminal.event('link up', 65_000)).toBe('\x1b[1;36m  ► 1:05  link up\x1b[0m');
  });

  test('are whole and plain in a pipe', () => {
    const terminal = new Terminal({}, 0);
    expect(terminal.line('x'.repeat(200))).toHaveLength(200);
    expect(terminal.event('link up', 1_000)).toBe('  ► 0:01  link up');
  });
});
