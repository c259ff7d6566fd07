import { DirectConnect } from '../../direct-connect/direct-connect';
import { seeded } from '../../test/seeded';
import { directConnectConnection } from '../resources/direct-connect-connection';
import { directConnectLag } from '../resources/direct-connect-lag';
import { caller, FakeStack, template } from './fake-stack';

function setUp() {
  const calls: string[] = [];
  const fake = { api: { call: (_operation: string, _input: unknown): Promise<object> => Promise.resolve({}) } };
  const api = { call: (operation: string, input: unknown) => fake.api.call(operation, input) };
  const stack = new FakeStack('stack', { resourceTypes: [directConnectLag(api), directConnectConnection(api)] });
  const directConnect = new DirectConnect({
    clock: stack.clock,
    random: seeded(1),
    authorize: () => Promise.resolve(undefined),
    transitionMilliseconds: 1000,
  });
  fake.api.call = (operation, input) => {
    calls.push(operation);
    return directConnect.call(operation, input, caller);
  };
  return { stack, directConnect, calls };
}

const lag = (name: string, properties: object = {}) => ({
  Type: 'AWS::DirectConnect::Lag',
  Properties: { LagName: name, Location: 'EqDC2', ConnectionsBandwidth: '10Gbps', ...properties },
});

const connection = (properties: object = {}) => ({
  Type: 'AWS::DirectConnect::Connection',
  Properties: { ConnectionName: 'c', Location: 'EqDC2', Bandwidth: '10Gbps', ...properties },
});

test('Ref gives the ARN, and the attributes are there', async () => {
  const { stack } = setUp();
  const attribute = (name: string) => ({ Value: { 'Fn::GetAtt': name } });
  const outputs = {
    Lag: { Value: { Ref: 'L' } },
    LagId: attribute('L.LagId'),
    LagState: attribute('L.LagState'),
    Connection: { Value: { Ref: 'C' } },
    ConnectionState: attribute('C.ConnectionState'),
  };
  expect(
    await stack.create(template({ L: lag('a'), C: connection({ LagId: { Ref: 'L' } }) }, { Outputs: outputs })),
  ).toBe('CREATE_COMPLETE');
  const { Lag: arn, LagId: id, ...others } = await stack.outputs();
  expect(arn).toBe(`arn:aws:directconnect:eu-central-1:123456789012:dxlag/${id}`);
  expect(others).toEqual({
    LagState: 'pending',
    Connection: expect.stringMatching(/^arn:aws:directconnect:eu-central-1:123456789012:dxcon\/dxcon-/),
    ConnectionState: 'requested',
  });
});

test('a new connection is in its LAG; another LagId moves it in place, none takes it out', async () => {
  const { stack, directConnect, calls } = setUp();
  const members = () =>
    [...directConnect.network.connections.values()].map(
      ({ lagId }) => lagId && directConnect.network.lags.get(lagId)?.lagName,
    );
  const wanted = (lagId?: object) =>
    template({ A: lag('a'), B: lag('b'), C: connection(lagId ? { LagId: lagId } : {}) });
  await stack.create(wanted({ 'Fn::GetAtt': ['A', 'LagId'] }));
  expect(members()).toEqual(['a']);
  calls.length = 0;
  expect(await stack.update(wanted({ Ref: 'B' }))).toBe('UPDATE_COMPLETE');
  expect(calls).toContain('AssociateConnectionWithLag');
  expect(members()).toEqual(['b']);
  // It is in transition before it can leave again.
  await stack.clock.advance(1000);
  expect(await stack.update(wanted())).toBe('UPDATE_COMPLETE');
  expect(members()).toEqual([undefined]);
});

test('name and tags of a LAG change in place', async () => {
  const { stack, directConnect } = setUp();
  await stack.create(
    template({
      A: lag('a', {
        Tags: [
          { Key: 'x', Value: '1' },
          { Key: 'y', Value: '2' },
        ],
      }),
    }),
  );
  expect(await stack.update(template({ A: lag('b', { Tags: [{ Key: 'y', Value: '3' }] }) }))).toBe('UPDATE_COMPLETE');
  expect([...directConnect.network.lags.values()]).toMatchObject([{ lagName: 'b', tags: [{ key: 'y', value: '3' }] }]);
});

test('the name of a connection changes in place', async () => {
  const { stack, directConnect } = setUp();
  await stack.create(template({ C: connection() }));
  expect(await stack.update(template({ C: connection({ ConnectionName: 'd' }) }))).toBe('UPDATE_COMPLETE');
  expect([...directConnect.network.connections.values()]).toMatchObject([{ connectionName: 'd' }]);
});

test('minimum links that a LAG without connections cannot have fail its creation, and nothing stays behind', async () => {
  const { stack, directConnect } = setUp();
  expect(await stack.create(template({ A: lag('a', { MinimumLinks: 1 }) }))).toBe('ROLLBACK_COMPLETE');
  expect([...directConnect.network.lags.values()].map(({ lagState }) => lagState)).toEqual(['deleted']);
});

test('deletes what is there, and takes what is gone for deleted', async () => {
  const { stack, directConnect } = setUp();
  await stack.create(template({ A: lag('a'), B: lag('b'), C: connection({ LagId: { Ref: 'A' } }) }));
  const [, second] = directConnect.network.lags.values();
  if (second) await directConnect.call('DeleteLag', { lagId: second.lagId }, caller);
  expect(await stack.delete()).toBe('DELETE_COMPLETE');
  expect([...directConnect.network.lags.values()].map(({ lagState }) => lagState)).toEqual(['deleted', 'deleted']);
  expect([...directConnect.network.connections.values()].map(({ connectionState }) => connectionState)).toEqual([
    'deleted',
  ]);
});
