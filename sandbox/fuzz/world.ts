import { Hash } from '@smithy/core/serde';
import { SignatureV4 } from '@smithy/signature-v4';
import { Control, controlPath } from '../control';
import { LostAnswer } from '../direct-connect/faults';
import type { NetworkState } from '../direct-connect/network';
import { parseState, writeState } from '../direct-connect/state-file';
import { Endpoints } from '../endpoints';
import type { HttpAnswer } from '../http';
import { codeOfSource } from '../lambda/function-code';
import type { RunFunction } from '../lambda/invocation';
import { configurationOf } from '../lambda/test/support';
import { createServices } from '../services';
import type { AccessKey } from '../signature';
import { seeded } from '../test/seeded';
import { VirtualClock } from '../test/virtual-clock';
import type { Unsigned } from './unsigned';

const accountId = '111122223333';
const region = 'eu-central-1';
const unchanged = (headers: { readonly [name: string]: string }) => headers;
const responsePath = '/_responses';
const trust = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'lambda.amazonaws.com', AWS: `arn:aws:iam::${accountId}:root` },
      Action: 'sts:AssumeRole',
    },
  ],
};

/** Every service behind its endpoint, with a function, a role and a table, on a clock of their own and without a port. */
export async function world(state: NetworkState) {
  const clock = new VirtualClock();
  const random = seeded(1);
  /** What is secret: the signatures of ResponseURLs. */
  const secrets: string[] = [];
  /** All that can be read of the sandbox. */
  const written: string[] = [];
  const run: RunFunction = async ({ event, log }) => {
    log('a line of the function\n');
    answerCustomResource(event);
    return { kind: 'answer', payload: { a: 1 } };
  };
  const services = createServices({
    clock,
    random,
    accountId,
    state,
    transitionMilliseconds: 5000,
    run,
    writeLog: (_region, _group, lines) => written.push(lines),
    responseUrlBase: `https://127.0.0.1:1${responsePath}`,
  });
  const { cloudFormation, cloudWatch, directConnect, dynamoDb, eventBridge, iam, lambda, sessions } = services;
  // Somebody who waits for time to go by makes it go by here.
  const time = { now: () => clock.now(), advance: (milliseconds: number) => clock.sleep(milliseconds) };
  const endpoints = new Endpoints(services, new Control(services, time), responsePath);

  function answerCustomResource(event: unknown): void {
    if (typeof event !== 'object' || event === null || !('ResponseURL' in event)) return;
    const { ResponseURL: url } = event;
    if (typeof url !== 'string') return;
    const signature = /X-Amz-Signature=([0-9a-f]{64})/.exec(url)?.[1];
    if (signature !== undefined) secrets.push(signature);
    const { ResponseURL: _, ...rest } = { ...event };
    const answer = { ...rest, Status: 'SUCCESS', PhysicalResourceId: 'A-id', Data: { Answer: '42' } };
    try {
      cloudFormation.respond(url, undefined, JSON.stringify(answer));
    } catch {
      // An event that a request made up has a URL that nobody waits at.
    }
  }

  const administrator = { ...sessions.administrator, region };
  const role = await iam.createRole('R', '/', { trustPolicy: trust });
  await iam.putRolePolicy('R', 'everything', {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  });
  await lambda.createFunction(region, configurationOf(role.arn), codeOfSource(''));
  services.logs.createGroup(region, 'g', undefined);
  const functionArn = `arn:aws:lambda:${region}:${accountId}:function:F`;
  await lambda.addPermission(functionArn, 'S', { action: 'lambda:InvokeFunction', principal: 'events.amazonaws.com' });
  const template = '{"who": "<who>", "all": <aws.events.event.json>}';
  eventBridge.putRule(region, 'every', {
    bus: 'default',
    pattern: { source: [{ prefix: '' }] },
    isEnabled: true,
    targets: [{ id: 'T', arn: functionArn, inputTransformer: { paths: { who: '$.detail[*].a' }, template } }],
  });
  cloudWatch.putAlarm(region, 'A', {
    description: undefined,
    actionsEnabled: true,
    actions: { OK: [functionArn], ALARM: ['arn:aws:sns:x'], INSUFFICIENT_DATA: [] },
    metric: {
      metric: { namespace: 'AWS/DX', name: 'ConnectionState', dimensions: { ConnectionId: 'dxcon-fg5678gh' } },
      period: 60,
      statistic: 'Minimum',
      unit: undefined,
    },
    queries: [],
    comparisonOperator: 'LessThanThreshold',
    threshold: 1,
    thresholdMetricId: undefined,
    evaluationPeriods: 1,
    datapointsToAlarm: undefined,
    treatMissingData: 'missing',
  });
  const assumed = await sessions.assumeRole(administrator, role.arn, 'fuzz');
  const keys: readonly AccessKey[] = [sessions.administratorKey, assumed.credentials];
  await clock.run(
    dynamoDb.call(
      'CreateTable',
      {
        TableName: 'Tab',
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      },
      administrator,
    ),
  );

  async function ask(unsigned: Unsigned, headers: { readonly [name: string]: string }): Promise<HttpAnswer> {
    const [path = '/', ...query] = unsigned.path.split('?');
    const request = { ...unsigned, headers, path, query: new URLSearchParams(query.join('?')) };
    const answer = await clock.run(endpoints.answer(request));
    if (answer.body !== undefined) written.push(Buffer.from(answer.body).toString());
    return answer;
  }

  return {
    /**
     * @param as 0 for the administrator, 1 for a role that may do everything
     * @param tamper what happens to the headers on the way
     */
    ask: async (service: string, unsigned: Unsigned, as: 0 | 1, tamper = unchanged): Promise<HttpAnswer> =>
      ask(unsigned, tamper(await signed(service, unsigned, keys[as] ?? sessions.administratorKey))),
    /** @returns nothing for an answer that is lost, as a fault asked for */
    askControl: async (unsigned: Unsigned): Promise<HttpAnswer | undefined> => {
      try {
        return await ask(unsigned, {});
      } catch (error) {
        if (error instanceof LostAnswer) return undefined;
        throw error;
      }
    },
    /** Lets all that is under way come to its end, and looks whether the sandbox is as it must be. */
    check: async (): Promise<void> => {
      await clock.advance(7 * 3600_000);
      for (const route of ['calls', 'clock', 'deliveries', 'faults', 'health', 'state', 'traffic']) {
        const { status } = await ask(
          { method: 'GET', path: controlPath + route, headers: {}, body: Buffer.alloc(0) },
          {},
        );
        if (status !== 200) throw new Error(`${controlPath}${route} answers ${status}`);
      }
      parseState(writeState(directConnect.network));
      const leak = written.find(text => secrets.some(secret => text.includes(secret)));
      if (leak !== undefined) throw new Error(`A ResponseURL can be read in ${leak.slice(0, 1000)}`);
    },
  };
}

async function signed(service: string, unsigned: Unsigned, credentials: AccessKey) {
  const [path = '/', ...query] = unsigned.path.split('?');
  const parameters = new URLSearchParams(query.join('?'));
  const signer = new SignatureV4({
    service,
    region,
    credentials,
    sha256: Hash.bind(null, 'sha256'),
    uriEscapePath: service !== 's3',
  });
  const { headers } = await signer.sign({
    method: unsigned.method,
    protocol: 'http:',
    hostname: '127.0.0.1',
    path,
    query: Object.fromEntries([...new Set(parameters.keys())].map(name => [name, parameters.getAll(name)])),
    headers: { ...unsigned.headers, host: '127.0.0.1' },
    body: unsigned.body,
  });
  return headers;
}
