import type { Connection, Lag, MacSecKey } from '@aws-sdk/client-direct-connect';
import { connection, given, lag, MINUTE, refusal, virtualInterface } from './support';

const pair = { connectionId: 'dxcon-aaaaaaaa', lagId: 'dxlag-aaaaaaaa' };
const secret = (ckn: string) =>
  `arn:aws:secretsmanager:eu-central-1:111122223333:secret:directconnect!prod/eu-central-1/directconnect/${ckn}-AbCdEf`;
const CKN = '0a'.repeat(32);
const OTHER = '0b'.repeat(32);
const CAK = '0C'.repeat(32);
const key = (ckn: string): MacSecKey => ({ secretARN: secret(ckn), ckn, state: 'associated', startOn: '2025-01-01' });
const capable = (connectionId: string, rest: Partial<Connection> = {}) =>
  connection(connectionId, { macSecCapable: true, ...rest });
const capableLag = (rest: Partial<Lag> = {}) => lag('dxlag-aaaaaaaa', { macSecCapable: true, ...rest });
const must = { encryptionMode: 'must_encrypt' };

describe('AssociateMacSecKey', () => {
  test('gives a connection a key from CKN and CAK, which is associated now, and whose CAK is nowhere to be seen', async () => {
    const sandbox = given({ connections: [capable('dxcon-aaaaaaaa')] });
    const answer = await sandbox.call('AssociateMacSecKey', { connectionId: 'dxcon-aaaaaaaa', ckn: CKN, cak: CAK });
    expect(answer).toEqual({
      connectionId: 'dxcon-aaaaaaaa',
      macSecKeys: [
        {
          secretARN: expect.stringMatching(
            `^arn:aws:secretsmanager:eu-central-1:111122223333:secret:directconnect!prod/eu-central-1/directconnect/${CKN}-.{6}$`,
          ),
          ckn: CKN,
          state: 'associated',
          startOn: '2026-01-01T00:00:00.000Z',
        },
      ],
    });
    await expect(sandbox.call('DescribeConnections', {})).resolves.toMatchObject({
      connections: [{ macSecKeys: Object(answer).macSecKeys }],
    });
    expect(JSON.stringify([answer, sandbox.network.describe(), sandbox.directConnect.calls])).not.toContain(CAK);
  });

  test('adds a key from a secret, whose name has the CKN, to those that are there', async () => {
    const sandbox = given({ connections: [capable('dxcon-aaaaaaaa', { macSecKeys: [key(CKN)] })] });
    const input = { connectionId: 'dxcon-aaaaaaaa', secretARN: secret(OTHER) };
    const added = { ...key(OTHER), startOn: '2026-01-01T00:00:00.000Z' };
    await expect(sandbox.call('AssociateMacSecKey', input)).resolves.toEqual({
      connectionId: 'dxcon-aaaaaaaa',
      macSecKeys: [key(CKN), added],
    });
    const secretARN = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:mine';
    await expect(sandbox.call('AssociateMacSecKey', { ...input, secretARN })).resolves.toMatchObject({
      macSecKeys: [key(CKN), added, { secretARN, state: 'associated' }],
    });
  });

  test('gives a LAG a key, which its members show', async () => {
    const sandbox = given({
      connections: [capable('dxcon-aaaaaaaa', { lagId: 'dxlag-aaaaaaaa' }), capable('dxcon-bbbbbbbb')],
      lags: [capableLag()],
    });
    await sandbox.call('AssociateMacSecKey', { connectionId: 'dxlag-aaaaaaaa', ckn: CKN, cak: CAK });
    const shown = [expect.objectContaining({ ckn: CKN, state: 'associated' })];
    await expect(sandbox.call('DescribeLags', {})).resolves.toMatchObject({
      lags: [{ macSecKeys: shown, connections: [{ macSecKeys: shown }] }],
    });
    expect(sandbox.connection('dxcon-bbbbbbbb')).not.toHaveProperty('macSecKeys');
  });

  test.each([
    ['neither secret nor pair', {}, 'secretARN, or ckn and cak, is required'],
    ['a CKN without its CAK', { ckn: CKN }, 'secretARN, or ckn and cak, is required'],
    ['a secret and a CKN', { secretARN: secret(CKN), ckn: CKN }, 'ckn cannot be given together with secretARN'],
    ['a CKN that is none', { ckn: 'xyz', cak: CAK }, 'ckn is "xyz"; allowed: 64 hexadecimal digits'],
    ['a CAK that is none, without showing it', { ckn: CKN, cak: 'xyz' }, 'cak is "hidden"; allowed: 64 hexadecimal'],
    ['a secret that is none', { secretARN: 'arn:aws:s3:::a' }, 'allowed: the ARN of a secret of Secrets Manager'],
    ['a key that is there', { secretARN: secret(CKN) }, 'is already associated with dxcon-aaaaaaaa'],
    ['a CKN that is there', { ckn: CKN, cak: CAK }, 'is already associated with dxcon-aaaaaaaa'],
    ['what cannot have keys', { connectionId: 'dxcon-bbbbbbbb', ckn: CKN, cak: CAK }, 'is not MACsec capable'],
    ['no such connection', { connectionId: 'dxcon-zzzzzzzz', ckn: CKN, cak: CAK }, 'Could not find Connection'],
    ['no such LAG', { connectionId: 'dxlag-zzzzzzzz', ckn: CKN, cak: CAK }, 'Could not find Lag'],
  ])('refuses %s', async (_what, given_, text) => {
    const sandbox = given({
      connections: [capable('dxcon-aaaaaaaa', { macSecKeys: [key(CKN)] }), connection('dxcon-bbbbbbbb')],
    });
    const answer = await refusal(sandbox, 'AssociateMacSecKey', { connectionId: 'dxcon-aaaaaaaa', ...given_ });
    expect(answer).toContain(text);
  });
});

describe('DisassociateMacSecKey', () => {
  test('takes one key away, and answers it as disassociated', async () => {
    const sandbox = given({ connections: [capable('dxcon-aaaaaaaa', { macSecKeys: [key(CKN), key(OTHER)] })] });
    const input = { connectionId: 'dxcon-aaaaaaaa', secretARN: secret(CKN) };
    await expect(sandbox.call('DisassociateMacSecKey', input)).resolves.toEqual({
      connectionId: 'dxcon-aaaaaaaa',
      macSecKeys: [{ ...key(CKN), state: 'disassociated' }],
    });
    expect(sandbox.connection('dxcon-aaaaaaaa')?.macSecKeys).toEqual([key(OTHER)]);
    expect(await refusal(sandbox, 'DisassociateMacSecKey', input)).toContain('is not associated with dxcon-aaaaaaaa');
  });

  test('takes a key away from a LAG and its members', async () => {
    const sandbox = given({
      connections: [capable('dxcon-aaaaaaaa', { lagId: 'dxlag-aaaaaaaa', macSecKeys: [key(CKN)] })],
      lags: [capableLag({ macSecKeys: [key(CKN)] })],
    });
    await sandbox.call('DisassociateMacSecKey', { connectionId: 'dxlag-aaaaaaaa', secretARN: secret(CKN) });
    expect(sandbox.lag('dxlag-aaaaaaaa')).toMatchObject({ macSecKeys: [], connections: [{ macSecKeys: [] }] });
  });
});

describe('A connection that joins a LAG', () => {
  test("drops its own keys, and shows the LAG's keys and encryption mode", async () => {
    const sandbox = given({
      connections: [capable('dxcon-aaaaaaaa', { macSecKeys: [key(CKN)], encryptionMode: 'should_encrypt' })],
      lags: [capableLag({ macSecKeys: [key(OTHER)], ...must })],
    });
    await expect(sandbox.call('AssociateConnectionWithLag', pair)).resolves.toMatchObject({
      macSecKeys: [key(OTHER)],
      ...must,
    });
    await sandbox.clock.advance(MINUTE);
    expect(sandbox.connection('dxcon-aaaaaaaa')?.connectionState).toBe('available');
  });

  test('is down where it must encrypt and the LAG has no key, and comes up with the key', async () => {
    const sandbox = given({
      connections: [capable('dxcon-aaaaaaaa', { macSecKeys: [key(CKN)] })],
      lags: [capableLag(must)],
      virtualInterfaces: [virtualInterface('dxvif-aaaaaaaa', 'dxcon-aaaaaaaa')],
    });
    const answer = await sandbox.call('AssociateConnectionWithLag', pair);
    expect(answer).toMatchObject({ connectionState: 'down', ...must });
    expect(answer).not.toHaveProperty('macSecKeys');
    await sandbox.clock.advance(MINUTE);
    expect(sandbox.connection('dxcon-aaaaaaaa')?.connectionState).toBe('down');
    expect(sandbox.virtualInterface('dxvif-aaaaaaaa')?.virtualInterfaceState).toBe('down');
    await sandbox.call('AssociateMacSecKey', { connectionId: 'dxlag-aaaaaaaa', ckn: CKN, cak: CAK });
    expect(sandbox.connection('dxcon-aaaaaaaa')?.connectionState).toBe('available');
    expect(sandbox.virtualInterface('dxvif-aaaaaaaa')?.virtualInterfaceState).toBe('available');
  });

  test("is ordered with the LAG's keys where it is ordered into it", async () => {
    const sandbox = given({ lags: [capableLag({ macSecKeys: [key(CKN)], ...must })] });
    const order = { location: 'EqDC2', bandwidth: '10Gbps', connectionName: 'uplink', requestMACSec: true };
    await expect(sandbox.call('CreateConnection', { ...order, lagId: 'dxlag-aaaaaaaa' })).resolves.toMatchObject({
      macSecKeys: [key(CKN)],
      ...must,
    });
  });

  test("has neither its own keys nor the LAG's when it has left again", async () => {
    const sandbox = given({
      connections: [capable('dxcon-aaaaaaaa', { macSecKeys: [key(CKN)] })],
      lags: [capableLag({ macSecKeys: [key(OTHER)], ...must })],
    });
    await sandbox.call('AssociateConnectionWithLag', pair);
    await sandbox.clock.advance(MINUTE);
    const answer = await sandbox.call('DisassociateConnectionFromLag', pair);
    expect(answer).toMatchObject({ connectionState: 'down', ...must });
    expect(answer).not.toHaveProperty('macSecKeys');
    expect(sandbox.lag('dxlag-aaaaaaaa')?.macSecKeys).toEqual([key(OTHER)]);
  });
});

test.each([
  ['UpdateLag', { lagId: 'dxlag-aaaaaaaa', ...must }],
  ['UpdateConnection', { connectionId: 'dxcon-aaaaaaaa', ...must }],
])('A link without a key goes down when %s makes it must_encrypt, and is no interruption', async (operation, input) => {
  const sandbox = given({
    connections: [capable('dxcon-aaaaaaaa', { lagId: 'dxlag-aaaaaaaa' })],
    lags: [capableLag()],
  });
  await sandbox.call(operation, input);
  expect(sandbox.connection('dxcon-aaaaaaaa')?.connectionState).toBe('down');
  await sandbox.call('DisassociateConnectionFromLag', pair);
  expect(sandbox.network.interruptions('dxcon-aaaaaaaa')).toEqual([]);
});

test.each(['associating', 'disassociating', 'disassociated', undefined])(
  'A key that is %s does not keep a link up that must encrypt',
  state => {
    const { state: _state, ...rest } = key(CKN);
    const macSecKeys = [{ ...rest, ...(state && { state }) }];
    const sandbox = given({ connections: [capable('dxcon-aaaaaaaa', { macSecKeys, ...must })] });
    expect(sandbox.connection('dxcon-aaaaaaaa')?.connectionState).toBe('down');
  },
);
