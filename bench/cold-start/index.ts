import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { makeCertificate } from '../../sandbox/certificate';
import { toWire } from '../../sandbox/direct-connect/wire';
import { type HttpAnswer, type HttpRequest, header } from '../../sandbox/http';
import { listen } from '../../sandbox/server';
import { type Measurement, median, pairwise, spread, times } from '../measurement';
import { connectionId, lagId, network } from '../network';
import { awsCustomResource, lagMembership, type Subject, synthesize } from '../subjects';

const REPETITIONS = 41;

const pair = { connectionId: connectionId(0), lagId: lagId(0) };

interface Contestant {
  readonly name: string;
  readonly handler: Uint8Array;
  readonly properties: object;
  readonly samples: Sample[];
}

/** Milliseconds and MiB. */
interface Sample {
  readonly wall: number;
  readonly cpu: number;
  readonly memory: number;
}

/** The asset of the subject's template, and the properties of its resource. */
function contestant(subject: Subject): Contestant {
  const { assets, template } = synthesize(subject, [pair]);
  const [archive] = assets.values();
  const handler = archive && unzipSync(archive)['index.js'];
  const resources = Object.values<{ Type: string; Properties: Record<string, unknown> }>(
    JSON.parse(template).Resources,
  );
  const resource = resources.find(({ Type }) => Type.startsWith('Custom::'));
  if (handler === undefined || resource === undefined) throw new Error(`${subject.name} has no handler or no resource`);
  // What CloudFormation does on its way: references resolved, and everything as text.
  const properties = Object.entries(resource.Properties).map(([name, value]) => [
    name,
    name === 'ServiceToken' ? 'token' : typeof value === 'object' ? resolved(value) : String(value),
  ]);
  return { name: subject.name, handler, properties: Object.fromEntries(properties), samples: [] };
}

function resolved(value: unknown): string {
  const [, parts] = Object(value)['Fn::Join'] ?? [];
  if (Array.isArray(parts) && parts.every(part => typeof part === 'string')) return parts.join('');
  throw new Error(`The property ${JSON.stringify(value)} is not known before the stack is`);
}

/** Direct Connect as it is before a connection joins, and after. */
function answerOf(request: HttpRequest): HttpAnswer {
  const [connection] = network(1).connections;
  const { lags } = network(1);
  const answers: { readonly [operation: string]: object } = {
    DescribeConnections: { connections: [connection] },
    DescribeLags: { lags: lags.slice(0, 1) },
    AssociateConnectionWithLag: { ...connection, ...pair },
    CreateLogStream: {},
    DescribeLogStreams: { logStreams: [] },
  };
  const target = header(request, 'x-amz-target')?.split('.')[1];
  const body = target === undefined ? '' : toWire(answers[target] ?? {});
  return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.1' }, body };
}

/** From the start of a fresh process to the first request to Direct Connect on the wire, which is TLS as on AWS. */
export async function coldStart(): Promise<Measurement> {
  const floor = join(__dirname, 'floor.cjs');
  const contestants: readonly Contestant[] = [
    { name: 'floor: Node.js alone', handler: readFileSync(floor), properties: {}, samples: [] },
    contestant(lagMembership),
    contestant(awsCustomResource),
  ];
  const folder = mkdtempSync(join(tmpdir(), 'bench-cold-start-'));
  const certificate = await makeCertificate();
  const server = await listen(0, certificate);
  try {
    writeFileSync(join(folder, 'certificate.pem'), certificate.certificate);
    let firstRequest = async (): Promise<void> => {};
    server.serve(async request => {
      if (header(request, 'x-amz-target')?.startsWith('OvertureService.')) await firstRequest();
      return answerOf(request);
    });
    const run = ({ name, handler, properties }: Contestant): Promise<Sample> => {
      const file = join(folder, `${name.replace(/\W/g, '')}.cjs`);
      writeFileSync(file, handler);
      return start(file, properties, server.secureUrl, folder, onFirst => {
        firstRequest = onFirst;
      });
    };
    // The first of each reads files that the later ones find in memory.
    for (const each of contestants) await run(each);
    for (let repetition = 0; repetition < REPETITIONS; repetition++) {
      for (const each of contestants) each.samples.push(await run(each));
    }
  } finally {
    await server.close();
    rmSync(folder, { recursive: true });
  }
  return measurement(contestants);
}

function start(
  file: string,
  properties: object,
  url: string,
  folder: string,
  whenRequested: (onFirst: () => Promise<void>) => void,
): Promise<Sample> {
  const event = {
    RequestType: 'Create',
    ServiceToken: 'token',
    ResponseURL: `${url}/response`,
    StackId: 'arn:aws:cloudformation:eu-central-1:111122223333:stack/Network/1',
    RequestId: 'request',
    LogicalResourceId: 'Membership',
    ResourceType: 'Custom::Resource',
    ResourceProperties: properties,
  };
  return new Promise((resolve, reject) => {
    const began = performance.now();
    let wall: number | undefined;
    let cpu = 0;
    const child = spawn(process.execPath, [join(__dirname, 'child.cjs'), file], {
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        NODE_PATH: join(__dirname, '..', '..', 'node_modules'),
        NODE_EXTRA_CA_CERTS: join(folder, 'certificate.pem'),
        AWS_REGION: 'eu-central-1',
        AWS_ACCESS_KEY_ID: 'key',
        AWS_SECRET_ACCESS_KEY: 'secret',
        AWS_SESSION_TOKEN: 'token',
        AWS_ENDPOINT_URL: url,
        AWS_LAMBDA_LOG_GROUP_NAME: 'group',
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
        EVENT: JSON.stringify(event),
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    let reported = () => {};
    whenRequested(async () => {
      if (wall !== undefined) return;
      wall = performance.now() - began;
      await new Promise<void>(resume => {
        reported = resume;
        child.send('report');
      });
    });
    let memory: number | undefined;
    child.on('message', (message: { cpu?: NodeJS.CpuUsage; end?: number }) => {
      if (message.cpu) cpu = (message.cpu.user + message.cpu.system) / 1000;
      if (message.end) memory = message.end / 1024 / 1024;
      reported();
    });
    child.on('close', () => {
      if (wall === undefined || memory === undefined) reject(new Error(`${file} has not come to its end`));
      else resolve({ wall, cpu, memory });
    });
  });
}

/** Of Node.js 20; the milliseconds are of one quiet run. */
const PROFILE =
  "What the profile showed: of the 341 KB that the handler was at first, 42 % were the SDK's chain of credential " +
  'providers (SSO, web identity, STS, metadata service), which Lambda does not need, and 6 % event streams, which Direct ' +
  'Connect does not have. The client also looked for configuration files, which Lambda does not have, and brought retries, ' +
  'which are our own. Without all that the start went from 1.77 to about 1.5 times the floor. Of the 30 ms over it, 10 are ' +
  'the loading of the bundle (7 of them its compilation), 5 the first signature, 4 the two requests to the journal, which ' +
  'have to come before the first look, and 11 the first use of the client with a second TLS handshake, since the journal ' +
  'is another service. With requests signed by hand, and no SDK at all, it was 1.21 times; the SDK stays, because it knows ' +
  'the endpoints of every partition. To make the client while the journal is asked brought nothing.';

function measurement(contestants: readonly Contestant[]): Measurement {
  const [floor, ours] = contestants;
  if (floor === undefined || ours === undefined) throw new Error('There is nobody to compare');
  const of = (samples: readonly Sample[], value: keyof Sample) => samples.map(sample => sample[value]);
  const ratio = ({ samples }: Contestant, value: keyof Sample) =>
    median(pairwise(of(samples, value), of(floor.samples, value)));
  const milliseconds = (value: number) => `${value.toFixed(0)} ms`;
  const megabytes = (value: number) => `${value.toFixed(0)} MB`;
  const [wall, memory, bytes] = [ratio(ours, 'wall'), Math.max(...of(ours.samples, 'memory')), ours.handler.length];
  return {
    title: 'Cold start',
    method:
      `Fresh processes, ${REPETITIONS} times each, alternating, in real time: from the start of the process until Direct ` +
      "Connect's first request has arrived, over TLS. LagMembership makes two requests before that, to its journal. Memory " +
      "is what the process holds when the event is over. Times the floor: the median of the ratios of neighbours. AwsCustomResource's bundle has no AWS SDK: Lambda's runtime does.",
    columns: ['handler', 'wall', '× floor', 'CPU', '× floor', 'memory', 'bundle'],
    rows: contestants.map(each => [
      each.name,
      spread(of(each.samples, 'wall'), milliseconds),
      times(ratio(each, 'wall')),
      spread(of(each.samples, 'cpu'), milliseconds),
      times(ratio(each, 'cpu')),
      spread(of(each.samples, 'memory'), megabytes),
      each === floor ? '–' : `${(each.handler.length / 1000).toFixed(0)} KB`,
    ]),
    goals: [
      { goal: 'wall at most 1.5 × the floor', reached: wall <= 1.5, measured: times(wall) },
      { goal: 'under 128 MB', reached: memory < 128, measured: megabytes(memory) },
      { goal: 'a bundle under 200 KB', reached: bytes < 200_000, measured: `${(bytes / 1000).toFixed(0)} KB` },
    ],
    notes: PROFILE,
  };
}
