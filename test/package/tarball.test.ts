import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cdk } from '../../rehearsal/cdk';
import { deadLinks } from '../support/links';
import { fingerprint } from './fingerprint';
import { sandboxFrom } from './packed-sandbox';

const ROOT = join(__dirname, '..', '..');
const PACKAGE = 'cdk-direct-connect-lag-membership';

/** jsii's tools say on every run that they do not support Node.js 20 any more. */
const environment = { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' };

/** @throws with all that the program printed */
function run(folder: string, program: string, ...words: string[]): string {
  const { status, stdout, stderr } = spawnSync(program, words, { cwd: folder, env: environment, encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new Error(`${program} ${words.join(' ')} ended with ${status}:\n${stdout}\n${stderr}`);
}

const tool = (name: string) => join(ROOT, 'node_modules', '.bin', name);

jest.setTimeout(240_000);

let folder: string;
let tarball: string;
let sandboxTarball: string;
let packed: string[];
let app: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'package-'));
  mkdirSync(join(folder, 'cli'));
  tarball = pack(ROOT);
  sandboxTarball = pack(join(ROOT, 'sandbox'));
  app = install('app');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Packs a package, and resolves to its tarball. */
function pack(place: string): string {
  const said = run(place, 'npm', 'pack', '--json', '--silent', '--pack-destination', folder);
  // The scripts of the package say things before that.
  const [{ filename, files }] = JSON.parse(said.slice(said.search(/^\[/m)));
  if (place === ROOT) packed = files.map((file: { path: string }) => file.path);
  return join(folder, filename);
}

/**
 * An empty app with the tarball as npm installs it. Its peers, which a user has already, are this checkout's, linked: to
 * install them again would fetch a hundred megabytes.
 */
function install(name: string): string {
  const place = join(folder, name);
  mkdirSync(place);
  writeFileSync(join(place, 'package.json'), '{ "private": true }');
  run(place, 'npm', 'install', '--offline', '--legacy-peer-deps', '--no-audit', '--no-fund', '--silent', tarball);
  expect(readdirSync(join(place, 'node_modules')).filter(entry => !entry.startsWith('.'))).toEqual([PACKAGE]);
  for (const peer of ['aws-cdk-lib', 'constructs', '@types']) {
    symlinkSync(join(ROOT, 'node_modules', peer), join(place, 'node_modules', peer));
  }
  return place;
}

/** The README's ten lines: what a new user pastes. */
function firstExample(): string {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  return /```ts\n(.*?)```/s.exec(readme)?.[1] ?? '';
}

/** The files of a folder of the checkout that end in one of these, as paths of the package. */
const filesOf = (place: string, ...endings: string[]) =>
  readdirSync(join(ROOT, place), { recursive: true, encoding: 'utf8' })
    .filter(file => endings.some(ending => file.endsWith(ending)) && !file.includes('node_modules'))
    .map(file => join(place, file));

test('the tarball holds the compiled library, the handler and the texts, and nothing else', () => {
  const modules = readdirSync(join(ROOT, 'lib')).map(file => file.replace(/\.ts$/, ''));
  expect(packed.sort()).toEqual(
    [
      ...['.jsii', 'LICENSE', 'package.json', 'dist/handler/index.js', 'dist/handler/THIRD-PARTY-NOTICES.txt'],
      ...modules.flatMap(module => [`dist/${module}.js`, `dist/${module}.d.ts`]),
      ...readdirSync(ROOT).filter(file => file.endsWith('.md')),
      ...filesOf('docs', '.md', '.png'),
      ...filesOf('examples', '.md', '.ts'),
      ...filesOf('bench/results', '.md'),
      ...filesOf('sandbox', 'README.md'),
    ].sort(),
  );
});

test('no link in a text of the tarballs is dead', () => {
  const sandbox = join(folder, 'texts-of-the-sandbox');
  mkdirSync(sandbox);
  run(folder, 'tar', '-xzf', sandboxTarball, '-C', sandbox, '--strip-components=1');
  const [library, emulator] = [deadLinks(join(app, 'node_modules', PACKAGE)), deadLinks(sandbox)];
  expect([library.dead, emulator.dead]).toEqual([[], []]);
  expect([library.looked > 100, emulator.looked > 0]).toEqual([true, true]);
});

test("the README's first example, in an empty TypeScript app, passes the type check, and deploys on the packed sandbox", async () => {
  writeFileSync(join(app, 'app.ts'), firstExample());
  writeFileSync(
    join(app, 'tsconfig.json'),
    JSON.stringify({
      // Without skipLibCheck: the package's declarations are checked too.
      compilerOptions: { module: 'node16', strict: true, types: ['node'] },
      files: ['app.ts'],
    }),
  );
  writeFileSync(join(app, 'cdk.json'), JSON.stringify({ app: 'node app.js' }));
  run(app, tool('tsc'));

  const sandbox = await sandboxFrom(sandboxTarball, join(folder, 'sandbox'));
  try {
    const printed: string[] = [];
    const code = await cdk(['deploy', '--require-approval=never', '--no-notices'], {
      environment: sandbox.environment,
      app,
      folder: join(folder, 'cli'),
      print: line => printed.push(line),
    });
    expect({ code, printed: code === 0 ? [] : printed }).toEqual({ code: 0, printed: [] });
    expect(await sandbox.lagOf('dxcon-fg5678gh')).toBe('dxlag-fg1234aa');
  } finally {
    await sandbox.stop();
  }
});

test('an empty JavaScript app synthesizes the very same template', () => {
  const place = install('javascript');
  const script = firstExample()
    .replace(/import \{ (.*?) \} from '(.*?)';/g, "const { $1 } = require('$2');")
    .concat('stack.node.root.synth();');
  writeFileSync(join(place, 'app.js'), script);
  const synth = (inPlace: string) => {
    const out = mkdtempSync(join(folder, 'cdk.out-'));
    execFileSync(process.execPath, [join(inPlace, 'app.js')], { env: { ...environment, CDK_OUTDIR: out } });
    return readFileSync(join(out, 'Network.template.json'), 'utf8');
  };
  const template = synth(place);
  expect(template).toContain('Custom::DirectConnectLagMembership');
  expect(synth(app)).toBe(template);
});

test('the generated Python and Java sources have the construct with its docs', () => {
  const languages = join(folder, 'languages');
  // Else pacmak packs the package anew, by running its scripts.
  const withoutScripts = { ...environment, npm_config_ignore_scripts: 'true' };
  const words = ['--code-only', '--targets', 'python', 'java', '--outdir', languages];
  execFileSync(tool('jsii-pacmak'), [...words, join(app, 'node_modules', PACKAGE)], { env: withoutScripts });

  const python = readFileSync(join(languages, 'python/src/cdk_direct_connect_lag_membership/__init__.py'), 'utf8');
  expect(python).toMatch(/class LagMembership\((.|\n)*?'''Puts an existing Direct Connect connection into a link aggr/);
  expect(python).toMatch(/lag_id: typing\.Union\[builtins\.str, .*ILagRef"?\]/);
  const guide = readFileSync(join(ROOT, 'docs', 'python.md'), 'utf8');
  const [, keywords = ''] = /LagMembership\(\s*stack,\s*"Membership",(.*?)\)/s.exec(guide) ?? [];
  const [, parameters = ''] = /class LagMembership\(.*?def __init__\((.*?)\) -> None/s.exec(python) ?? [];
  const named = [...keywords.matchAll(/(\w+)=/g)].map(([, name]) => name);
  expect(named).toEqual(['connection_id', 'lag_id']);
  for (const name of named) expect(parameters).toContain(`        ${name}: `);
  const java = readFileSync(
    join(languages, 'java/src/main/java/io/github/cdkdirectconnect/lagmembership/LagMembership.java'),
    'utf8',
  );
  expect(java).toMatch(
    /\* Puts an existing Direct Connect connection into a link aggregation group(.|\n)*?public class/,
  );
});

describe('the public API', () => {
  test('API.md describes it as it is', () => {
    cpSync(join(ROOT, 'API.md'), join(folder, 'API.committed.md'));
    run(ROOT, tool('jsii-docgen'), '--output', join(folder, 'API.md'));
    const [committed, now] = ['API.committed.md', 'API.md'].map(file => readFileSync(join(folder, file), 'utf8'));
    // To bring API.md up to date: npm run build:api
    expect(committed).toBe(now);
  });

  test('CHANGELOG.md says so where it changed', () => {
    const assembly: unknown = JSON.parse(readFileSync(join(app, 'node_modules', PACKAGE, '.jsii'), 'utf8'));
    const [, newest = ''] = readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8').split(/^## /m);
    // Where this fails, write below the newest heading what changed for users, and then the fingerprint that is expected.
    expect(newest).toContain(`<!-- API ${fingerprint(assembly)} -->`);
  });
});
