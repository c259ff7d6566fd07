import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeLagsCommand, DirectConnectClient } from '@aws-sdk/client-direct-connect';
import { type Sandbox, startSandbox } from '../index';

const connectionId = 'dxcon-fg5678gh';
const lagId = 'dxlag-fg1234aa';
const state = readFileSync(join(__dirname, '../example-state.json'), 'utf8');

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ state, transitionMilliseconds: 0 });
});
afterEach(() => sandbox.stop());

const client = () =>
  new DirectConnectClient({
    endpoint: sandbox.url,
    region: sandbox.region,
    credentials: sandbox.services.sessions.administratorKey,
    maxAttempts: 1,
  });

const control = (path: string, init?: RequestInit) => fetch(`${sandbox.url}/_sandbox/${path}`, init);
const addFaults = (...faults: object[]) => control('faults', { method: 'POST', body: JSON.stringify(faults) });

describe('the control routes', () => {
  test('health counts what is there', async () => {
    expect(await (await control('health')).json()).toEqual({
      status: 'ok',
      connections: 9,
      lags: 4,
      virtualInterfaces: 2,
    });
  });

  test('the state can be read back as a state file', async () => {
    const text = await (await control('state')).text();
    const again = await startSandbox({ state: text });
    expect(await (await fetch(`${again.url}/_sandbox/state`)).text()).toBe(text);
    await again.stop();
  });

  test('the traffic says when each link, LAG and virtual interface was up', async () => {
    sandbox.services.directConnect.network.setLink(connectionId, 'down');
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const traffic = await (await control('traffic')).json();
    expect(traffic).toHaveLength(15);
    expect(traffic).toContainEqual({
      id: lagId,
      kind: 'lag',
      intervals: [{ from: time, up: true }],
      fewestLinksUp: 1,
      secondsWithoutLink: 0,
    });
    expect(traffic).toContainEqual({
      id: connectionId,
      kind: 'link',
      intervals: expect.arrayContaining([{ from: time, up: false }]),
    });
  });

  test('calls are listed with who made them and what went wrong', async () => {
    await expect(client().send(new DescribeLagsCommand({ lagId: 'dxlag-ffffffff' }))).rejects.toThrow();
    expect(await (await control('calls')).json()).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        operation: 'DescribeLags',
        input: { lagId: 'dxlag-ffffffff' },
        principal: 'arn:aws:iam::111122223333:user/sandbox',
        error: { name: 'DirectConnectClientException', message: 'Could not find Lag with ID dxlag-ffffffff' },
      },
    ]);
  });

  test('faults can be listed and taken away again', async () => {
    const fault = { operation: 'DescribeLags', error: 'ThrottlingException', times: 3 };
    await addFaults(fault);
    expect(await (await control('faults')).json()).toEqual([fault]);
    expect((await control('faults', { method: 'DELETE' })).status).toBe(204);
    expect(await (await control('faults')).json()).toEqual([]);
  });

  test.each([
    ['JSON that is none', '[{', 'JSON'],
    ['an operation that is none', '[{"operation":"Nope","error":"E"}]', 'Nope'],
    ['no list', '{}', 'a list'],
  ])('a list of faults with %s is refused as a whole', async (_name, body, what) => {
    await addFaults({ operation: 'DescribeLags', error: 'E' });
    const answer = await control('faults', { method: 'POST', body });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ message: expect.stringContaining(what) });
    expect(await (await control('faults')).json()).toHaveLength(1);
  });

  test('a list of faults that is too deep is refused', async () => {
    const answer = await control('faults', { method: 'POST', body: '['.repeat(50_000) });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ message: expect.stringContaining('at most 200 lists and objects') });
  });

  test('a list of faults of more than 1 MiB is refused', async () => {
    const answer = await control('faults', { method: 'POST', body: ' '.repeat(1024 * 1024 + 1) });
    expect(answer.status).toBe(400);
  });

  test('another path or method is refused with what there is', async () => {
    const other = await control('nothing');
    expect(other.status).toBe(404);
    expect(await other.json()).toEqual({ message: expect.stringContaining('/_sandbox/calls') });
    const put = await control('faults', { method: 'PUT', body: '[]' });
    expect(put.status).toBe(405);
    expect(put.headers.get('allow')).toBe('GET, POST, DELETE');
  });
});
