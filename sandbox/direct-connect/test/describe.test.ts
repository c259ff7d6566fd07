import type { Connections, Lags, VirtualInterfaces } from '@aws-sdk/client-direct-connect';
import { administrator, connection, given, lag, refusal, virtualInterface } from './support';

const ids = (answer: Connections & Lags & VirtualInterfaces) =>
  (answer.connections ?? answer.lags ?? answer.virtualInterfaces ?? []).map(
    each =>
      ('virtualInterfaceId' in each && each.virtualInterfaceId) ||
      ('connectionId' in each && each.connectionId) ||
      ('lagId' in each && each.lagId),
  );

describe('DescribeConnections', () => {
  test('answers every connection of the Region, deleted ones and members included', async () => {
    const sandbox = given({
      connections: [
        connection('dxcon-aaaaaaaa', { lagId: 'dxlag-aaaaaaaa' }),
        connection('dxcon-bbbbbbbb', { connectionState: 'deleted' }),
      ],
      lags: [lag('dxlag-aaaaaaaa')],
    });
    await expect(sandbox.call('DescribeConnections', {})).resolves.toEqual({
      connections: [
        connection('dxcon-aaaaaaaa', { lagId: 'dxlag-aaaaaaaa' }),
        connection('dxcon-bbbbbbbb', { connectionState: 'deleted' }),
      ],
    });
  });

  test('answers one connection', async () => {
    const sandbox = given({ connections: [connection('dxcon-aaaaaaaa'), connection('dxcon-bbbbbbbb')] });
    expect(ids(await sandbox.call('DescribeConnections', { connectionId: 'dxcon-bbbbbbbb' }))).toEqual([
      'dxcon-bbbbbbbb',
    ]);
  });

  test('fails for a connection that does not exist', async () => {
    expect(await refusal(given(), 'DescribeConnections', { connectionId: 'dxcon-zzzzzzzz' })).toBe(
      'DirectConnectClientException: Could not find Connection with ID dxcon-zzzzzzzz',
    );
  });

  test('gives answers that a caller may keep and change', async () => {
    const sandbox = given({ connections: [connection('dxcon-aaaaaaaa', { tags: [{ key: 'team', value: 'net' }] })] });
    const answer: Connections = await sandbox.call('DescribeConnections', {});
    for (const each of answer.connections ?? []) {
      each.connectionState = 'down';
      for (const tag of each.tags ?? []) tag.value = 'changed';
    }
    expect(sandbox.connection('dxcon-aaaaaaaa')).toEqual(
      connection('dxcon-aaaaaaaa', { tags: [{ key: 'team', value: 'net' }] }),
    );
  });
});

describe('DescribeLags', () => {
  test('answers a LAG with its members, their number and its minimum links', async () => {
    const sandbox = given({
      connections: [
        connection('dxcon-aaaaaaaa', { lagId: 'dxlag-aaaaaaaa' }),
        connection('dxcon-hhhhhhhh', { lagId: 'dxlag-aaaaaaaa', vlan: 9, bandwidth: '50Mbps' }),
      ],
      lags: [lag('dxlag-aaaaaaaa', { minimumLinks: 1, allowsHostedConnections: true }), lag('dxlag-bbbbbbbb')],
    });
    await expect(sandbox.call('DescribeLags', { lagId: 'dxlag-aaaaaaaa' })).resolves.toEqual({
      lags: [
        lag('dxlag-aaaaaaaa', {
          minimumLinks: 1,
          allowsHostedConnections: true,
          numberOfConnections: 1,
          connections: [connection('dxcon-aaaaaaaa', { lagId: 'dxlag-aaaaaaaa' })],
        }),
      ],
    });
  });

  test('answers every LAG of the Region, deleted ones included', async () => {
    const sandbox = given({ lags: [lag('dxlag-aaaaaaaa'), lag('dxlag-bbbbbbbb', { lagState: 'deleted' })] });
    expect(ids(await sandbox.call('DescribeLags', {}))).toEqual(['dxlag-aaaaaaaa', 'dxlag-bbbbbbbb']);
  });

  test('fails for a LAG that does not exist, or whose id is malformed, with the texts seen from AWS', async () => {
    expect(await refusal(given(), 'DescribeLags', { lagId: 'dxlag-zzzzzzzz' })).toBe(
      'DirectConnectClientException: Could not find Lag with ID dxlag-zzzzzzzz',
    );
    expect(await refusal(given(), 'DescribeLags', { lagId: 'doesntexist' })).toBe(
      'DirectConnectClientException: Lag ID doesntexist has an invalid format.',
    );
  });
});

describe('DescribeLocations', () => {
  test('answers the locations of connections and LAGs, with what is known of them', async () => {
    const sandbox = given({
      connections: [
        connection('dxcon-aaaaaaaa', { providerName: 'B Provider', bandwidth: '1Gbps' }),
        connection('dxcon-bbbbbbbb', { providerName: 'A Provider', macSecCapable: true }),
        connection('dxcon-hhhhhhhh', { vlan: 7, bandwidth: '50Mbps' }),
        connection('dxcon-ffffffff', { location: 'EqFA5', ownerAccount: '999999999999' }),
      ],
      lags: [lag('dxlag-aaaaaaaa', { location: 'EqSe2', connectionsBandwidth: '100Gbps' })],
    });
    await expect(sandbox.call('DescribeLocations', {})).resolves.toEqual({
      locations: [
        {
          locationCode: 'EqDC2',
          locationName: '',
          region: 'eu-central-1',
          availablePortSpeeds: ['10G', '1G'],
          availableProviders: ['A Provider', 'B Provider'],
          availableMacSecPortSpeeds: ['10G'],
        },
        {
          locationCode: 'EqSe2',
          locationName: '',
          region: 'eu-central-1',
          availablePortSpeeds: ['100G'],
          availableProviders: [],
          availableMacSecPortSpeeds: [],
        },
      ],
    });
  });
});

describe('DescribeVirtualInterfaces', () => {
  const sandbox = given({
    connections: [connection('dxcon-aaaaaaaa')],
    lags: [lag('dxlag-aaaaaaaa')],
    virtualInterfaces: [
      virtualInterface('dxvif-aaaaaaaa', 'dxcon-aaaaaaaa'),
      virtualInterface('dxvif-bbbbbbbb', 'dxlag-aaaaaaaa'),
    ],
  });

  test.each([
    [{}, ['dxvif-aaaaaaaa', 'dxvif-bbbbbbbb']],
    [{ connectionId: 'dxcon-aaaaaaaa' }, ['dxvif-aaaaaaaa']],
    [{ connectionId: 'dxlag-aaaaaaaa' }, ['dxvif-bbbbbbbb']],
    [{ virtualInterfaceId: 'dxvif-bbbbbbbb' }, ['dxvif-bbbbbbbb']],
  ])('answers for %j exactly the virtual interfaces that fit', async (input, expected) => {
    expect(ids(await sandbox.call('DescribeVirtualInterfaces', input))).toEqual(expected);
  });

  test.each([
    [{ connectionId: 'dxcon-zzzzzzzz' }, 'Could not find Connection with ID dxcon-zzzzzzzz'],
    [{ connectionId: 'dxlag-zzzzzzzz' }, 'Could not find Lag with ID dxlag-zzzzzzzz'],
    [{ virtualInterfaceId: 'dxvif-zzzzzzzz' }, 'Virtual interface does not exist: dxvif-zzzzzzzz'],
  ])('fails for %j, which does not exist', async (input, text) => {
    expect(await refusal(sandbox, 'DescribeVirtualInterfaces', input)).toBe(`DirectConnectClientException: ${text}`);
  });
});

describe('Pages', () => {
  const many = given({
    connections: Array.from({ length: 250 }, (_, index) =>
      connection(`dxcon-number${String(index).padStart(3, '0')}`, { connectionState: 'requested' }),
    ),
  });

  test('together give every result once', async () => {
    const seen: unknown[] = [];
    let nextToken: string | undefined;
    let pages = 0;
    do {
      const answer: Connections = await many.call('DescribeConnections', {
        maxResults: 60,
        ...(nextToken === undefined ? {} : { nextToken }),
      });
      seen.push(...ids(answer));
      nextToken = answer.nextToken;
      pages += 1;
    } while (nextToken !== undefined);
    expect(pages).toBe(5);
    expect(seen).toEqual(many.network.describe().connections.map(each => each.connectionId));
  });

  test('hold at most 100 results, whatever is asked for', async () => {
    const answer: Connections = await many.call('DescribeConnections', { maxResults: 200 });
    expect(answer.connections).toHaveLength(100);
    const rest: Connections = await many.call('DescribeConnections', { nextToken: answer.nextToken ?? '' });
    expect(rest.connections).toHaveLength(100);
  });

  test('are not made where nobody asks for them', async () => {
    const answer: Connections = await many.call('DescribeConnections', {});
    expect(answer.connections).toHaveLength(250);
    expect(answer).not.toHaveProperty('nextToken');
  });

  test.each([{ nextToken: 'invented' }, { maxResults: 0 }])('are refused for %j', async input => {
    expect(await refusal(many, 'DescribeConnections', input)).toMatch(/^DirectConnectClientException: /);
  });
});

describe('Regions and accounts', () => {
  const sandbox = given({
    connections: [connection('dxcon-aaaaaaaa')],
    lags: [lag('dxlag-aaaaaaaa')],
    virtualInterfaces: [virtualInterface('dxvif-aaaaaaaa', 'dxcon-aaaaaaaa')],
  });
  const strangers = [
    { ...administrator, region: 'us-east-1' },
    { ...administrator, accountId: '999999999999' },
  ];

  test.each(strangers)('show nothing of one another: %j', async stranger => {
    await expect(sandbox.call('DescribeConnections', {}, stranger)).resolves.toEqual({ connections: [] });
    await expect(sandbox.call('DescribeLags', {}, stranger)).resolves.toEqual({ lags: [] });
    await expect(sandbox.call('DescribeVirtualInterfaces', {}, stranger)).resolves.toEqual({ virtualInterfaces: [] });
  });

  test.each(strangers)('change nothing of one another: %j', async stranger => {
    const pair = { connectionId: 'dxcon-aaaaaaaa', lagId: 'dxlag-aaaaaaaa' };
    expect(await refusal(sandbox, 'AssociateConnectionWithLag', pair, stranger)).toContain('Could not find Connection');
    expect(await refusal(sandbox, 'DeleteLag', { lagId: pair.lagId }, stranger)).toContain('Could not find Lag');
  });
});
