import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const ROOT = join(__dirname, '..', '..');

/** Whoever installs a package gets these with it, and need do no more than pass their texts on. */
const PERMISSIVE = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT', 'MIT-0'];

interface Locked {
  readonly license?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
}

const lock: { packages: { readonly [path: string]: Locked } } = JSON.parse(
  readFileSync(join(ROOT, 'package-lock.json'), 'utf8'),
);
const installed = Object.entries(lock.packages).filter(([path]) => path.includes('node_modules/'));
/** What the two published packages need, down to the last: the rest of the lock is for this checkout alone. */
const needed = installed.filter(([, { dev, link }]) => dev !== true && link !== true);
const peers = installed.filter(([path]) => /^node_modules\/(aws-cdk-lib|constructs)$/.test(path));

test('all that the published packages need is under a permissive licence', () => {
  const licences = [...needed, ...peers].map(([path, { license }]) => [path, license ?? 'none']);
  expect(licences.filter(([, licence = '']) => !PERMISSIVE.includes(licence))).toEqual([]);
  // What the sandbox needs first, and the peers.
  expect(licences.map(([path]) => path)).toEqual(
    expect.arrayContaining(
      ['@aws-sdk/client-direct-connect', 'dynalite', 'preact', 'aws-cdk-lib'].map(name => `node_modules/${name}`),
    ),
  );
});

test('the notices beside the handler name each package whose code is in it', async () => {
  const { metafile } = await build({
    entryPoints: [join(ROOT, 'lambda', 'index.ts')],
    absWorkingDir: ROOT,
    outfile: 'index.js',
    write: false,
    bundle: true,
    platform: 'node',
    mainFields: ['module', 'main'],
    metafile: true,
  });
  const inputs = Object.entries(metafile.outputs['index.js']?.inputs ?? {});
  const folders = inputs.flatMap(([input, { bytesInOutput }]) => {
    const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
    return folder === undefined || bytesInOutput === 0 ? [] : [folder];
  });
  const names = [...new Set(folders)].map(folder => {
    const { name, version } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
    return `${name} ${version}, `;
  });
  const notices = readFileSync(join(ROOT, 'dist', 'handler', 'THIRD-PARTY-NOTICES.txt'), 'utf8');
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter(name => !notices.includes(`\n${name}`))).toEqual([]);
  expect(notices).toContain('TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION');
});
