import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MUTATIONS, type Mutation } from './mutation-list';

const ROOT = join(__dirname, '../..');
/** Milliseconds; the tests take about ten seconds. */
const LONGEST_RUN = 90_000;

/** Runs the handler's tests, with one line broken if one is given. @returns the names of the tests that notice */
function run(mutation?: Mutation): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'mutation-'));
  try {
    for (const name of ['lambda', 'test', 'package.json', 'jest.config.js']) {
      cpSync(join(ROOT, name), join(folder, name), { recursive: true });
    }
    for (const name of ['node_modules', 'sandbox']) symlinkSync(join(ROOT, name), join(folder, name));
    if (mutation !== undefined) breakLine(folder, mutation);
    const report = join(folder, 'report.json');
    const tests = [
      'test/lambda/rules',
      'test/lambda/record',
      'test/lambda/cloudformation/operation',
      'test/lambda/loop',
      'test/lambda/drift',
      'test/lifecycle/regressions',
      'test/lifecycle/going-back',
      'test/lifecycle/full-lag',
    ];
    // In one process: one that is ended because it comes to no end itself leaves no workers behind.
    const jest = [join(ROOT, 'node_modules/jest/bin/jest.js'), '--runInBand', '--rootDir', folder];
    // Exit code 1 is a test that noticed; no end is a loop that the broken line left without one.
    spawnSync(process.execPath, [...jest, '--json', '--outputFile', report, ...tests], {
      cwd: folder,
      stdio: 'ignore',
      timeout: LONGEST_RUN,
      killSignal: 'SIGKILL',
    });
    return existsSync(report) ? failedTests(JSON.parse(readFileSync(report, 'utf8'))) : ['the tests came to no end'];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function breakLine(folder: string, { file, line, broken }: Mutation): void {
  const path = join(folder, 'lambda', file);
  const source = readFileSync(path, 'utf8');
  if (source.split(line).length !== 2) throw new Error(`lambda/${file} does not have exactly one "${line}"`);
  writeFileSync(
    path,
    source.replace(line, () => broken),
  );
}

function failedTests(report: unknown): string[] {
  const { testResults } = Object(report);
  return Array.from<{ assertionResults: { status: string; fullName: string }[] }>(testResults).flatMap(
    ({ assertionResults }) =>
      assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
  );
}

/** Breaks each line, and writes what noticed it to `docs/mutation-check.md`. A line that nothing notices is a failure. */
function main(): void {
  const failing = run();
  // What fails anyway would count as noticed.
  if (failing.length > 0) throw new Error(`The tests fail with no line broken: ${failing.join('; ')}`);
  const rows: string[] = [];
  let unnoticed = 0;
  for (const mutation of MUTATIONS) {
    const noticed = run(mutation);
    console.log(`${noticed.length === 0 ? 'NOT NOTICED' : `${noticed.length} noticed`}: ${mutation.row}`);
    if (noticed.length === 0) unnoticed += 1;
    const cell = (text: string) => text.trim().replace(/\s+/g, ' ').replaceAll('|', '\\|');
    const broken = mutation.broken.trim() === '' ? 'left out' : `\`${cell(mutation.broken)}\``;
    rows.push(
      `| ${cell(mutation.row)} | \`${mutation.file}\`: \`${cell(mutation.line)}\` → ${broken} | ${cell(noticed[0] ?? 'none')}${noticed.length > 1 ? ` (and ${noticed.length - 1} more)` : ''} |`,
    );
  }
  writeFileSync(
    join(ROOT, 'docs', 'mutation-check.md'),
    [
      '# Mutation check',
      '',
      'For each row of the lifecycle table, the line of `lambda/` that implements it, what it was broken into, and the test',
      'that noticed. Written by `npm run test:mutations`.',
      '',
      '| row | broken | noticed by |',
      '|---|---|---|',
      ...rows,
      '',
    ].join('\n'),
  );
  if (unnoticed > 0) process.exitCode = 1;
}

main();
