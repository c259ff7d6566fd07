import { isWrite, type Lane, type Rehearsal, type Run } from '../rehearsal';
import {
  differenceOf,
  type Finding,
  sameNetwork,
  seconds,
  timeWhere,
  type Verdict,
  withConvergence,
  withTransition,
} from '../verdict';
import { Id, label, Table } from './parts';
import { momentsOf } from './timeline';

export function Origin({ rehearsal }: { rehearsal: Rehearsal }) {
  const { origin } = rehearsal;
  const facts: readonly (readonly [string, string])[] = [
    ['Rehearsed', `${origin.time.replace('T', ' ').slice(0, 19)} UTC`],
    [
      'State of',
      origin.stateTime === undefined
        ? 'not said in the state file'
        : `${origin.stateTime.replace('T', ' ').slice(0, 19)} UTC`,
    ],
    ['Account', origin.account],
    ['Region', origin.regions.join(', ')],
    ['App', origin.app],
    ['Deployed before', origin.deployedFrom],
    ['SHA-256 of the templates', origin.hashes.template],
    ['SHA-256 of the handler', origin.hashes.handler],
    ['SHA-256 of the state', origin.hashes.state],
    ['Versions', `sandbox ${origin.versions.sandbox}, CDK CLI ${origin.versions.cdk}, Node.js ${origin.versions.node}`],
    ['Redacted', origin.redacted ? 'yes: ids, names, numbers and accounts are pseudonyms' : 'no'],
  ];
  return (
    <dl class="facts">
      {facts.map(([term, value]) => (
        <>
          <dt>{term}</dt>
          <dd class={/^SHA/.test(term) ? 'id' : ''}>{value}</dd>
        </>
      ))}
    </dl>
  );
}

export function Findings({ findings, moments }: { findings: readonly Finding[]; moments: readonly number[] }) {
  if (findings.length === 0) return <p>Nothing was found.</p>;
  return (
    <ul class="findings">
      {findings.map(({ level, text, at }) => (
        <li key={text} class={level}>
          <strong>{level}</strong> {at === undefined ? text : <a href={`#at-${nearest(moments, at)}`}>{text}</a>}
        </li>
      ))}
    </ul>
  );
}

const nearest = (moments: readonly number[], at: number): number =>
  moments.reduce((best, each) => (Math.abs(each - at) < Math.abs(best - at) ? each : best), 0);

/** What is different at each moment: the timeline in words. */
export function Moments({ run }: { run: Run }) {
  const names = new Map([...run.lags, ...run.links].map(lane => [lane.id, label(lane)]));
  const nameOf = (id: string) => (id === '' ? 'standalone' : (names.get(id) ?? id));
  const changes = new Map<number, string[]>();
  const add = (at: number, text: string) => changes.set(at, [...(changes.get(at) ?? []), text]);
  const each = <State,>(lanes: readonly Lane<State>[], text: (lane: Lane<State>, step: State) => string) => {
    for (const lane of lanes) for (const step of lane.steps) if (step.at > 0) add(step.at, text(lane, step));
  };
  each(
    run.links,
    (lane, step) => `${label(lane)} ${step.state}, ${step.lag === '' ? 'standalone' : `in ${nameOf(step.lag)}`}`,
  );
  each(run.lags, (lane, { up, members, minimum }) => `${label(lane)} ${up} of ${members} links up, minimum ${minimum}`);
  each(
    run.interfaces,
    (lane, { up, share, carrier }) =>
      `${label(lane)} ${up ? `${Math.round(share * 100)} %` : 'no link'} on ${nameOf(carrier)}`,
  );
  for (const call of run.calls.filter(isWrite)) add(call.at, `${call.operation}: ${call.answer}`);
  return (
    <Table name="Every moment" head={['at', 'what changes']}>
      {momentsOf(run).map(at => (
        <tr key={at} id={`at-${at}`}>
          <th scope="row">{(at / 1000).toFixed(1)} s</th>
          <td>{changes.get(at)?.join('; ') ?? (at === 0 ? 'the beginning' : 'the end')}</td>
        </tr>
      ))}
    </Table>
  );
}

export function BeforeAfter({ run }: { run: Run }) {
  const { before, after } = run;
  const ids = [...new Set([...before.lags, ...after.lags].map(({ id }) => id))];
  const names = new Map([...run.links, ...run.interfaces].map(lane => [lane.id, label(lane)]));
  const listed = (list: readonly string[] | undefined) => list?.map(id => names.get(id) ?? id).join(', ') || '–';
  return (
    <Table name="Before and after" head={['LAG', 'when', 'members', 'links up', 'minimum', 'Gbps', 'interfaces']}>
      {ids.flatMap(id =>
        [before, after].map((summary, index) => {
          const lag = summary.lags.find(each => each.id === id);
          return (
            <tr key={`${id} ${index}`}>
              {index === 0 && (
                <th scope="rowgroup" rowSpan={2}>
                  <Id id={id} name={before.lags.concat(after.lags).find(each => each.id === id)?.name ?? ''} />
                </th>
              )}
              <td>{index === 0 ? 'before' : 'after'}</td>
              <td>{listed(lag?.members)}</td>
              <td>{lag?.up ?? '–'}</td>
              <td>{lag?.minimum ?? '–'}</td>
              <td>{lag?.gbps ?? '–'}</td>
              <td>{listed(lag?.interfaces)}</td>
            </tr>
          );
        }),
      )}
      {[before, after].map((summary, index) => (
        <tr key={index === 0 ? 'standalone before' : 'standalone after'}>
          {index === 0 && (
            <th scope="rowgroup" rowSpan={2}>
              standalone
            </th>
          )}
          <td>{index === 0 ? 'before' : 'after'}</td>
          <td>{listed(summary.standalone.map(({ id }) => id))}</td>
          <td>–</td>
          <td>–</td>
          <td>–</td>
          <td>{listed(summary.standalone.flatMap(({ interfaces }) => interfaces))}</td>
        </tr>
      ))}
    </Table>
  );
}

export function TrafficTable({ run, convergenceSeconds }: { run: Run; convergenceSeconds: number }) {
  if (run.interfaces.length === 0) return <p>The network has no virtual interfaces.</p>;
  return (
    <Table
      name="Traffic of each virtual interface"
      head={['virtual interface', 'without a link', 'with BGP convergence', 'least capacity']}
    >
      {run.interfaces.map(lane => {
        const without = timeWhere(lane, run.duration, step => !step.up);
        return (
          <tr key={lane.id}>
            <th scope="row">
              <Id id={lane.id} name={lane.name} />
            </th>
            <td>{seconds(without)}</td>
            <td>{seconds(withConvergence(lane, run.duration, convergenceSeconds))}</td>
            <td>{Math.round(Math.min(...lane.steps.map(({ share }) => share)) * 100)} %</td>
          </tr>
        );
      })}
    </Table>
  );
}

export function Failures({ rehearsal: { change, failures } }: { rehearsal: Rehearsal }) {
  if (failures.length === 0)
    return <p>The change makes no write that could fail, or its failures were not rehearsed.</p>;
  return (
    <Table
      name="What happens if a step fails"
      head={['what fails', 'interrupted', 'where each link ends', 'how long', 'the stack', 'the end is the start']}
    >
      {failures.map(run => {
        const interrupted = run.links
          .map(lane => ({
            lane,
            time: timeWhere(lane, run.duration, step => step.state !== 'up'),
            was: lane.steps[0]?.state,
          }))
          .filter(({ time, was }) => time > 0 && was === 'up');
        const same = sameNetwork(run.after, change.before);
        return (
          <tr key={run.name}>
            <th scope="row">{run.name}</th>
            <td>{interrupted.map(({ lane, time }) => `${label(lane)} ${seconds(time)}`).join(', ') || 'nothing'}</td>
            <td>{same ? 'where it was' : differenceOf(change.before, run.after)}</td>
            <td>{seconds(run.duration)}</td>
            <td>{run.stacks.map(({ stack, status }) => `${stack} ${status}`).join(', ')}</td>
            <td>{same ? 'yes' : 'no'}</td>
          </tr>
        );
      })}
    </Table>
  );
}

export function Calls({ run }: { run: Run }) {
  const rights = new Map<string, Set<string>>();
  for (const { principal, operation } of run.calls) {
    rights.set(principal, (rights.get(principal) ?? new Set<string>()).add(`directconnect:${operation}`));
  }
  const short = (principal: string) => principal.split('/').at(-1) ?? principal;
  return (
    <>
      <Table name="Calls of Direct Connect in order" head={['at', 'operation', 'input', 'answer', 'who']}>
        {run.calls.map((call, index) => (
          <tr key={index} class={isWrite(call) ? 'write' : 'read'}>
            <td>{(call.at / 1000).toFixed(1)} s</td>
            <td>{isWrite(call) ? <strong>{call.operation}</strong> : call.operation}</td>
            <td>
              <code>{JSON.stringify(call.input)}</code>
            </td>
            <td>{call.answer}</td>
            <td class="id">{short(call.principal)}</td>
          </tr>
        ))}
      </Table>
      <h3>Rights used</h3>
      <ul>
        {[...rights].map(([principal, actions]) => (
          <li key={principal}>
            <code>{principal}</code>: {[...actions].sort().join(', ')}
          </li>
        ))}
      </ul>
    </>
  );
}

export function Assumptions({ rehearsal }: { rehearsal: Rehearsal }) {
  const { assumptions, change, failures } = rehearsal;
  const given = assumptions.transitionSeconds;
  const worst = failures.reduce<Run | undefined>(
    (most, run) => (most === undefined || run.duration > most.duration ? run : most),
    undefined,
  );
  const band = [...new Set([30, 90, 300, given])].sort((one, other) => one - other);
  return (
    <>
      <div class="loud">
        <p>
          <strong>Rehearsed, not real.</strong> No link was touched. What follows is assumed, and nobody outside AWS
          knows it:
        </p>
        <ul>
          <li>
            A link is pending for <strong>{seconds(given * 1000)}</strong> after it joins or leaves a LAG. AWS publishes
            no time; the table has others.
          </li>
          <li>The router at the other end brings LACP up at once, and its cross-connect is in order.</li>
          <li>
            BGP converges in {seconds(assumptions.convergenceSeconds * 1000)} after a link is back
            {assumptions.convergenceSeconds > 1 ? ' (default timers; with BFD about a second: --bfd)' : ' (with BFD)'}.
          </li>
          <li>AWS’s texts for most refusals are not published: a step that fails here fails with an invented one.</li>
          <li>Maintenance that AWS or a provider has announced was not looked at.</li>
          <li>Nobody else changes the network meanwhile.</li>
        </ul>
      </div>
      <h3>With another transition time</h3>
      <Table
        name="The same change with other transition times"
        head={['a transition takes', 'the change', 'the worst rollback', 'longest time without a link']}
      >
        {band.map(each => {
          const time = withTransition(change, given, each);
          const longest = Math.max(0, ...change.interfaces.map(lane => warped(lane, change.duration, time)));
          return (
            <tr key={each}>
              <th scope="row">
                {seconds(each * 1000)}
                {each === given && ' (rehearsed)'}
              </th>
              <td>{seconds(time(change.duration))}</td>
              <td>{worst === undefined ? '–' : seconds(withTransition(worst, given, each)(worst.duration))}</td>
              <td>{seconds(longest)}</td>
            </tr>
          );
        })}
      </Table>
    </>
  );
}

const warped = (lane: Lane<{ readonly up: boolean }>, duration: number, time: (at: number) => number): number =>
  lane.steps.reduce((sum, step, index) => {
    const to = lane.steps[index + 1]?.at ?? duration;
    return step.up ? sum : sum + time(to) - time(step.at);
  }, 0);

export function Runbook({ rehearsal, verdict }: { rehearsal: Rehearsal; verdict: Verdict }) {
  const { change, origin } = rehearsal;
  const touched = change.links.filter(lane => lane.steps.length > 1);
  const lags = change.lags.filter(lane => lane.steps.length > 1);
  const region = origin.regions[0] ?? '';
  return (
    <>
      <h3>Before</h3>
      <ol>
        <li>
          Ask for a window of {seconds(verdict.windowSeconds * 1000)} and look up AWS’s and the provider’s maintenance.
        </li>
        <li>See that the network is still as it was rehearsed:</li>
      </ol>
      <pre>
        {[
          ...touched.map(
            lane =>
              `aws directconnect describe-connections --region ${region} --connection-id ${lane.id}   # ${lane.steps[0]?.state}, ${lane.steps[0]?.lag || 'standalone'}`,
          ),
          ...lags.map(
            lane =>
              `aws directconnect describe-lags --region ${region} --lag-id ${lane.id}   # ${lane.steps[0]?.up} of ${lane.steps[0]?.members} up`,
          ),
        ].join('\n') || '# no link is touched'}
      </pre>
      <h3>The change</h3>
      <pre>{`npx cdk diff\nnpx cdk deploy ${change.stacks.map(({ stack }) => stack).join(' ')}`}</pre>
      <h3>After</h3>
      <pre>
        {touched
          .map(
            lane =>
              `aws directconnect describe-connections --region ${region} --connection-id ${lane.id}   # ${lane.steps.at(-1)?.state}, ${lane.steps.at(-1)?.lag || 'standalone'}`,
          )
          .join('\n') || '# nothing to see'}
      </pre>
      <h3>The way back</h3>
      <p>
        A deployment that fails rolls back by itself, as in “If it fails”. One that has succeeded goes back with the
        template before it: deploy that commit. Where a rollback itself has failed: <code>npx cdk rollback</code>.
      </p>
    </>
  );
}

export function Diff({ text }: { text: string }) {
  if (text === '') return <p>The templates are the same.</p>;
  const kind = (line: string) =>
    line.startsWith('+') ? 'add' : line.startsWith('-') ? 'remove' : line.startsWith('@') ? 'place' : '';
  return (
    <pre class="diff">
      {text.split('\n').map((line, index) => (
        <span key={index} class={kind(line)}>{`${line}\n`}</span>
      ))}
    </pre>
  );
}
