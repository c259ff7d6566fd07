import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import { Hash } from '@smithy/core/serde';
import { SignatureV4 } from '@smithy/signature-v4';
import { readError } from '../../../lambda/aws/errors';
import { signedRequests } from '../../../lambda/aws/signed-request';

const credentials = { accessKeyId: 'key', secretAccessKey: 'secret', sessionToken: 'session' };
const HEADERS = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'DynamoDB_20120810.GetItem' };
const BODY = '{"TableName":"Größe"}';

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

const host = () => `127.0.0.1:${(server.address() as AddressInfo).port}`;
const send = () =>
  signedRequests({
    AWS_REGION: 'eu-central-1',
    AWS_ENDPOINT_URL: `http://${host()}`,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
  })('dynamodb', HEADERS, BODY);

/** The signature that a request must have as it has come: by its time, its signed headers and its body. */
async function signatureOf({ method = '', headers }: IncomingMessage, body: string): Promise<string | undefined> {
  const [, names = ''] = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '') ?? [];
  const signer = new SignatureV4({
    service: 'dynamodb',
    region: 'eu-central-1',
    sha256: Hash.bind(null, 'sha256'),
    credentials,
  });
  const date = String(headers['x-amz-date']);
  const signed = await signer.sign(
    {
      method,
      protocol: 'http:',
      hostname: '127.0.0.1',
      path: '/',
      query: {},
      headers: Object.fromEntries(names.split(';').map(name => [name, String(headers[name])])),
      body,
    },
    { signingDate: new Date(date.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5')) },
  );
  return signed.headers.authorization;
}

test('a request is a POST with the given headers and body, signed with the credentials of the environment', async () => {
  const received = new Promise<{ request: IncomingMessage; body: string }>(resolve => {
    answer = (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', chunk => chunks.push(chunk));
      request.on('end', () => {
        response.writeHead(200, { 'x-amzn-requestid': 'r' }).end('{"Item":"é"}');
        resolve({ request, body: Buffer.concat(chunks).toString() });
      });
    };
  });
  expect(await send()).toEqual({ status: 200, body: '{"Item":"é"}', awsRequestId: 'r' });
  const { request, body } = await received;
  expect(request).toMatchObject({ method: 'POST', url: '/' });
  expect(request.headers).toMatchObject({ ...HEADERS, host: host(), 'x-amz-security-token': 'session' });
  expect(request.headers.authorization).toMatch(/Credential=key\/\d{8}\/eu-central-1\/dynamodb\/aws4_request/);
  expect(request.headers.authorization).toBe(await signatureOf(request, body));
  expect(body).toBe(BODY);
});

test('what the service refuses is an answer too', async () => {
  answer = (request, response) => request.resume().on('end', () => response.writeHead(400).end('{"__type":"x"}'));
  expect(await send()).toEqual({ status: 400, body: '{"__type":"x"}' });
});

test('a connection that is closed without an answer is thrown, and may be tried again', async () => {
  answer = request => request.socket.destroy();
  expect(readError(await send().catch((error: unknown) => error))).toMatchObject({ kind: 'transient' });
});

test('an answer that does not come within twenty seconds is not waited for', async () => {
  // What Node.js does when a socket was idle for the time that it was given, at once.
  jest.spyOn(Socket.prototype, 'setTimeout').mockImplementation(function (this: Socket, milliseconds) {
    if (milliseconds === 20_000) setImmediate(() => this.emit('timeout'));
    return this;
  });
  answer = () => {};
  const thrown: unknown = await send().catch((error: unknown) => error);
  expect(readError(thrown)).toMatchObject({ kind: 'transient', name: 'ETIMEDOUT' });
});
