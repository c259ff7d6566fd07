import { type Rehearsal, writesOf } from './rehearsal';
import { differenceOf, judge, sameNetwork, seconds, timeWhere, withConvergence } from './verdict';

/** Characters of a comment on GitHub. Source: its API's error "Body is too long (maximum is 65536 characters)". */
const longest = 65_536;

/** The rehearsal as a comment of a pull request. */
export function markdown(rehearsal: Rehearsal): string {
  const { change, failures, assumptions, origin } = rehearsal;
  const { decision, sentence, windowSeconds, findings } = judge(rehearsal);
  const sign = { go: '✅', 'no-go': '⛔', 'could not tell': '❔' }[decision];
  const head = [
    `## ${sign} Rehearsal: ${decision}`,
    '',
    plainText(sentence),
    '',
    `Window to ask for: **${seconds(windowSeconds * 1000)}** (the change, and the worst rollback).`,
    '',
  ];
  const tail = [
    '',
    `_Rehearsed, not real: ${seconds(assumptions.transitionSeconds * 1000)} a transition is an assumption; AWS publishes none._`,
    `_${origin.time}, account ${origin.account}, ${origin.regions.join(', ')}${origin.redacted ? ', redacted' : ''}, template ${origin.hashes.template.slice(0, 12)}._`,
    '',
  ];
  const parts = [
    section(
      'Findings',
      findings.map(({ level, text }) => `- **${level}**: ${plainText(text)}`),
    ),
    section(
      'Traffic',
      change.interfaces.map(lane => {
        const without = timeWhere(lane, change.duration, step => !step.up);
        const withBgp = withConvergence(lane, change.duration, assumptions.convergenceSeconds);
        return `| ${plainText(lane.name === '' ? lane.id : `${lane.name} (${lane.id})`)} | ${seconds(without)} | ${seconds(withBgp)} |`;
      }),
      ['| virtual interface | without a link | with BGP |', '|---|---|---|'],
    ),
    section(
      'If it fails',
      failures.map(run => {
        const end = sameNetwork(run.after, change.before) ? 'as it began' : differenceOf(change.before, run.after);
        return `| ${plainText(run.name)} | ${seconds(run.duration)} | ${plainText(end)} |`;
      }),
      ['| what fails | how long | the end |', '|---|---|---|'],
    ),
    section(
      'Writes',
      writesOf(change).map(
        ({ at, operation, input }) => `- ${seconds(at)}: ${operation} ${plainText(JSON.stringify(input))}`,
      ),
    ),
  ];
  return [...head, ...fitting(parts, longest - [...head, ...tail].join('\n').length - 200), ...tail].join('\n');
}

const section = (title: string, lines: readonly string[], head: readonly string[] = []): string[] =>
  lines.length === 0 ? [] : ['', `### ${title}`, '', ...head, ...lines];

/** As many lines as there is room for; what is left out is counted. */
function fitting(parts: readonly (readonly string[])[], room: number): string[] {
  const lines = parts.flat();
  let used = 0;
  const kept = lines.findIndex(line => {
    used += line.length + 1;
    return used > room;
  });
  if (kept === -1) return lines;
  return [...lines.slice(0, kept), '', `${lines.length - kept} more lines are on the page.`];
}

/**
 * As text: no markup, no link, nobody told. GitHub makes links of addresses, mentions and numbers of issues, escaped or not,
 * unless something stands within them.
 */
const plainText = (text: string): string =>
  text
    .replace(/[\\`*_{}[\]<>|~&]/g, '\\$&')
    .replace(/@|#|:(?=\/\/)|www(?=\.)/gi, '$&\u200b')
    .replace(/\s+/g, ' ');
