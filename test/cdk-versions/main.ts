/**
 * Tests the packed package with the lowest `aws-cdk-lib` and `constructs` that it declares, and with the newest there are.
 *
 *     npm run test:cdk-versions                       the lowest and the newest
 *     npm run test:cdk-versions -- 2.250.0 10.5.0     these
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

interface Versions {
  readonly cdk: string;
  readonly constructs: string;
}

/** @throws with all that the program printed */
function run(folder: string, program: string, words: readonly string[], environment: NodeJS.ProcessEnv = {}): string {
  const env = { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20', ...environment };
  const { status, stdout, stderr } = spawnSync(program, words, { cwd: folder, env, encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new Error(`${program} ${words.join(' ')} ended with ${status}:\n${stdout}\n${stderr}`);
}

const tool = (name: string) => join(ROOT, 'node_modules', '.bin', name);

function lowest(): Versions {
  const { peerDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const least = (name: string): string => {
    const range: unknown = peerDependencies[name];
    const version = typeof range === 'string' ? /^\^(\d+\.\d+\.\d+)$/.exec(range)?.[1] : undefined;
    if (version === undefined) throw new Error(`peerDependencies has ${name} ${range}, which is not ^ and a version`);
    return version;
  };
  return { cdk: least('aws-cdk-lib'), constructs: least('constructs') };
}

function pack(folder: string): string {
  const said = run(ROOT, 'npm', ['pack', '--json', '--silent', '--pack-destination', folder]);
  const [{ filename }] = JSON.parse(said.slice(said.search(/^\[/m)));
  return join(folder, filename);
}

/** A project of a user: the package as npm installs it, its peers, and the examples as its apps. */
function project(folder: string, tarball: string, { cdk, constructs }: Versions): string {
  const place = join(folder, cdk);
  mkdirSync(place);
  writeFileSync(join(place, 'package.json'), '{ "private": true }');
  const types = ['@types/node'].map(name => join(ROOT, 'node_modules', name));
  const packages = [tarball, `aws-cdk-lib@${cdk}`, `constructs@${constructs}`, ...types];
  // Peers that do not fit are an error.
  run(place, 'npm', ['install', '--strict-peer-deps', '--install-links', '--no-audit', '--no-fund', ...packages]);
  cpSync(join(ROOT, 'examples'), join(place, 'examples'), { recursive: true });
  // Without skipLibCheck: the package's declarations are checked too.
  const compilerOptions = { module: 'node16', strict: true, noEmit: true, types: ['node'] };
  writeFileSync(join(place, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['examples'] }));
  rmSync(join(place, 'examples', 'tsconfig.json'));
  return place;
}

function check(place: string): void {
  run(place, tool('tsc'), ['--project', '.']);
  for (const example of readdirSync(join(place, 'examples')).filter(file => file.endsWith('.ts'))) {
    const out = join(place, 'cdk.out', example);
    run(place, tool('tsx'), [join('examples', example)], { CDK_OUTDIR: out });
    const templates = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter(file =>
      file.includes('template.json'),
    );
    const made = templates.map(file => readFileSync(join(out, file), 'utf8'));
    if (!made.some(text => text.includes('Custom::DirectConnectLagMembership'))) {
      throw new Error(`${example} synthesizes no membership with the CDK in ${place}`);
    }
  }
  const jest = ['--resolver', join(__dirname, 'resolver.js'), '--no-cache', '--maxWorkers', '2', 'test/lib'];
  const { stderr } = spawnSync(tool('jest'), jest, {
    cwd: ROOT,
    env: { ...process.env, CDK_VERSIONS_FOLDER: place },
    encoding: 'utf8',
  });
  const passed = /^Tests: +(\d+) passed, \d+ total$/m.exec(stderr)?.[1];
  if (passed === undefined) throw new Error(`test/lib fails with the CDK in ${place}:\n${stderr}`);
  console.log(`  type check, every example, and ${passed} tests of test/lib`);
}

function versionsToTest(): readonly Versions[] {
  const [cdk, constructs] = process.argv.slice(2);
  if (cdk !== undefined && constructs !== undefined) return [{ cdk, constructs }];
  return [lowest(), { cdk: newest('aws-cdk-lib'), constructs: newest('constructs') }];
}

const newest = (name: string): string => run(ROOT, 'npm', ['view', `${name}@latest`, 'version']).trim();

const folder = mkdtempSync(join(tmpdir(), 'cdk-versions-'));
try {
  const tarball = pack(folder);
  for (const versions of versionsToTest()) {
    console.log(`aws-cdk-lib ${versions.cdk}, constructs ${versions.constructs}`);
    check(project(folder, tarball, versions));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
