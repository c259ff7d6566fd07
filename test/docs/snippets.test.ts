import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

const under = (folder: string, ending: string) =>
  readdirSync(join(ROOT, folder))
    .filter(file => file.endsWith(ending))
    .map(file => join(folder, file));

/** Where users find code to copy: what they read, and the docstrings that their editors and API.md show. */
const TEXTS = ['README.md', 'CONTRIBUTING.md', ...under('docs', '.md')];
const SOURCES = under('lib', '.ts');

/** A docstring's snippet says no imports, as those of CDK do not. */
const DOCSTRING_IMPORTS = [
  "import { LagMembership, LagMembershipProvider, LagMemberships } from 'cdk-direct-connect-lag-membership';",
  "import { Fn } from 'aws-cdk-lib';",
  "import { RetentionDays } from 'aws-cdk-lib/aws-logs';",
];

const tsc = join(ROOT, 'node_modules', '.bin', 'tsc');

interface Snippet {
  /** File and line, as a file name. */
  readonly name: string;
  readonly code: string;
}

function snippets(file: string): Snippet[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(/^( \* |\s+\* )?```ts\n(.*?)```/gms)].map(({ index, 1: margin, 2: code = '' }) => {
    const line = text.slice(0, index).split('\n').length;
    const lines = code.split('\n').map(row => (margin === undefined ? row : row.replace(/^\s*\* ?/, '')));
    return { name: `${file.replaceAll('/', '.')}-line-${line}.ts`, code: lines.join('\n') };
  });
}

/** A snippet as a module: its statements are those of a stack's constructor, so that `this` is a scope. */
function moduleOf({ code }: Snippet, imports: readonly string[]): string {
  const lines = code.split('\n');
  const isImport = (line: string) => line.startsWith('import ');
  return [
    ...imports,
    ...lines.filter(isImport),
    "import { Stack as StackOfSnippet } from 'aws-cdk-lib';",
    'export class Snippet extends StackOfSnippet { constructor() { super();',
    ...lines.filter(line => !isImport(line)),
    '} }',
  ].join('\n');
}

test('every TypeScript snippet of the README, the guides and the docstrings compiles', () => {
  const modules = [
    ...TEXTS.flatMap(file => snippets(file).map(snippet => [snippet.name, moduleOf(snippet, [])] as const)),
    ...SOURCES.flatMap(file =>
      snippets(file).map(snippet => [snippet.name, moduleOf(snippet, DOCSTRING_IMPORTS)] as const),
    ),
  ];
  for (const from of ['README.md', 'docs.', 'lib.']) {
    expect(modules.filter(([name]) => name.startsWith(from)).length).toBeGreaterThan(0);
  }

  const folder = mkdtempSync(join(tmpdir(), 'snippets-'));
  try {
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    for (const [name, code] of modules) writeFileSync(join(folder, name), code);
    const tsconfig = {
      extends: join(ROOT, 'examples', 'tsconfig.json'),
      compilerOptions: {
        noUnusedLocals: false,
        paths: { 'cdk-direct-connect-lag-membership': [join(ROOT, 'lib', 'index.ts')] },
      },
      include: ['.'],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
    const { status, stdout, stderr } = spawnSync(tsc, { cwd: folder, encoding: 'utf8' });
    const errors = `${stdout}${stderr}`.split('\n').filter(line => line.includes('error'));
    expect({ status, errors }).toEqual({ status: 0, errors: [] });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);

test('links from the README and the guides lead somewhere', () => {
  const broken = TEXTS.flatMap(file => {
    const targets = readFileSync(join(ROOT, file), 'utf8').matchAll(/\]\((?!https?:)([^)#]+)(#[^)]*)?\)/g);
    return [...targets].flatMap(([, target = '']) => {
      const [folder, name] = [join(ROOT, file, '..', target, '..'), target.split('/').pop() ?? ''];
      return readdirSync(folder).includes(name) ? [] : [`${file}: ${target}`];
    });
  });
  expect(broken).toEqual([]);
});
