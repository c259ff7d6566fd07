import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { moduleOf, ROOT, SNIPPET_TSCONFIG, SOURCES, snippets, TEXTS } from './snippets';

/** A docstring's snippet says no imports, as those of CDK do not. */
const DOCSTRING_IMPORTS = [
  "import { LagMembership, LagMembershipProvider, LagMemberships } from 'cdk-direct-connect-lag-membership';",
  "import { Fn } from 'aws-cdk-lib';",
  "import { RetentionDays } from 'aws-cdk-lib/aws-logs';",
];

const tsc = join(ROOT, 'node_modules', '.bin', 'tsc');

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
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(SNIPPET_TSCONFIG));
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
