import { createHash } from 'node:crypto';
import { renderToString } from 'preact-render-to-string';
import { type Rehearsal, writesOf } from '../rehearsal';
import { judge, seconds, timeWhere } from '../verdict';
import { Assumptions } from './assumptions';
import { LEFT, WIDTH } from './drawing';
import { Section, Table } from './parts';
import { Runbook } from './runbook';
import { script } from './script';
import { BeforeAfter, Calls, Diff, Failures, Findings, Moments, Origin, TrafficTable } from './sections';
import { style } from './style';
import { momentsOf, Timeline } from './timeline';

const sha256 = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing is loaded, whatever the rehearsal's texts say; the style and the script are known by their hashes. */
const policy = `default-src 'none'; style-src ${sha256(style)}; script-src ${sha256(script)}; base-uri 'none'; form-action 'none'`;

/** The page of a rehearsal: one file that asks for no other. The same rehearsal gives the same bytes. */
export function renderPage(rehearsal: Rehearsal): string {
  return `<!DOCTYPE html>\n${renderToString(<Page rehearsal={rehearsal} />)}\n`;
}

const titles = [
  ['origin', 'Where it is from'],
  ['findings', 'Findings'],
  ['timeline', 'Timeline'],
  ['before-after', 'Before and after'],
  ['traffic', 'Traffic'],
  ['failures', 'If it fails'],
  ['calls', 'Calls'],
  ['assumptions', 'Assumptions'],
  ['runbook', 'Runbook'],
  ['appendix', 'Appendix'],
] as const;

function Page({ rehearsal }: { rehearsal: Rehearsal }) {
  const { change, assumptions } = rehearsal;
  const verdict = judge(rehearsal);
  const moments = momentsOf(change);
  const stacks = change.stacks.map(({ stack }) => stack).join(', ');
  const opening = { go: 'Go', 'no-go': 'No-go', 'could not tell': 'Could not tell' }[verdict.decision];
  const interrupted = change.links.filter(
    lane => lane.steps[0]?.state === 'up' && lane.steps.some(({ state }) => state !== 'up'),
  );
  const without = Math.max(0, ...change.interfaces.map(lane => timeWhere(lane, change.duration, ({ up }) => !up)));
  const figures: readonly (readonly [string, string])[] = [
    ['window to ask for', seconds(verdict.windowSeconds * 1000)],
    ['the change', seconds(change.duration)],
    ['writes', String(writesOf(change).length)],
    ['links interrupted', String(interrupted.length)],
    ['longest without a link', seconds(without)],
  ];
  const parts = [
    <Origin rehearsal={rehearsal} />,
    <Findings findings={verdict.findings} moments={moments} />,
    <>
      <p class="dim">
        Times are from the beginning of the deployment. Hatched is what carries no traffic, or less than all.
      </p>
      <div id="control" class="control" hidden>
        <label for="moment">
          At <output id="time">0.0 s</output>: the mouse, or the arrow keys here
        </label>
        <input
          id="moment"
          type="range"
          min="0"
          max={moments.length - 1}
          value="0"
          step="1"
          data-moments={moments.join(' ')}
          data-left={LEFT}
          data-width={WIDTH}
        />
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard. */}
        <section class="list" tabIndex={0} aria-label="What is up at that moment">
          <table>
            <thead>
              <tr>
                <th scope="col">what</th>
                <th scope="col">name</th>
                <th scope="col">at that moment</th>
              </tr>
            </thead>
            <tbody id="state" />
          </table>
        </section>
      </div>
      <Timeline run={change} />
      <h3>Every moment</h3>
      <Moments run={change} />
    </>,
    <BeforeAfter run={change} />,
    <TrafficTable run={change} convergenceSeconds={assumptions.convergenceSeconds} />,
    <Failures rehearsal={rehearsal} />,
    <Calls run={change} />,
    <Assumptions rehearsal={rehearsal} />,
    <Runbook rehearsal={rehearsal} verdict={verdict} />,
    <>
      <h3>Not rehearsed</h3>
      {rehearsal.notRehearsed.length === 0 ? (
        <p>Every resource type of the app was rehearsed.</p>
      ) : (
        <Table name="Not rehearsed" head={['stack', 'resource', 'type']}>
          {rehearsal.notRehearsed.map(({ stack, logicalId, type }) => (
            <tr key={`${stack} ${logicalId}`}>
              <td>{stack}</td>
              <td>{logicalId}</td>
              <td>{type}</td>
            </tr>
          ))}
        </Table>
      )}
      <h3>What changes in the templates</h3>
      <Diff text={rehearsal.templateDiff} />
      <details>
        <summary>rehearsal.json</summary>
        <pre id="data">{JSON.stringify(rehearsal)}</pre>
      </details>
    </>,
  ];
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={policy} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${opening}: rehearsal of ${stacks}`}</title>
        <style dangerouslySetInnerHTML={{ __html: style }} />
      </head>
      <body>
        <header class={`verdict ${verdict.decision.replaceAll(' ', '-')}`}>
          <div>
            <p class="mark">Rehearsed, not real: {stacks}</p>
            <h1>{opening}</h1>
            <p>{verdict.sentence.replace(/^[^:]+: (.)/, (_all, letter: string) => letter.toUpperCase())}</p>
            <dl class="figures">
              {figures.map(([term, value]) => (
                <div key={term}>
                  <dt>{term}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
          </div>
        </header>
        <nav aria-label="Contents">
          <ol>
            {titles.map(([id, title]) => (
              <li key={id}>
                <a href={`#${id}`}>{title}</a>
              </li>
            ))}
          </ol>
        </nav>
        <main>
          {titles.map(([id, title], index) => (
            <Section key={id} id={id} number={index + 2} title={title}>
              {parts[index]}
            </Section>
          ))}
        </main>
        <footer>Rehearsed, not real. Made of rehearsal.json, format {rehearsal.version}.</footer>
        <script dangerouslySetInnerHTML={{ __html: script }} />
      </body>
    </html>
  );
}
