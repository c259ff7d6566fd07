import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import { directConnect } from '../../../lambda/aws/direct-connect';
import { ERROR_TABLE, readError } from '../../../lambda/aws/errors';

const REQUEST_ID = '59dbff89-35bd-4eac-99ed-be587EXAMPLE';

let server: Server;
let answer: RequestListener;

beforeAll(async () => {
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
afterEach(() => jest.useRealTimers());

/** One call of the handler's client, through the AWS SDK and a socket, and what is read from what it throws. */
async function call() {
  const { port } = server.address() as AddressInfo;
  const api = directConnect({
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
  });
  const thrown = await api.associate({ connectionId: 'dxcon-fg5678gh', lagId: 'dxlag-fg1234aa' }).then(
    () => {
      throw new Error('The call did not fail');
    },
    (error: unknown) => error,
  );
  return readError(thrown);
}

/** What Direct Connect answers over HTTP. */
function answered(status: number, name: string, message: string) {
  answer = (request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': REQUEST_ID });
    response.end(JSON.stringify({ __type: `com.amazonaws.overture#${name}`, message }));
  };
  return call();
}

/** What the operating system or Node.js says when no answer comes. */
function disconnected(name: string) {
  const failure = Object.assign(new Error(`connect ${name}`), /^E[A-Z_]+$/.test(name) ? { code: name } : { name });
  jest.spyOn(Socket.prototype, 'connect').mockImplementation(function (this: Socket) {
    process.nextTick(() => this.destroy(failure));
    return this;
  });
  return call();
}

/** No answer within the client's own time-out. */
function unanswered() {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  answer = () => jest.advanceTimersByTime(20_000);
  return call();
}

const OF_NODE = /^E[A-Z_]+$|^AbortError$/;

const byName = ERROR_TABLE.flatMap(({ names = [], kind, message }) =>
  message === undefined ? names.map(name => [name, kind] as const) : [],
);
const byMessage = ERROR_TABLE.flatMap(({ message, kind }) => (message === undefined ? [] : [[message, kind] as const]));

describe('every row of the table, through the wire', () => {
  test.each(byName)('%s is %s', async (name, kind) => {
    if (OF_NODE.test(name)) {
      expect(await disconnected(name)).toMatchObject({ kind });
    } else if (name === 'TimeoutError') {
      expect(await unanswered()).toMatchObject({ kind, name });
    } else {
      const facts = await answered(400, name, 'A text.');
      expect(facts).toEqual({ kind, name, message: 'A text.', status: 400, awsRequestId: REQUEST_ID });
    }
  });

  test.each(byMessage)('"%s" is %s', async (message, kind) => {
    if (message === 'socket hang up') {
      answer = request => request.socket.destroy();
      expect(await call()).toMatchObject({ kind, message: expect.stringContaining(message) });
    } else {
      const facts = await answered(400, 'DirectConnectClientException', `Connection x: ${message.toUpperCase()}.`);
      expect(facts).toMatchObject({ kind, name: 'DirectConnectClientException', status: 400 });
    }
  });

  test.each(
    ERROR_TABLE.flatMap(({ statusFrom, kind }) => (statusFrom === undefined ? [] : [[statusFrom, kind] as const])),
  )('HTTP %i and above, whatever its name, is %s', async (status, kind) => {
    expect(await answered(status, 'InternalFailure', 'A text.')).toMatchObject({ kind, status });
    expect(await answered(status + 3, 'DirectConnectClientException', 'A text.')).toMatchObject({ kind });
    answer = (_request, response) => response.writeHead(status).end('<html>no JSON</html>');
    expect(await call()).toMatchObject({ kind, status });
  });

  test('every row says what it goes by and where it is known from', () => {
    for (const row of ERROR_TABLE) {
      expect([row.names, row.message, row.statusFrom].filter(each => each !== undefined)).not.toEqual([]);
      expect(row.source).not.toBe('');
    }
  });
});

test('what no row fits is final', async () => {
  expect(await answered(400, 'DirectConnectClientException', 'The LAG is full.')).toMatchObject({ kind: 'final' });
  expect(await answered(400, 'ValidationException', 'A text.')).toMatchObject({ kind: 'final' });
});

test('a quota that is used up is final, whatever it says', async () => {
  expect(await answered(400, 'LimitExceededException', 'Rate exceeded')).toMatchObject({ kind: 'final' });
});

test('a server exception is transient at HTTP 400 and 500 alike, and is asked for once', async () => {
  let requests = 0;
  for (const status of [400, 500]) {
    answer = (_request, response) => {
      requests += 1;
      response.writeHead(status, { 'x-amzn-errortype': 'DirectConnectServerException' }).end('{}');
    };
    expect(await call()).toMatchObject({ kind: 'transient', name: 'DirectConnectServerException' });
  }
  expect(requests).toBe(2);
});
