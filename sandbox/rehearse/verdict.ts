import { type InterfaceState, type Lane, type NetworkSummary, type Rehearsal, type Run, writesOf } from './rehearsal';

export interface Finding {
  readonly level: 'blocker' | 'warning' | 'note';
  readonly text: string;
  /** Milliseconds since the beginning of the change, where it has a moment there. */
  readonly at?: number;
}

export interface Verdict {
  readonly decision: 'go' | 'no-go' | 'could not tell';
  readonly sentence: string;
  /** Seconds to ask for: the change, and the worst rollback after it. */
  readonly windowSeconds: number;
  readonly findings: readonly Finding[];
}

/** Exit codes of `rehearse`. */
export const exitCodeOf = { go: 0, 'no-go': 2, 'could not tell': 3 } as const;

/** How long something was so, in milliseconds. */
export function timeWhere<State>({ steps }: Lane<State>, duration: number, holds: (state: State) => boolean): number {
  return steps.reduce((sum, step, index) => {
    const to = steps[index + 1]?.at ?? duration;
    return holds(step) ? sum + to - step.at : sum;
  }, 0);
}

/** How long a virtual interface had no route, in milliseconds: BGP has to converge each time its link is back. */
export function withConvergence(lane: Lane<InterfaceState>, duration: number, convergenceSeconds: number): number {
  const times = lane.steps.filter((step, index) => step.up && lane.steps[index - 1]?.up === false).length;
  return timeWhere(lane, duration, step => !step.up) + times * convergenceSeconds * 1000;
}

/** When something first was so. */
export const firstWhere = <State>({ steps }: Lane<State>, holds: (state: State) => boolean): number | undefined =>
  steps.find(holds)?.at;

/** In words: `0.7 s`, `91 s`, `20 min 15 s`. */
export const seconds = (milliseconds: number): string => {
  const value = milliseconds / 1000;
  const whole = Math.round(value);
  if (whole < 120) return `${value < 10 && !Number.isInteger(value) ? value.toFixed(1) : whole} s`;
  return whole % 60 === 0 ? `${whole / 60} min` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
};

const plural = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

const label = ({ id, name }: { readonly id: string; readonly name: string }) => (name === '' ? id : `${name} (${id})`);

/** Judges a rehearsal; the same one always gets the same verdict. */
export function judge(rehearsal: Rehearsal): Verdict {
  const { change, deployed, failures, origin, notRehearsed } = rehearsal;
  const findings: Finding[] = [];
  const worst = Math.max(0, ...failures.map(run => run.duration));
  const windowSeconds = Math.ceil((change.duration + worst) / 1000);
  const unknown = [
    ...(deployed !== undefined && deployed.exitCode !== 0
      ? [`What is deployed does not deploy on the sandbox: ${reasonOf(deployed)}`]
      : []),
    ...origin.notRead.map(line => `Not read: ${line}`),
  ];
  if (deployed !== undefined && writesOf(deployed).length > 0) {
    const writes = writesOf(deployed).map(({ operation }) => operation);
    findings.push({
      level: 'blocker',
      text: `What is deployed does not describe what is there: deploying it again makes ${plural(writes.length, 'write')} (${[...new Set(writes)].join(', ')}). The network was changed by other hands.`,
    });
  }
  findings.push(...unknown.map((text): Finding => ({ level: 'blocker', text })));
  if (change.exitCode !== 0)
    findings.push({ level: 'blocker', text: `The change fails: ${reasonOf(change)}`, ...failedAt(change) });
  if (change.exitCode === 0 && change.events.length === 0 && rehearsal.templateDiff !== '')
    findings.push({ level: 'warning', text: 'The templates differ, and the deployment changed nothing all the same.' });
  findings.push(...findingsOfTraffic(change));
  findings.push(...failures.flatMap(run => findingsOfFailure(run, change)));
  if (deployed === undefined) {
    findings.push({ level: 'note', text: `Nothing was deployed before the change: ${origin.deployedFrom}.` });
  }
  if (notRehearsed.length > 0) {
    const types = [...new Set(notRehearsed.map(({ type }) => type))].sort();
    findings.push({
      level: 'note',
      text: `Not rehearsed: ${plural(notRehearsed.length, 'resource')} of ${types.join(', ')}, for which there were placeholders.`,
    });
  }
  findings.push(...origin.notes.map((text): Finding => ({ level: 'note', text: `The state file: ${text}.` })));
  const blocked = findings.filter(({ level }) => level === 'blocker').length - unknown.length;
  const decision = blocked > 0 ? 'no-go' : unknown.length > 0 ? 'could not tell' : 'go';
  return { decision, sentence: sentenceOf(rehearsal, decision), windowSeconds, findings: inOrder(findings) };
}

const inOrder = (findings: readonly Finding[]): Finding[] =>
  (['blocker', 'warning', 'note'] as const).flatMap(level => findings.filter(finding => finding.level === level));

function findingsOfTraffic({ interfaces, lags, links, duration, after, before }: Run): Finding[] {
  const findings: Finding[] = [];
  for (const lane of interfaces) {
    const wasUp = lane.steps[0]?.up === true;
    const without = timeWhere(lane, duration, step => !step.up);
    const at = firstWhere(lane, step => !step.up);
    if (wasUp && without > 0) {
      findings.push({
        level: 'blocker',
        text: `The virtual interface ${label(lane)} has no link for ${seconds(without)}.`,
        ...(at !== undefined && { at }),
      });
    }
    const least = Math.min(...lane.steps.map(step => step.share));
    if (wasUp && without === 0 && least < 1) {
      const first = firstWhere(lane, step => step.share === least);
      findings.push({
        level: 'warning',
        text: `The virtual interface ${label(lane)} is down to ${Math.round(least * 100)} % of its capacity.`,
        ...(first !== undefined && { at: first }),
      });
    }
  }
  for (const lane of lags) {
    const started = lane.steps[0];
    const below = (step: { up: number; minimum: number; members: number }) =>
      step.up < step.minimum && step.members > 0;
    const time = timeWhere(lane, duration, below);
    const at = firstWhere(lane, below);
    if (started !== undefined && !below(started) && time > 0) {
      findings.push({
        level: 'blocker',
        text: `The LAG ${label(lane)} is below its minimum of ${started.minimum} operational ${started.minimum === 1 ? 'link' : 'links'} for ${seconds(time)}, and goes down with it.`,
        ...(at !== undefined && { at }),
      });
    }
  }
  for (const lane of links) {
    if (lane.steps[0]?.state === 'up' && lane.steps.at(-1)?.state !== 'up') {
      findings.push({
        level: 'blocker',
        text: `The link ${label(lane)} was up, and is ${lane.steps.at(-1)?.state} at the end.`,
        ...(lane.steps.at(-1) && { at: lane.steps.at(-1)?.at ?? 0 }),
      });
    }
    const down = timeWhere(lane, duration, step => step.state !== 'up');
    const at = firstWhere(lane, step => step.state !== 'up');
    if (lane.steps[0]?.state === 'up' && lane.steps.at(-1)?.state === 'up' && down > 0) {
      findings.push({
        level: 'note',
        text: `The link ${label(lane)} is interrupted for ${seconds(down)} in all.`,
        ...(at !== undefined && { at }),
      });
    }
  }
  for (const lag of before.lags) {
    const now = after.lags.find(({ id }) => id === lag.id);
    if (lag.members.length > 0 && now?.members.length === 0) {
      findings.push({ level: 'warning', text: `The LAG ${label(lag)} is empty at the end.` });
    }
  }
  return findings;
}

function findingsOfFailure(run: Run, { before }: Run): Finding[] {
  const stuck = run.stacks.filter(({ status }) => /_FAILED$/.test(status));
  const down = run.links.filter(lane => lane.steps[0]?.state === 'up' && lane.steps.at(-1)?.state !== 'up');
  const lost = run.interfaces.filter(lane => lane.steps[0]?.up === true && lane.steps.at(-1)?.up === false);
  const where = `If it fails (${run.name})`;
  return [
    ...(run.exitCode === 0
      ? [{ level: 'warning', text: `${where}, the deployment succeeds all the same.` } as const]
      : []),
    ...stuck.map(
      ({ stack, status }): Finding => ({
        level: 'blocker',
        text: `${where}, the stack ${stack} is left ${status}.`,
      }),
    ),
    ...[...down, ...lost].map(
      (lane): Finding => ({
        level: 'blocker',
        text: `${where}, ${label(lane)} is down at the end.`,
      }),
    ),
    ...(run.exitCode !== 0 && stuck.length === 0 && !sameNetwork(run.after, before)
      ? [{ level: 'warning', text: `${where}, the end is not the start: ${differenceOf(before, run.after)}.` } as const]
      : []),
  ];
}

/** Whether members, minimum, links up and interfaces are the same. */
export const sameNetwork = (one: NetworkSummary, other: NetworkSummary): boolean =>
  JSON.stringify(comparable(one)) === JSON.stringify(comparable(other));

const comparable = ({ lags, standalone }: NetworkSummary) => ({
  lags: lags.map(({ id, members, up, minimum, interfaces }) => [
    id,
    members.toSorted(),
    up,
    minimum,
    interfaces.toSorted(),
  ]),
  standalone: standalone.map(({ id, interfaces }) => [id, interfaces.toSorted()]).toSorted(),
});

/** What is elsewhere or otherwise, in words. */
export function differenceOf(before: NetworkSummary, after: NetworkSummary): string {
  const differences = (
    were: Map<string, string>,
    are: Map<string, string>,
    words: (now: string, was: string) => string,
  ) =>
    [...were].flatMap(([id, was]) => {
      const now = are.get(id) ?? 'gone';
      return now === was ? [] : [`${id} ${words(now, was)}`];
    });
  const found = [
    ...differences(placesOf(before), placesOf(after), (now, was) => `is ${now} and was ${was}`),
    ...differences(carriersOf(before), carriersOf(after), (now, was) => `is on ${now} and was on ${was}`),
    ...differences(minimumsOf(before), minimumsOf(after), (now, was) => `asks for ${now} links and asked for ${was}`),
  ];
  const up = differences(linksUpOf(before), linksUpOf(after), (now, was) => `has ${now} links up and had ${was}`);
  return (found.length === 0 ? up : found).join('; ');
}

const placesOf = ({ lags, standalone }: NetworkSummary) =>
  new Map([
    ...lags.flatMap(({ id, members }) => members.map((member): [string, string] => [member, id])),
    ...standalone.map(({ id }): [string, string] => [id, 'standalone']),
  ]);

const carriersOf = ({ lags, standalone }: NetworkSummary) =>
  new Map(
    [...lags, ...standalone].flatMap(({ id, interfaces }) => interfaces.map((each): [string, string] => [each, id])),
  );

const minimumsOf = ({ lags }: NetworkSummary) => new Map(lags.map(({ id, minimum }) => [id, String(minimum)]));

const linksUpOf = ({ lags }: NetworkSummary) => new Map(lags.map(({ id, up }) => [id, String(up)]));

/** Why a deployment failed: the first resource's reason that is not a consequence of another's. */
export function reasonOf({ events, printed, exitCode }: Run): string {
  const failed = events.find(
    ({ status, reason = '' }) => status.endsWith('_FAILED') && reason !== '' && !/cancelled/i.test(reason),
  );
  if (failed !== undefined) return `${failed.logicalId}: ${failed.reason}`;
  return printed.filter(line => line.trim() !== '').at(-1) ?? `the CLI ended with exit code ${exitCode}`;
}

function failedAt({ events }: Run): { at?: number } {
  const failed = events.find(({ status }) => status.endsWith('_FAILED'));
  return failed === undefined ? {} : { at: failed.at };
}

function sentenceOf({ change, failures, assumptions }: Rehearsal, decision: Verdict['decision']): string {
  const interrupted = change.links.filter(
    lane => lane.steps[0]?.state === 'up' && lane.steps.some(step => step.state !== 'up'),
  );
  const without = change.interfaces.filter(lane => lane.steps[0]?.up === true && lane.steps.some(step => !step.up));
  const wrong = failures.filter(run => !sameNetwork(run.after, change.before)).length;
  const what = [
    `the change ${change.exitCode === 0 ? 'takes' : 'fails after'} ${seconds(change.duration)} and makes ${plural(writesOf(change).length, 'write')}`,
    interrupted.length === 0 ? 'interrupts no link' : `interrupts ${plural(interrupted.length, 'link')}`,
    without.length === 0
      ? `leaves each of ${plural(change.interfaces.length, 'virtual interface')} a link all the time`
      : `leaves ${plural(without.length, 'virtual interface')} without a link`,
  ];
  const rollbacks =
    failures.length === 0
      ? ''
      : `; of ${plural(failures.length, 'way')} to fail, ${wrong === 0 ? 'each ends as it began' : `${plural(wrong, 'does', 'do')} not end as ${wrong === 1 ? 'it' : 'they'} began`}`;
  const opening = { go: 'Go', 'no-go': 'No-go', 'could not tell': 'Could not tell' }[decision];
  return `${opening}: ${what.slice(0, -1).join(', ')}, and ${what.at(-1)}${rollbacks}. With ${seconds(assumptions.transitionSeconds * 1000)} a transition.`;
}

/**
 * How long a run would take with another transition time: while a link is in transition time goes on at that rate, else as
 * it was recorded.
 */
export function withTransition(run: Run, recordedSeconds: number, otherSeconds: number): (at: number) => number {
  const pending = run.links
    .flatMap(({ steps }) =>
      steps.flatMap((step, index) =>
        index > 0 && step.state === 'pending' ? [{ from: step.at, to: steps[index + 1]?.at ?? run.duration }] : [],
      ),
    )
    .sort((one, other) => one.from - other.from);
  const merged: { from: number; to: number }[] = [];
  for (const { from, to } of pending) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else merged.push({ from, to });
  }
  const rate = recordedSeconds === 0 ? 1 : otherSeconds / recordedSeconds;
  return at => merged.reduce((time, { from, to }) => time + Math.max(0, Math.min(at, to) - from) * (rate - 1), at);
}
