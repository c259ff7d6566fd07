import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from '../../sandbox/certificate';
import { systemClock } from '../../sandbox/clock';
import { toWire } from '../../sandbox/direct-connect/wire';
import { type HttpAnswer, type HttpRequest, header } from '../../sandbox/http';
import { listen } from '../../sandbox/server';
import { network } from '../network';
import { type Contestant, pair, type Sample } from './contestant';

/** Direct Connect as it is before a connection joins, and after. */
function answerOf(request: HttpRequest): HttpAnswer {
  const [connection] = network(1).connections;
  const { lags } = network(1);
  const answers: { readonly [operation: string]: object } = {
    DescribeConnections: { connections: [connection] },
    DescribeLags: { lags: lags.slice(0, 1) },
    AssociateConnectionWithLag: { ...connection, ...pair },
    GetItem: {},
    PutItem: {},
  };
  const target = header(request, 'x-amz-target')?.split('.')[1];
  const body = target === undefined ? '' : toWire(answers[target] ?? {});
  return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.1' }, body };
}

/**
 * Adds samples to each contestant, alternating: from the start of a fresh process to the first request to Direct Connect on
 * the wire, which is TLS as on AWS.
 */
export async function sample(contestants: readonly Contestant[], repetitions: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-cold-start-'));
  const certificate = await makeCertificate();
  const server = await listen(0, certificate, systemClock);
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
    for (let repetition = 0; repetition < repetitions; repetition++) {
      for (const each of contestants) each.samples.push(await run(each));
    }
  } finally {
    await server.close();
    rmSync(folder, { recursive: true });
  }
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
        TABLE_NAME: 'table',
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
