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

const MUTATIONS: readonly Mutation[] = [
  {
    row: 'Create, standalone: associates',
    file: 'rules/decide.ts',
    line: 'if (from === undefined) return write(',
    broken: 'if (from !== undefined) return write(',
  },
  {
    row: 'Create, in this LAG: adopts',
    file: 'rules/decide.ts',
    line: 'if (!isGone(connection) && connection.lagId === pair.lagId) return joined(',
    broken: 'if (false) return joined(',
  },
  {
    row: 'Create, in another LAG: refuses',
    file: 'rules/decide.ts',
    line: 'if (!isOwnPlace && !request.options.allowMove) {',
    broken: 'if (false) {',
  },
  {
    row: 'Create, in another LAG, move allowed: one call takes it over',
    file: 'rules/decide.ts',
    line: 'if (!isOwnPlace && !request.options.allowMove) {',
    broken: 'if (!isOwnPlace) {',
  },
  {
    row: 'Create, connection gone: fails',
    file: 'rules/decide.ts',
    line: '  if (isGone(connection)) {\n',
    broken: '  if (false) {\n',
  },
  {
    row: 'Create, no such LAG: fails',
    file: 'rules/capacity.ts',
    line: "if (lag === 'not found') {",
    broken: 'if (false) {',
  },
  {
    row: 'Create, hosted connection: fails',
    file: 'rules/capacity.ts',
    line: 'if (connection.vlan !== undefined && connection.vlan !== 0) {',
    broken: 'if (false) {',
  },
  {
    row: 'the LAG is checked before anything is left or joined',
    file: 'rules/decide.ts',
    line: 'if (obstacle !== undefined) {',
    broken: 'if (false) {',
  },
  {
    row: 'the connection itself takes no slot of the LAG that it is in',
    file: 'rules/capacity.ts',
    line: '.filter(({ connectionId }) => connectionId !== connection.connectionId)',
    broken: '',
  },
  {
    row: 'Create that failed before it wrote: leaves nothing to delete',
    file: 'rules/put-back.ts',
    line: '  return claim(request.pair.connectionId, view)?.found === undefined\n    ? request.notCreatedId\n    : physicalIdOf(request, view);',
    broken: '  return physicalIdOf(request, view);',
  },
  {
    row: 'Update, same pair, standalone: associates again',
    file: 'rules/decide.ts',
    line: '  return join(request, view);\n}',
    broken:
      "  return request.type === 'Update' && request.oldPair?.lagId === request.pair.lagId\n    ? { do: 'succeed', physicalId: request.physicalId }\n    : join(request, view);\n}",
  },
  {
    row: 'Update, other LAG: leaves the old one',
    file: 'rules/decide.ts',
    line: 'from === pairToLeave(request)?.lagId ||',
    broken: 'false ||',
  },
  {
    row: 'Update that fails after leaving: puts the connection back',
    file: 'rules/put-back.ts',
    line: "if (!isGone(old) && old.lagId === undefined) return write({ do: 'associate', pair: home }, view);",
    broken: '',
  },
  {
    row: 'Update, other connection: its id is the new physical id',
    file: 'rules/claim.ts',
    line: "if (request.type === 'Update' && !isNewConnection(request)) return request.physicalId;",
    broken: "if (request.type === 'Update') return request.physicalId;",
  },
  {
    row: 'Update, other connection, full LAG: old out first',
    file: 'rules/exchange.ts',
    line: "if (elsewhere === false) return write({ do: 'disassociate', pair: { connectionId, lagId } }, view);",
    broken: 'if (elsewhere === false) return undefined;',
  },
  {
    row: 'Update, other connection, full LAG: not one that another resource has',
    file: 'rules/exchange.ts',
    line: 'const elsewhere = declaredElsewhere({ connectionId, lagId }, view);',
    broken: 'const elsewhere: boolean | Step = false;',
  },
  {
    row: 'Update, other connection, full LAG: not one that a sibling is to have',
    file: 'rules/exchange.ts',
    line: ' || options.members?.includes(connectionId)',
    broken: '',
  },
  {
    row: 'Update, other connection, full LAG: one that a sibling gives up goes out',
    file: 'rules/exchange.ts',
    line: "if (!isOthers) return write({ do: 'disassociate', pair: { connectionId, lagId } }, view);",
    broken: '',
  },
  {
    row: 'Update in a rollback, full LAG: what goes out in the clean-up goes out first',
    file: 'rules/exchange.ts',
    line: 'takeOutNew(request, lag, view) ?? ',
    broken: '',
  },
  {
    row: 'Update that fails: a sibling that made room comes back',
    file: 'rules/put-back.ts',
    line: 'return giveBack(siblingsLeaving(request.options.members, request.oldMembers), request, view);',
    broken: 'return undefined;',
  },
  {
    row: 'Update in a rollback: a sibling that made room comes back',
    file: 'rules/decide.ts',
    line: ' ?? giveBack(membersAfterExchange(request, view), request, view);',
    broken: ';',
  },
  {
    row: 'Update in which only other members differ: no write',
    file: 'rules/decide.ts',
    line: "if (request.type === 'Update' && request.onlyMembersDiffer && put.lagId === pair.lagId) {",
    broken: 'if (false) {',
  },
  {
    row: 'Update back from a swap that CloudFormation did not wait for: takes the other connection out',
    file: 'rules/going-back.ts',
    line: 'if (connectionId === known || own === undefined || before === undefined || own.givenUp) continue;',
    broken: 'continue;',
  },
  {
    row: 'Update in a rollback: does not wait for a link',
    file: 'rules/decide.ts',
    line: '    if (!back) return waitForLink(',
    broken: '    return waitForLink(',
  },
  {
    row: 'Update in a rollback: what a person has put elsewhere is left alone',
    file: 'rules/decide.ts',
    line: 'return back ? leftAsItIs(',
    broken: 'return false ? leftAsItIs(',
  },
  {
    row: 'Update in a rollback: what a person has taken out before the operation stays out of a full LAG',
    file: 'rules/decide.ts',
    line: 'return byOthers ? leaveAlone(',
    broken: 'return false ? leaveAlone(',
  },
  {
    row: 'Update in a rollback: nothing is undone a second time',
    file: 'rules/put-back.ts',
    line: '  if (back) return undefined;',
    broken: '',
  },
  {
    row: 'Update in a rollback: a connection that a sibling has taken comes back',
    file: 'rules/decide.ts',
    line: 'const isSiblings = back && isTakenBySibling(pair.connectionId, pair.lagId, from, view);',
    broken: 'const isSiblings = false;',
  },
  {
    row: 'rollback: a sibling that took the slot goes out of it',
    file: 'rules/going-back.ts',
    line: "if (took) return write({ do: 'disassociate', pair: { connectionId: other, lagId } }, view);",
    broken: '',
  },
  {
    row: 'Delete, in this LAG: disassociates',
    file: 'rules/leave.ts',
    line: "return lowerMinimum(request, actual, view) ?? write({ do: 'disassociate', pair: actual }, view);",
    broken: "return leaveIt('broken');",
  },
  {
    row: 'Delete, in another LAG: no write',
    file: 'rules/leave.ts',
    line: '(lagId === pair?.lagId || isOwn(connectionId, lagId, view)) &&',
    broken: 'true &&',
  },
  {
    row: 'Delete of an invented id: no look',
    file: 'rules/leave.ts',
    line: "  if (found === undefined) return leaveIt('this resource never had it');",
    broken: "  if (found === undefined) return leaveIt(''), look({ do: 'describe connection', connectionId }, view);",
  },
  {
    row: 'Delete of an invented id: takes away what a Create left behind',
    file: 'rules/leave.ts',
    line: 'const found = own?.found ?? foundBefore(request);',
    broken: 'const found = foundBefore(request);',
  },
  {
    row: 'Delete in a rollback of what was retained before: no write',
    file: 'record/transitions.ts',
    line: 'return claim.retained && claim.lagId !== undefined ? { ...wanted, found: { lagId: claim.lagId } } : wanted;',
    broken: 'return wanted;',
  },
  {
    row: 'Delete: nothing goes back to where a membership had put it that goes too',
    file: 'rules/going-back.ts',
    line: 'const place = isWanted(connectionId, before, own, view) ? before : {};',
    broken: 'const place = before;',
  },
  {
    row: 'Delete of two that a membership has had: each knows how its own was found',
    file: 'record/transitions.ts',
    line: 'if (claim.gone !== undefined) return !isMark(concern) && (!isOwnDelete || claim.physicalId === undefined);',
    broken: 'if (claim.gone !== undefined) return true;',
  },
  {
    row: 'Delete of a renamed construct: no write',
    file: 'rules/leave.ts',
    line: "if (elsewhere === true) return leaveIt('another resource declares it');",
    broken: '',
  },
  {
    row: 'Delete in a rollback of an adoption: no write',
    file: 'cloudformation/operation.ts',
    line: 'return ROLLING_BACK.includes(status) || ROLLING_BACK.includes(root.status);',
    broken: 'return false;',
  },
  {
    row: "Delete of a nested stack's membership whose root rolls back: no write",
    file: 'cloudformation/operation.ts',
    line: 'ROLLING_BACK.includes(status) || ROLLING_BACK.includes(root.status)',
    broken: 'ROLLING_BACK.includes(status)',
  },
  {
    row: 'Delete after an operation that did not complete: no write',
    file: 'rules/leave.ts',
    line: "return hasCompletedSince(view.operation, since) ? 'removal' : 'rollback';",
    broken: "return 'removal';",
  },
  {
    row: 'Delete of an adopted membership outside a rollback: disassociates',
    file: 'rules/leave.ts',
    line: "return hasCompletedSince(view.operation, since) ? 'removal' : 'rollback';",
    broken: "return 'rollback';",
  },
  {
    row: 'Delete in a rollback of a move: back into the LAG it was found in',
    file: 'rules/going-back.ts',
    line: 'if (lagId === found.lagId) return undefined;',
    broken: 'return undefined;',
  },
  {
    row: 'Delete that the minimum links forbid: nothing about the LAG is changed unless it is allowed',
    file: 'rules/leave.ts',
    line: 'if (!request.options.lowerMinimumLinks) return undefined;',
    broken: '',
  },
  {
    row: 'Delete that the minimum links forbid, lowering allowed: lowers them first',
    file: 'rules/leave.ts',
    line: 'if (!request.options.lowerMinimumLinks) return undefined;',
    broken: 'return undefined;',
  },
  {
    row: 'any that CloudFormation is not at work for: no write',
    file: 'rules/asked.ts',
    line: 'if (view.ownLooks < LOOKS) return ask;',
    broken: 'return step;',
  },
  {
    row: 'a link that is up: takes a turn first',
    file: 'rules/traffic.ts',
    line: '    takeTurn(connectionId, lagIds, request, view) ??\n',
    broken: '',
  },
  {
    row: 'a link that is up: another one that is down or pending is waited for',
    file: 'rules/traffic.ts',
    line: '    waitForTurn(connectionId, from, lagIds, request, view) ??\n',
    broken: '',
  },
  {
    row: 'a turn: looks again at a LAG whose links have changed since',
    file: 'observations.ts',
    line: 'if ((this.lagAskedAt.get(lagId) ?? 0) <= changedAt) this.lags.delete(lagId);',
    broken: '',
  },
  {
    row: 'Delete: waits for the link that it interrupted',
    file: 'rules/traffic.ts',
    line: '  if (!view.hasInterrupted(connectionId)) return undefined;\n  const { waitForAvailable',
    broken: '  return undefined;\n  const { waitForAvailable',
  },
  {
    row: 'the minimum links: are not gone below',
    file: 'rules/traffic.ts',
    line: 'if (operational >= least || others === 0) return undefined;',
    broken: 'return undefined;',
  },
  {
    row: 'the last operational link of a LAG that carries something: stays, but for a removal',
    file: 'rules/traffic.ts',
    line: 'return carries.length === 0 ? undefined : giveUp',
    broken: 'return true ? undefined : giveUp',
  },
  {
    row: 'the whole plan: what cannot end well is refused before anything is touched',
    file: 'rules/plan.ts',
    line: 'return back ? undefined : giveUp(found);',
    broken: 'return undefined;',
  },
  {
    row: 'an event that was answered: no write',
    file: 'record/transitions.ts',
    line: "    return 'this event was answered before';",
    broken: '',
  },
  {
    row: 'an event that was overtaken: no write',
    file: 'record/transitions.ts',
    line: 'if (overtaker !== undefined) {',
    broken: 'if (false) {',
  },
  {
    row: 'an event older than the service time-out: no write',
    file: 'record/transitions.ts',
    line: 'if (age >= event.timeout)',
    broken: 'if (false)',
  },
  {
    row: 'a write of another invocation on its way: waits for it',
    file: 'record/transitions.ts',
    line: 'return writing !== undefined && writing.by !== by && now < writing.until;',
    broken: 'return false;',
  },
  {
    row: 'a record that somebody has changed meanwhile: decides again',
    file: 'record/memory.ts',
    line: "if (changed.meanwhile) return 'decide again';",
    broken: '',
  },
  {
    row: 'a membership that was retained and is declared again: begins anew',
    file: 'record/transitions.ts',
    line: "return event.requestType === 'Create' ||",
    broken: 'return',
  },
  {
    row: 'without the table: a Create fails',
    file: 'record/memory.ts',
    line: 'if (this.comesToConnection && this.gone !== undefined) return this.gone;',
    broken: '',
  },
  {
    row: 'a crash after the write: the next attempt does not adopt it',
    file: 'record/transitions.ts',
    line: '...(finds ? { found: from } : {}),',
    broken: '',
  },
  {
    row: 'a lost answer: looks before it repeats',
    file: 'observations.ts',
    line: '        this.connections.delete(call.pair.connectionId);\n',
    broken: '',
  },
  {
    row: 'a change of another connection that was not done: looks at the goal before it repeats',
    file: 'observations.ts',
    line: "this.connections.delete(this.memory.goal ?? '');",
    broken: '',
  },
  {
    row: 'a look that may be of before a write: looks again',
    file: 'observations.ts',
    line: 'if (this.mayBeOfBefore(connectionId, connection, askedAt)) return;',
    broken: '',
  },
  {
    row: 'a look that is old by now: looks again before it associates',
    file: 'observations.ts',
    line: "if (call.do !== 'associate') return false;",
    broken: 'return false;',
  },
  {
    row: 'throttled: asks less often as long as it is throttled more often than not',
    file: 'loop.ts',
    line: "pace === 'throttled' ? ++throttles : attempt",
    broken: 'attempt',
  },
  {
    row: 'an accepted change that does not show yet: waits instead of repeating it',
    file: 'rules/step.ts',
    line: "view.accepted.has(callKey(call)) ? { do: 'wait', for: call } : call",
    broken: 'call',
  },
  {
    row: 'waitForAvailable: waits for the link',
    file: 'rules/decide.ts',
    line: "  return { do: 'wait until available', connectionId, seconds };",
    broken: "  return { do: 'succeed', physicalId: connectionId };",
  },
];

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
