import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cdk } from '../../rehearsal/cdk';
import { type Sandbox, startSandbox } from '../../sandbox/index';
import { home, program, ROOT, state } from './pulled-network';

jest.setTimeout(240_000);

let folder: string;
let real: Sandbox;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pull-test-'));
  real = await startSandbox({ state });
});

afterAll(async () => {
  await real.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('what pull may not read it says, in the file and on standard error, and writes the rest', async () => {
  const error = { operation: 'DescribeVirtualInterfaces', error: 'AccessDeniedException', message: 'You may not.' };
  real.services.directConnect.faults.add([error]);
  const { code, out, errors } = await program(real, folder, 'pull', '--region', home.region);
  const told = `the virtual interfaces (DescribeVirtualInterfaces) in us-west-2: AccessDeniedException: You may not.`;
  expect({ code, errors: errors.split('\n') }).toEqual({
    code: 0,
    errors: expect.arrayContaining([`Not read: ${told}`]),
  });
  const { connections: read, virtualInterfaces, pulled } = JSON.parse(out);
  expect([read.length, virtualInterfaces, pulled.notRead]).toEqual([9, [], [told]]);
});

test('the app that pull prints adopts what is there: deploying it makes no write', async () => {
  const { out } = await program(real, folder, 'pull', '--region', home.region, '--cdk');
  const file = join(folder, 'app.ts');
  writeFileSync(file, out);
  const printed: string[] = [];
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const code = await cdk(['deploy', '--app', `node --import tsx ${file}`, '--require-approval=never', '--no-notices'], {
    environment: real.environment,
    folder,
    print: line => printed.push(line),
  });
  expect({ code, printed: code === 0 ? [] : printed }).toEqual({ code: 0, printed: [] });
  expect(real.services.directConnect.calls.filter(call => !call.operation.startsWith('Describe'))).toEqual([]);
  expect(out.match(/new LagMemberships\(/g)).toHaveLength(3);
});

test('what is redacted says nothing of whose network it is, is the same each time, and can be rehearsed', async () => {
  const [one, other] = [
    await program(real, folder, 'pull', '--region', home.region, '--redact'),
    await program(real, folder, 'pull', '--region', home.region, '--redact'),
  ];
  const withoutTime = (text: string) => ({ ...JSON.parse(text), pulled: undefined });
  expect(withoutTime(one.out)).toEqual(withoutTime(other.out));
  expect(one.out).not.toMatch(/999988887777|dx[a-z]+-0000000|san-jose|office|EqSV5|65000/);
  const again = await startSandbox({ state: one.out });
  expect(again.services.directConnect.network.describe()).toMatchObject({
    lags: { length: 3 },
    connections: { length: 9 },
  });
  await again.stop();
});
