import { escapeXml } from '../xml';
import type { Rehearsal, Run } from './rehearsal';
import { judge, reasonOf, sameNetwork } from './verdict';

/** A test case a finding that counts, the change, and each way to fail: what a pipeline shows of a rehearsal. */
export function junit(rehearsal: Rehearsal): string {
  const { change, deployed, failures } = rehearsal;
  const { findings } = judge(rehearsal);
  const blockers = findings.filter(({ level }) => level === 'blocker');
  const cases = [
    ...(deployed === undefined ? [] : [caseOf(deployed, deployed.exitCode === 0 ? undefined : reasonOf(deployed))]),
    caseOf(change, blockers.length === 0 ? undefined : blockers.map(({ text }) => text).join('\n')),
    ...failures.map(run =>
      caseOf(run, sameNetwork(run.after, change.before) ? undefined : 'The network does not end as it began.'),
    ),
  ];
  const failed = cases.filter(({ failure }) => failure !== undefined).length;
  const time = cases.reduce((sum, each) => sum + each.seconds, 0).toFixed(3);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="rehearsal" tests="${cases.length}" failures="${failed}" errors="0" time="${time}">`,
    `  <testsuite name="rehearsal" tests="${cases.length}" failures="${failed}" errors="0" skipped="0" time="${time}" timestamp="${rehearsal.origin.time.slice(0, 19)}">`,
    ...cases.flatMap(({ name, seconds, failure }) => {
      const open = `    <testcase classname="rehearsal" name="${xmlText(name)}" time="${seconds.toFixed(3)}"`;
      if (failure === undefined) return [`${open}/>`];
      const message = xmlText(failure.split('\n')[0] ?? '');
      return [
        `${open}>`,
        `      <failure message="${message}" type="finding">${xmlText(failure)}</failure>`,
        '    </testcase>',
      ];
    }),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

const caseOf = ({ name, duration }: Run, failure: string | undefined) => ({ name, seconds: duration / 1000, failure });

/** Without the characters that XML 1.0 has not, such as those that colour a terminal. Source: its section 2.2. */
const xmlText = (text: string): string =>
  escapeXml(text.replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\ufffd'));
