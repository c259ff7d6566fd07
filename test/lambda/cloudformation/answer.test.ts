import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { AnswerNotDelivered, answerBody, deliver, putOverHttp } from '../../../lambda/cloudformation/answer';

const SECRET = 'X-Amz-Signature=0123456789abcdef';
const event: CloudFormationCustomResourceEvent = {
  RequestType: 'Create',
  ServiceToken: 'token',
  ResponseURL: `https://127.0.0.1/bucket?${SECRET}`,
  StackId: 'stack',
  RequestId: 'request',
  LogicalResourceId: 'Membership',
  ResourceType: 'Custom::DirectConnectLagMembership',
  ResourceProperties: { ServiceToken: 'token' },
};

describe('the body of an answer', () => {
  test('has every scalar field of the connection as text, and an empty text for what is absent', () => {
    const connection = {
      connectionId: 'dxcon-fg5678gh',
      jumboFrameCapable: true,
      vlan: 7,
      loaIssueTime: new Date(0),
      tags: [{ key: 'k', value: 'v' }],
    };
    const { Data } = JSON.parse(
      String(answerBody(event, { status: 'done', physicalId: 'dxcon-fg5678gh', connection })),
    );
    expect(Data).toMatchObject({
      JumboFrameCapable: 'true',
      Vlan: '7',
      LoaIssueTime: '1970-01-01T00:00:00.000Z',
      LagId: '',
    });
    expect(Object.values(Data).every(value => typeof value === 'string')).toBe(true);
    expect(Data).not.toHaveProperty('Tags');
  });

  test.each([
    ['a long reason', { status: 'failed', physicalId: 'id', reason: 'é"\n'.repeat(3000) }],
    [
      'a long attribute',
      { status: 'done', physicalId: 'id', connection: { connectionName: 'é'.repeat(5000), region: 'eu-central-1' } },
    ],
  ] as const)('stays within 4096 bytes for %s', (_, outcome) => {
    const body = answerBody(event, outcome);
    expect(body.length).toBeLessThanOrEqual(4096);
    const parsed = JSON.parse(String(body));
    if (outcome.status === 'failed') expect(parsed.Reason).toMatch(/^é/);
    else expect(parsed.Data).toMatchObject({ ConnectionName: '', Region: 'eu-central-1' });
  });
});

describe('delivering an answer', () => {
  const deliverThrough = async (put: typeof putOverHttp) => {
    const lines: string[] = [];
    const sleeps: number[] = [];
    const clock = { now: () => 0, sleep: async (milliseconds: number) => void sleeps.push(milliseconds) };
    const done = deliver(
      event,
      { status: 'done', physicalId: 'id' },
      { put, clock, random: () => 0.5, log: line => lines.push(JSON.stringify(line)) },
    );
    const error: unknown = await done.then(() => undefined).catch((thrown: unknown) => thrown);
    return { lines, sleeps, error };
  };

  test('is repeated until it is taken', async () => {
    const statuses = [503, 500, 200];
    const { lines, sleeps, error } = await deliverThrough(async () => statuses.shift() ?? 0);
    expect(error).toBeUndefined();
    expect(lines).toHaveLength(3);
    expect(sleeps).toEqual([500, 1000]);
  });

  test('that is never taken fails the invocation, so that Lambda repeats the event', async () => {
    const { error } = await deliverThrough(async () => 403);
    expect(error).toBeInstanceOf(AnswerNotDelivered);
    expect(String(error)).toContain('HTTP status 403');
  });

  test('never tells the URL, whatever the error holds', async () => {
    const { lines, error } = await deliverThrough(async url => {
      throw Object.assign(new Error(`connect to ${url} failed`), { code: 'ECONNREFUSED', url });
    });
    expect(`${lines.join()} ${error}`).toContain('ECONNREFUSED');
    expect(`${lines.join()} ${error}`).not.toContain(SECRET);
  });

  test('over HTTP is a PUT with an empty content type and the length in bytes', async () => {
    let seen: IncomingMessage | undefined;
    const server = createServer((request, response) => {
      seen = request;
      request.resume().on('end', () => response.writeHead(200).end());
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      expect(await putOverHttp(`http://127.0.0.1:${port}/answer?signed`, Buffer.from('é'))).toBe(200);
    } finally {
      server.close();
    }
    expect(seen).toMatchObject({
      method: 'PUT',
      url: '/answer?signed',
      headers: { 'content-type': '', 'content-length': '2' },
    });
  });
});
