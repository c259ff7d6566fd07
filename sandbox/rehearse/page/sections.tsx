import { isWrite, type Lane, type NetworkSummary, type Rehearsal, type Run, writesOf } from '../rehearsal';
import { differenceOf, type Finding, sameNetwork, seconds, timeWhere, withConvergence } from '../verdict';
import { Breakable, Id, label, Table } from './parts';
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
  for (const { at, operation } of writesOf(run)) add(at, operation);
  return (
    <Table name="Every moment" head={['at', 'what changes']}>
      {momentsOf(run).map(at => (
        <tr key={at} id={`at-${at}`}>
          <th scope="row" class="whole">
            {(at / 1000).toFixed(1)} s
          </th>
          <td>{changes.get(at)?.join('; ') ?? (at === 0 ? 'the beginning' : 'the end')}</td>
        </tr>
      ))}
    </Table>
  );
}

export function BeforeAfter({ run }: { run: Run }) {
  const names = new Map([...run.links, ...run.interfaces].map(lane => [lane.id, label(lane)]));
  const listed = (list: readonly string[] | undefined) => list?.map(id => names.get(id) ?? id).join(', ') || '–';
  const cellsOf = ({ lags, standalone }: NetworkSummary, id: string): readonly string[] => {
    if (id === '') {
      const links = listed(standalone.map(each => each.id));
      return [links, '–', '–', '–', listed(standalone.flatMap(({ interfaces }) => interfaces))];
    }
    const lag = lags.find(each => each.id === id);
    const numbers = [lag?.up, lag?.minimum, lag?.gbps].map(number => String(number ?? '–'));
    return [listed(lag?.members), ...numbers, listed(lag?.interfaces)];
  };
  const lags = [...new Map([...run.before.lags, ...run.after.lags].map(({ id, name }) => [id, name]))];
  return (
    <Table name="Before and after" head={['LAG', 'when', 'members', 'links up', 'minimum', 'Gbps', 'interfaces']}>
      {[...lags, ['', 'standalone'] as const].flatMap(([id, name]) => {
        const [before, after] = [cellsOf(run.before, id), cellsOf(run.after, id)];
        const rows = before.every((text, index) => text === after[index])
          ? [{ when: 'unchanged', cells: before }]
          : [
              { when: 'before', cells: before },
              { when: 'after', cells: after },
            ];
        return rows.map(({ when, cells }, row) => (
          <tr key={`${id} ${when}`} class={when}>
            {row === 0 && (
              <th scope="rowgroup" rowSpan={rows.length}>
                <Id id={id} name={name} />
              </th>
            )}
            <td class="whole">{when}</td>
            {cells.map((text, index) => (
              <td key={index}>{when === 'after' && text !== before[index] ? <strong>{text}</strong> : text}</td>
            ))}
          </tr>
        ));
      })}
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
            <td class="whole">{seconds(run.duration)}</td>
            <td>
              <Breakable text={run.stacks.map(({ stack, status }) => `${stack} ${status}`).join(', ')} after="_" />
            </td>
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
  const [first, ...others] = rights.keys();
  if (first === undefined) return <p>Direct Connect is not called.</p>;
  const head = ['at', 'operation', 'input', 'answer', ...(others.length === 0 ? [] : ['who'])];
  return (
    <>
      {others.length === 0 && (
        <p>
          All by <Breakable text={first} after="/" />.
        </p>
      )}
      <Table name="Calls of Direct Connect in order" head={head}>
        {run.calls.map((call, index) => (
          <tr key={index} class={isWrite(call) ? 'write' : 'read'}>
            <td class="whole">{(call.at / 1000).toFixed(1)} s</td>
            <td class="operation">{isWrite(call) ? <strong>{call.operation}</strong> : call.operation}</td>
            <td class="input">
              <Breakable text={JSON.stringify(call.input)} after="," />
            </td>
            <td>{call.answer}</td>
            {others.length > 0 && <td class="id">{call.principal.split('/').at(-1)}</td>}
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
