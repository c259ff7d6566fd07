import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import {
  AssociateConnectionWithLagCommand,
  DescribeConnectionsCommand,
  DescribeLagsCommand,
  DescribeLoaCommand,
  DirectConnectClient,
  DirectConnectClientException,
  DirectConnectServerException,
  DisassociateConnectionFromLagCommand,
} from '@aws-sdk/client-direct-connect';
import { HttpRequest } from '@smithy/core/protocols';
import { type Sandbox, startSandbox } from '../index';
import { logFile } from '../sandbox';
import type { AccessKey } from '../signature';
import { templateOf } from './custom-resource';

const connectionId = 'dxcon-fg5678gh';
const lagId = 'dxlag-fg1234aa';
const state = readFileSync(join(__dirname, '../example-state.json'), 'utf8');

/** Answers like the runtime of CDK's AwsCustomResource: with the host and the path of the ResponseURL, and no port. */
const provider = `
  const { request } = require('node:https');
  exports.handler = ({ ResponseURL, StackId, RequestId, LogicalResourceId }) => new Promise((resolve, reject) => {
    const { protocol, hostname, pathname, search } = new URL(ResponseURL);
    if (protocol !== 'https:') throw new Error(protocol);
    const options = { hostname, path: pathname + search, method: 'PUT', headers: { 'content-type': '' } };
    const answer = { Status: 'SUCCESS', PhysicalResourceId: 'x', StackId, RequestId, LogicalResourceId };
    request(options, resolve).on('error', reject).end(JSON.stringify(answer));
  });`;

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ state, transitionMilliseconds: 0 });
});
afterEach(() => sandbox.stop());

const client = (credentials = sandbox.services.sessions.administratorKey, region = sandbox.region) =>
  new DirectConnectClient({
    endpoint: sandbox.url,
    region,
    credentials,
    maxAttempts: 1,
  });

const control = (path: string, init?: RequestInit) => fetch(`${sandbox.url}/_sandbox/${path}`, init);
const addFaults = (...faults: object[]) => control('faults', { method: 'POST', body: JSON.stringify(faults) });
const caught = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    error => error,
  );

/** With headers that `fetch` does not let a caller set. */
function get(path: string, headers: { [name: string]: string }): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${sandbox.url}${path}`, { headers }, response => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('error', reject).end();
  });
}

describe('the AWS SDK for JavaScript', () => {
  test('associates, describes and disassociates a connection', async () => {
    const associated = await client().send(new AssociateConnectionWithLagCommand({ connectionId, lagId }));
    expect(associated).toMatchObject({ connectionId, lagId });
    const { connections } = await client().send(new DescribeConnectionsCommand({ connectionId }));
    expect(connections).toMatchObject([{ connectionId, lagId, bandwidth: '10Gbps' }]);
    const { lags } = await client().send(new DescribeLagsCommand({ lagId }));
    expect(lags?.[0]?.numberOfConnections).toBe(2);
    const left = await client().send(new DisassociateConnectionFromLagCommand({ connectionId, lagId }));
    expect(left.connectionId).toBe(connectionId);
    expect(left).not.toHaveProperty('lagId');
  });

  test('gets a DirectConnectClientException with its message, status and request id', async () => {
    const error = await caught(client().send(new DescribeLagsCommand({ lagId: 'dxlag-ffffffff' })));
    expect(error).toBeInstanceOf(DirectConnectClientException);
    expect(error).toMatchObject({
      message: 'Could not find Lag with ID dxlag-ffffffff',
      $metadata: { httpStatusCode: 400, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
  });

  test('gets a DirectConnectServerException with HTTP status 400 where a fault asks for it', async () => {
    await addFaults({ operation: 'DescribeLags', error: 'DirectConnectServerException' });
    const error = await caught(client().send(new DescribeLagsCommand({})));
    expect(error).toBeInstanceOf(DirectConnectServerException);
    expect(error).toMatchObject({ $metadata: { httpStatusCode: 400 } });
    await expect(client().send(new DescribeLagsCommand({}))).resolves.toBeDefined();
  });

  test('gets a LimitExceededException, which newer models of the API have, by its name where a fault asks for it', async () => {
    await addFaults({ operation: 'AssociateConnectionWithLag', error: 'LimitExceededException', message: 'Too many' });
    const error = await caught(client().send(new AssociateConnectionWithLagCommand({ connectionId, lagId })));
    expect(error).toMatchObject({
      name: 'LimitExceededException',
      message: 'Too many',
      $metadata: { httpStatusCode: 400 },
    });
  });

  test('loses the connection where a fault asks for a lost answer, after the change was applied', async () => {
    await addFaults({ operation: 'AssociateConnectionWithLag', error: 'LostAnswer', afterApplying: true });
    const associate = client().send(new AssociateConnectionWithLagCommand({ connectionId, lagId }));
    await expect(associate).rejects.toThrow('socket hang up');
    const { connections } = await client().send(new DescribeConnectionsCommand({ connectionId }));
    expect(connections?.[0]?.lagId).toBe(lagId);
  });

  test('is told by name what the sandbox does not support', async () => {
    const error = await caught(client().send(new DescribeLoaCommand({ connectionId })));
    expect(error).toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringContaining('DescribeLoa'),
    });
  });

  test('is refused with an access key that the sandbox does not know', async () => {
    const error = await caught(
      client({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' }).send(new DescribeLagsCommand({})),
    );
    expect(error).toMatchObject({ name: 'UnrecognizedClientException' });
  });

  test.each([
    ['another secret', (key: AccessKey) => ({ ...key, secretAccessKey: 'sandbox' })],
    ['another session token', (key: AccessKey) => ({ ...key, sessionToken: 'x' })],
  ])('is refused with %s than the key’s', async (_name, changed) => {
    const assumed = await sandbox.services.sessions.assumeRole(
      { ...sandbox.services.sessions.administrator, region: sandbox.region },
      `arn:aws:iam::${sandbox.accountId}:role/cdk-hnb659fds-deploy-role-${sandbox.accountId}-${sandbox.region}`,
      'session',
    );
    await expect(client(assumed.credentials).send(new DescribeLagsCommand({}))).resolves.toBeDefined();
    const error = await caught(client(changed(assumed.credentials)).send(new DescribeLagsCommand({})));
    expect(error).toMatchObject({ name: 'InvalidSignatureException', $metadata: { httpStatusCode: 403 } });
  });

  test('has another key at each start', async () => {
    const other = await startSandbox();
    const key = other.services.sessions.administratorKey;
    await other.stop();
    const error = await caught(client(key).send(new DescribeLagsCommand({})));
    expect(error).toMatchObject({ message: expect.stringContaining('export lines') });
  });

  test('sees nothing of one Region in another', async () => {
    const { lags } = await client(undefined, 'eu-west-1').send(new DescribeLagsCommand({}));
    expect(lags).toEqual([]);
  });

  test('has the rights of the role whose credentials it uses', async () => {
    const { iam, sessions } = sandbox.services;
    const role = await iam.createRole('R', '/', {
      trustPolicy: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
    });
    const session = await sessions.forService('lambda.amazonaws.com', role.arn, 'S');
    const error = await caught(client(session?.credentials).send(new DescribeLagsCommand({ lagId })));
    expect(error).toMatchObject({
      message: expect.stringContaining('is not authorized to perform: directconnect:DescribeLags'),
    });
  });
});

describe('the server', () => {
  test('answers nobody who calls it by another name, and no page from elsewhere', async () => {
    expect(await get('/_sandbox/health', { host: 'localhost:80' })).toBe(200);
    expect(await get('/_sandbox/health', { host: 'sandbox.example' })).toBe(403);
    expect(await get('/_sandbox/health', { origin: 'https://page.example' })).toBe(403);
    expect(await get('/_sandbox/health', { origin: sandbox.url })).toBe(200);
    expect(await get('/_sandbox/health', { origin: sandbox.url.replace('127.0.0.1', 'localhost') })).toBe(200);
  });

  test.each(['http://127.0.0.1:1', 'http://localhost:8888', 'http://localhost', 'null'])(
    'answers no page of %s, another origin on the same machine',
    async origin => {
      expect(await get('/_sandbox/health', { origin })).toBe(403);
    },
  );

  test.each([
    ['cross-site', 403],
    ['same-site', 403],
    ['same-origin', 200],
    ['none', 200],
  ])('a browser’s GET whose Sec-Fetch-Site is %s gets %i', async (site, status) => {
    expect(await get('/_sandbox/health', { 'sec-fetch-site': site })).toBe(status);
  });

  test.each([
    ['//', 403],
    ['/%', 403],
    ['/_sandbox/__proto__', 404],
    ['/_sandbox/%ff', 404],
  ])('a path that is %s gets %i', async (path, status) => {
    expect(await get(path, {})).toBe(status);
  });

  test('an input that is too deep to be written again is refused, and is not among the calls', async () => {
    const authorize = client();
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    authorize.middlewareStack.add(
      next => async args => {
        if (HttpRequest.isInstance(args.request)) {
          args.request.body = `{"lagId":${deep}}`;
          args.request.headers['content-length'] = String(args.request.body.length);
        }
        return next(args);
      },
      { step: 'build', name: 'deep' },
    );
    const error = await caught(authorize.send(new DescribeLagsCommand({})));
    expect(error).toMatchObject({ name: 'SerializationException' });
    expect(await (await control('calls')).json()).toEqual([]);
  });

  test('a body of more than 16 MiB is refused, and read to its end', async () => {
    const answer = await fetch(sandbox.url, { method: 'POST', body: Buffer.alloc(16 * 1024 * 1024 + 1) });
    expect(answer.status).toBe(413);
  });

  test('refuses a Region that is none, and a service that is only a property of every object', async () => {
    const ask = async (region: string, service: string) => {
      const scope = `sandbox/20260101/${region}/${service}/aws4_request`;
      const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`;
      return (await fetch(sandbox.url, { headers: { authorization } })).status;
    };
    expect(await ask('a'.repeat(400), 'logs')).toBe(403);
    expect(await ask('eu-central-1', '__proto__')).toBe(400);
  });

  test.each(['__proto__', 'toString', 'x-amz-none'])('refuses a signature over a header %s', async name => {
    const scope = `sandbox/20260101/${sandbox.region}/sts/aws4_request`;
    const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;${name}, Signature=0`;
    const headers = { authorization, 'x-amz-date': '20260101T000000Z' };
    expect((await fetch(sandbox.url, { headers })).status).toBe(403);
  });

  test('refuses a request without a signature', async () => {
    const answer = await fetch(sandbox.url);
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ __type: 'MissingAuthenticationToken' });
  });

  test('refuses a body other than the one that was signed', async () => {
    const signed: { headers?: Record<string, string> } = {};
    const capturing = client();
    capturing.middlewareStack.add(
      next => async args => {
        if (HttpRequest.isInstance(args.request)) Object.assign(signed, { headers: args.request.headers });
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low', name: 'capture' },
    );
    await capturing.send(new DescribeLagsCommand({}));
    const headers = Object.fromEntries(
      Object.entries(signed.headers ?? {}).filter(([name]) => name !== 'content-length'),
    );
    const again = (body: string, more = {}) =>
      fetch(sandbox.url, { method: 'POST', headers: { ...headers, ...more }, body });
    expect((await again('{}')).status).toBe(200);
    expect((await again('{"lagId":"dxlag-fg1234aa"}')).status).toBe(403);
    expect((await again('{}', { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' })).status).toBe(403);
  });

  test('takes no credentials from the query, which a link on any page can carry', async () => {
    const scope = `sandbox/20260101/${sandbox.region}/s3/aws4_request`;
    const query = new URLSearchParams({ 'X-Amz-Credential': scope, 'X-Amz-Signature': '0' });
    const answer = await fetch(`${sandbox.url}/bucket/key?${query}`);
    expect(await answer.json()).toMatchObject({ __type: 'MissingAuthenticationToken' });
  });

  test('names a service that it does not have', async () => {
    const authorization =
      'AWS4-HMAC-SHA256 Credential=sandbox/20260101/eu-central-1/iam/aws4_request, SignedHeaders=host, Signature=0';
    const answer = await fetch(sandbox.url, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
      body: 'Action=ListRoles&Version=2010-05-08',
    });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('The sandbox does not have the service iam, asked for ListRoles');
  });

  test('takes answers of custom resources over https, also from a provider that takes 443 for the port', async () => {
    const { cloudFormation } = sandbox.services;
    const { region } = sandbox;
    const caller = { accountId: sandbox.accountId, region, principalArn: 'arn:aws:iam::111122223333:user/sandbox' };
    const TemplateBody = JSON.stringify(templateOf(provider, {}, { ServiceTimeout: 20 }));
    await cloudFormation.call(
      'CreateStack',
      { StackName: 'S', TemplateBody, Capabilities: ['CAPABILITY_IAM'] },
      caller,
    );
    expect(await cloudFormation.whenSettled('S', region)).toBe('CREATE_COMPLETE');
  });

  test('does not start twice on a port', async () => {
    const port = Number(new URL(sandbox.url).port);
    await expect(startSandbox({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test('does not start with a state that is not right', async () => {
    await expect(startSandbox({ state: '{"lags":[{}]}' })).rejects.toThrow('lags[0].lagId is missing');
  });

  test('closes its port when it stops', async () => {
    await sandbox.stop();
    await expect(fetch(`${sandbox.url}/_sandbox/health`)).rejects.toThrow('fetch failed');
  });
});

test('a log group whose name is too long for a file has one all the same, of its own', () => {
  const long = 'g'.repeat(512);
  const names = [logFile('eu-central-1', long), logFile('eu-central-1', `${long.slice(1)}h`)];
  for (const name of names) expect(name.length).toBeLessThan(255);
  expect(new Set(names).size).toBe(2);
  expect(logFile('eu-central-1', '/aws/lambda/F')).toBe('eu-central-1.aws.lambda.F.log');
});
