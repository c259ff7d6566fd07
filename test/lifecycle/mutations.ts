import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A line of the handler that implements a row of the lifecycle table, and what it is broken into. */
interface Mutation {
  readonly row: string;
  readonly file: string;
  readonly line: string;
  readonly broken: string;
}

const decide = (row: string, line: string, broken: string): Mutation => ({ row, file: 'decide.ts', line, broken });
const standing = (row: string, line: string, broken: string): Mutation => ({ row, file: 'standing.ts', line, broken });

const MUTATIONS: readonly Mutation[] = [
  decide(
    'Create, standalone: associates',
    'if (from === undefined) return write(',
    'if (from !== undefined) return write(',
  ),
  decide(
    'Create, in this LAG: adopts',
    'if (connection.lagId === pair.lagId) return joined(',
    'if (false) return joined(',
  ),
  decide('Create, in another LAG: refuses', 'if (request.options.allowMove) return', 'if (true) return'),
  decide(
    'Create, in another LAG, move allowed: one call takes it over',
    'if (request.options.allowMove) return',
    'if (false) return',
  ),
  decide(
    'Create, connection gone: fails',
    "if (isGone(connection)) return giveUp({ problem: 'connection gone'",
    "if (false) return giveUp({ problem: 'connection gone'",
  ),
  {
    row: 'Create, no such LAG: fails',
    file: 'capacity.ts',
    line: "if (lag === 'not found') {",
    broken: 'if (false) {',
  },
  decide('the LAG is checked before anything is left or joined', 'if (obstacle !== undefined) {', 'if (false) {'),
  decide(
    'Create that failed before it wrote: leaves nothing to delete',
    'return view.standing.association === undefined ? request.notCreatedId : physicalIdOf(request, view);',
    'return physicalIdOf(request, view);',
  ),
  decide(
    'Update, same pair, standalone: associates again',
    '  return join(request, view);\n}\n\ntype Joining',
    "  return request.type === 'Update' && request.oldPair && samePair(request.oldPair, request.pair)\n    ? { do: 'succeed', physicalId: request.physicalId }\n    : join(request, view);\n}\n\ntype Joining",
  ),
  decide('Update, other LAG: leaves the old one', 'if (from === pairToLeave(request)?.lagId ||', 'if (false &&'),
  decide(
    'Update that fails after leaving: puts the connection back',
    "return !isGone(old) && old.lagId === undefined ? write({ do: 'associate', pair: home }, view) : undefined;",
    'return undefined;',
  ),
  decide(
    'Update, other connection: its id is the new physical id',
    "if (request.type === 'Update' && !isNewConnection(request)) return request.physicalId;",
    "if (request.type === 'Update') return request.physicalId;",
  ),
  decide(
    'Update, other connection, full LAG: old out first',
    "return write({ do: 'disassociate', pair: oldPair }, view);",
    'return undefined;',
  ),
  decide(
    'Update, other connection, full LAG: not one that another resource has',
    'if (view.claims.has(oldPair.connectionId)) return undefined;',
    '',
  ),
  decide(
    'Update back from a swap that CloudFormation did not wait for: takes the other connection out',
    'return takeBack(request, view) ?? {',
    'return {',
  ),
  decide(
    'Delete, in this LAG: disassociates',
    "return lowerMinimum(request, actual, view) ?? write({ do: 'disassociate', pair: actual }, view);",
    'return done;',
  ),
  decide(
    'Delete, in another LAG: no write',
    '(lagId === pair?.lagId || isOwn(connectionId, lagId, view)) &&',
    'true &&',
  ),
  decide('Delete of an invented id: no call', '  if (association === undefined) return done;\n', ''),
  decide(
    'Delete of an invented id: takes away what a Create left behind',
    'const association = id ?? associationOf(connectionId, view);',
    'const association = id;',
  ),
  decide('Delete of a renamed construct: no write', 'if (declaredElsewhere) return done;', ''),
  decide('Delete in a rollback of an adoption: no write', '(rollingBack && id?.adopted)', 'false'),
  decide(
    'Delete of an adopted membership outside a rollback: disassociates',
    '(rollingBack && id?.adopted)',
    'id?.adopted',
  ),
  decide(
    'Delete in a rollback of a move: back into the LAG it was found in',
    'if (rollingBack && association.movedFrom !== undefined) {',
    'if (false) {',
  ),
  decide(
    'Delete that the minimum links forbid: nothing about the LAG is changed unless it is allowed',
    'if (!request.options.lowerMinimumLinks) return undefined;',
    '',
  ),
  decide(
    'Delete that the minimum links forbid, lowering allowed: lowers them first',
    'if (!request.options.lowerMinimumLinks) return undefined;',
    'return undefined;',
  ),
  standing(
    'an event that was answered: no write',
    "if (own?.outcome !== undefined) return 'this",
    "if (false) return 'this",
  ),
  standing('an event that was overtaken: no write', 'if (later !== undefined) return', 'if (false) return'),
  standing('an event older than the service time-out: no write', 'if (age >= timeout) return', 'if (false) return'),
  {
    row: 'an event that comes while an earlier one is at work: waits',
    file: 'history.ts',
    line: 'while (this.standing.waitsForEarlier &&',
    broken: 'while (false &&',
  },
  decide(
    'a crash after the write: the next attempt does not adopt it',
    'adopted: association === undefined,',
    'adopted: true,',
  ),
  {
    row: 'a lost answer: looks before it repeats',
    file: 'sight.ts',
    line: '        this.connections.delete(call.pair.connectionId);\n',
    broken: '',
  },
  {
    row: 'a look that is old by now: looks again before it associates',
    file: 'sight.ts',
    line: "return call.do === 'associate' && now - ",
    broken: "return call.do !== 'associate' && now - ",
  },
  {
    row: 'throttled: asks less often as long as it is throttled more often than not',
    file: 'settle.ts',
    line: "pace === 'throttled' ? ++throttles : attempt",
    broken: 'attempt',
  },
  decide(
    'an accepted change that does not show yet: waits instead of repeating it',
    "view.accepted.has(callKey(call)) ? { do: 'wait', for: call } : call",
    'call',
  ),
  decide(
    'waitForAvailable: waits for the link',
    "return { do: 'wait until available', connectionId: pair.connectionId };",
    "return { do: 'succeed', physicalId: physicalIdOf(request, view), connection };",
  ),
];

const ROOT = join(__dirname, '../..');
/** Milliseconds; the tests take about two seconds. */
const LONGEST_RUN = 30_000;

/** Runs the handler's tests with one line broken. @returns the names of the tests that notice */
function run({ file, line, broken }: Mutation): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'mutation-'));
  try {
    for (const name of ['lambda', 'test', 'package.json', 'jest.config.js']) {
      cpSync(join(ROOT, name), join(folder, name), { recursive: true });
    }
    for (const name of ['node_modules', 'sandbox']) symlinkSync(join(ROOT, name), join(folder, name));
    const path = join(folder, 'lambda', file);
    const source = readFileSync(path, 'utf8');
    if (source.split(line).length !== 2) throw new Error(`lambda/${file} does not have exactly one "${line}"`);
    writeFileSync(
      path,
      source.replace(line, () => broken),
    );
    const report = join(folder, 'report.json');
    const tests = ['test/lambda/decide', 'test/lambda/settle', 'test/lifecycle/regressions'];
    const jest = ['jest', '--rootDir', folder, '--json', '--outputFile', report, ...tests];
    // Exit code 1 is a test that noticed; no end is a loop that the broken line left without one.
    spawnSync('npx', jest, { cwd: folder, stdio: 'ignore', timeout: LONGEST_RUN, killSignal: 'SIGKILL' });
    return existsSync(report) ? failedTests(JSON.parse(readFileSync(report, 'utf8'))) : ['the tests came to no end'];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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
