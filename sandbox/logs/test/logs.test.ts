import type { Caller } from '../../caller';
import { VirtualClock } from '../../test/virtual-clock';
import { Logs } from '../logs';
import { LogsApi } from '../logs-api';

const caller: Caller = {
  accountId: '111122223333',
  region: 'eu-central-1',
  principalArn: 'arn:aws:sts::111122223333:assumed-role/R/s',
};
const group = 'arn:aws:logs:eu-central-1:111122223333:log-group:g';

function world(denied: readonly string[] = []) {
  const clock = new VirtualClock(0);
  const written: string[] = [];
  const asked: string[] = [];
  const authorize = async (_caller: Caller, action: string, resource: string) => {
    asked.push(`${action} ${resource}`);
    return denied.includes(action) ? `not ${action}` : undefined;
  };
  const logs = new Logs({
    clock,
    accountId: '111122223333',
    partition: 'aws',
    authorize,
    write: (_region, _group, text) => written.push(text),
  });
  return { clock, logs, written, asked, api: new LogsApi(logs, authorize) };
}

test('a line is written with its time and stream', async () => {
  const { logs, written } = world();
  (await logs.openStream(caller, 'g', 's')).line('hello');
  expect(written).toEqual(['1970-01-01T00:00:00.000Z s hello\n']);
});

test('a group is made by the first run that may make one', async () => {
  const { logs, asked } = world();
  await logs.openStream(caller, 'g', 's');
  await logs.openStream(caller, 'g', 's');
  expect(logs.hasGroup('eu-central-1', 'g')).toBe(true);
  const stream = [`logs:CreateLogStream ${group}:log-stream:s`, `logs:PutLogEvents ${group}:log-stream:s`];
  expect(asked).toEqual([`logs:CreateLogGroup ${group}`, ...stream, ...stream]);
});

test.each(['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'])(
  'without %s nothing is kept but a note',
  async action => {
    const { logs, written } = world([action]);
    (await logs.openStream(caller, 'g', 's')).line('hello');
    expect(written).toEqual([expect.stringContaining(`The log of this run is not kept: not ${action}`)]);
  },
);

test('FilterLogEvents gives the lines of a time and of streams', async () => {
  const { clock, logs, api } = world();
  const [one, two] = [await logs.openStream(caller, 'g', 'one'), await logs.openStream(caller, 'g', 'two')];
  one.line('a');
  await clock.advance(1000);
  one.line('b');
  two.line('c');
  const messages = async (input: object) => {
    const answer = await api.call('FilterLogEvents', { logGroupName: 'g', ...input }, caller);
    return JSON.stringify(answer).match(/(?<="message":")./g);
  };
  expect(await messages({})).toEqual(['a', 'b', 'c']);
  expect(await messages({ startTime: 1000 })).toEqual(['b', 'c']);
  expect(await messages({ endTime: 999 })).toEqual(['a']);
  expect(await messages({ logStreamNames: ['two'] })).toEqual(['c']);
  expect(await messages({ limit: 1 })).toEqual(['a']);
  await expect(messages({ logGroupName: 'g', interleaved: true })).rejects.toThrow('does not support interleaved');
});

test.each([
  ['{ $.requestId = "one" }', ['1', '3']],
  ['{$.requestId=one}', ['1', '3']],
  ['{ $.cause.status = 400 }', ['3']],
  ['{ $.cause.status = "400" }', []],
  ['{ $.toString = "one" }', []],
])('FilterLogEvents finds lines of JSON by a field: %s', async (filterPattern, found) => {
  const { logs, api } = world();
  const log = await logs.openStream(caller, 'g', 's');
  log.line('START of no JSON with "requestId":"one"');
  log.line('{"step":1,"requestId":"one"}');
  log.line('{"step":2,"requestId":"two"}');
  log.line('{"step":3,"requestId":"one","cause":{"status":400}}');
  const { events } = Object(await api.call('FilterLogEvents', { logGroupName: 'g', filterPattern }, caller));
  expect(JSON.stringify(events).match(/(?<=step\\":)\d/g) ?? []).toEqual(found);
});

test.each(['ERROR', '{ $.a = "b*" }', '{ $.a = "b" && $.c = "d" }', '{ $.a > 1 }', '[ip, user]'])(
  'a filter pattern of another form is refused by its name: %s',
  async filterPattern => {
    const { logs, api } = world();
    await logs.openStream(caller, 'g', 's');
    const filter = api.call('FilterLogEvents', { logGroupName: 'g', filterPattern }, caller);
    await expect(filter).rejects.toThrow(`does not support the filterPattern ${filterPattern}`);
  },
);

test('of a group that does not exist there is nothing to filter', async () => {
  const { api } = world();
  const filter = api.call('FilterLogEvents', { logGroupName: 'g' }, caller);
  await expect(filter).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
});

describe('log streams that a function makes for itself', () => {
  const make = (api: LogsApi, logStreamName: string) =>
    api.call('CreateLogStream', { logGroupName: 'g', logStreamName }, caller);
  const list = (api: LogsApi, input: object = {}) =>
    api.call('DescribeLogStreams', { logGroupName: 'g', ...input }, caller);

  test('are listed by name, with the time they were made', async () => {
    const { clock, logs, api } = world();
    logs.createGroup('eu-central-1', 'g', undefined);
    await make(api, 'b/2');
    await clock.advance(1000);
    await make(api, 'b/1');
    await make(api, 'a');
    expect(await list(api, { logStreamNamePrefix: 'b/' })).toEqual({
      logStreams: [
        { logStreamName: 'b/1', creationTime: 1000, storedBytes: 0 },
        { logStreamName: 'b/2', creationTime: 0, storedBytes: 0 },
      ],
    });
  });

  test('are made once', async () => {
    const { logs, api } = world();
    logs.createGroup('eu-central-1', 'g', undefined);
    await make(api, 's');
    await expect(make(api, 's')).rejects.toMatchObject({ code: 'ResourceAlreadyExistsException' });
  });

  test('need their group, a name, and the right', async () => {
    await expect(make(world().api, 's')).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
    const { logs, api } = world(['logs:DescribeLogStreams']);
    logs.createGroup('eu-central-1', 'g', undefined);
    await expect(make(api, 'a:b')).rejects.toMatchObject({ code: 'InvalidParameterException' });
    await expect(list(api)).rejects.toMatchObject({ code: 'AccessDeniedException' });
  });

  test('come fifty to a page', async () => {
    const { logs, api } = world();
    logs.createGroup('eu-central-1', 'g', undefined);
    for (let index = 10; index < 70; index++) await make(api, `s${index}`);
    const first = Object(await list(api));
    expect(first.logStreams).toHaveLength(50);
    expect(Object(await list(api, { nextToken: first.nextToken })).logStreams).toHaveLength(10);
  });
});

test('a line that does not end goes on in another after 256 KiB', async () => {
  const { logs, written } = world();
  const log = await logs.openStream(caller, 'g', 's');
  for (let chunk = 0; chunk < 5; chunk += 1) log.text('x'.repeat(100_000));
  log.line('END');
  const lines = written.join('').trimEnd().split('\n');
  expect(lines.map(line => line.length > 250_000)).toEqual([true, false, false]);
});

test('of a group the last 10,000 lines are kept to be asked for, and written all', async () => {
  const { logs, written } = world();
  const { text } = await logs.openStream(caller, 'g', 's');
  text(`first\n${'line\n'.repeat(9_999)}last\n`);
  const kept = logs.eventsOf('eu-central-1', 'g').map(({ message }) => message);
  expect([kept.length, kept[0], kept.at(-1)]).toEqual([10_000, 'line', 'last']);
  expect(written.join('')).toContain(' s first\n');
});

test.each([
  ['100,000 lines', '\n'.repeat(60_000)],
  ['16 MiB', `${'x'.repeat(200_000)}\n`.repeat(50)],
])('of a run that writes more than %s the rest is not kept, and the log says so', async (_limit, chunk) => {
  const { logs, written } = world();
  const { text, line } = await logs.openStream(caller, 'g', 's');
  for (let chunks = 0; chunks < 5; chunks += 1) text(chunk);
  line('END');
  const all = written.join('');
  expect(all.length).toBeLessThan(30_000_000);
  expect(all.match(/The rest of this run's output is not kept/g)).toHaveLength(1);
  expect(all).toMatch(/ s END\n$/);
});
