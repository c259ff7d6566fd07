import {
  type InterfaceState,
  isWrite,
  type LagSteps,
  type Lane,
  type LinkState,
  type Run,
  writesOf,
} from '../rehearsal';
import { seconds } from '../verdict';
import { Bar, Drawing, HEAD, LANE, LaneOf, LEFT, type Scale, Segment, segmentsOf, WIDTH } from './drawing';
import { label } from './parts';

const STEP_HEIGHT = 56;

/** Every time at which something on the page changes. */
export function momentsOf(run: Run): number[] {
  const { links, lags, interfaces, duration } = run;
  const lanes: readonly Lane<object>[] = [...links, ...lags, ...interfaces];
  const steps = lanes.flatMap(lane => lane.steps.map(({ at }) => at));
  const writes = writesOf(run).map(({ at }) => at);
  return [...new Set([0, ...steps, ...writes, duration])]
    .filter(at => at <= duration)
    .sort((one, other) => one - other);
}

/** What the patterns and the legend are. Patterns are found by every drawing of the document. */
export function Legend() {
  const states = [
    { state: 'up', text: 'up' },
    { state: 'pending', text: 'pending: no traffic yet' },
    { state: 'down', text: 'down' },
  ];
  const ticks = [
    { kind: 'event', text: 'event of CloudFormation' },
    { kind: 'write', text: 'write' },
    { kind: 'failed', text: 'refused, such as a write that comes too early' },
    { kind: 'read', text: 'look' },
  ];
  return (
    <ul class="legend">
      {states.map(({ state, text }) => (
        <li key={state}>
          <svg viewBox="0 0 34 16" aria-hidden="true">
            {state === 'up' && <Patterns />}
            <Bar state={state} x={1} y={1} width={32} height={14} />
          </svg>
          {text}
        </li>
      ))}
      <li>
        <svg viewBox="0 0 34 16" aria-hidden="true">
          <line class="minimum" x1="0" x2="34" y1="8" y2="8" />
        </svg>
        minimum links
      </li>
      {ticks.map(({ kind, text }) => (
        <li key={kind}>
          <svg class="tick" viewBox="0 0 6 16" aria-hidden="true">
            <line class={`tick-${kind}`} x1="3" x2="3" y1={kind === 'read' ? 6 : 1} y2="15" />
          </svg>
          {text}
        </li>
      ))}
    </ul>
  );
}

function Patterns() {
  return (
    <defs>
      <pattern id="hatch-pending" width="7" height="7" patternUnits="userSpaceOnUse">
        <path d="M-1 8L8 -1" stroke-width="1.6" />
      </pattern>
      <pattern id="hatch-down" width="7" height="7" patternUnits="userSpaceOnUse">
        <path d="M-1 8L8 -1M-1 -1L8 8" stroke-width="1.3" />
      </pattern>
    </defs>
  );
}

export function Timeline({ run }: { readonly run: Run }) {
  const x: Scale = at => Math.round((LEFT + (run.duration === 0 ? 0 : at / run.duration) * WIDTH) * 10) / 10;
  const names = new Map([...run.lags, ...run.links].map(lane => [lane.id, label(lane)]));
  const nameOf = (id: string) => (id === '' ? 'standalone' : (names.get(id) ?? id));
  const first = (lane: Lane<{ readonly lag: string }>) => lane.steps[0]?.lag ?? '';
  const carrier = (lane: Lane<InterfaceState>) => lane.steps[0]?.carrier ?? '';
  const standalone = run.links.filter(lane => first(lane) === '' || !run.lags.some(({ id }) => id === first(lane)));
  const others = run.interfaces.filter(lane => !run.lags.some(({ id }) => id === carrier(lane)));
  return (
    <>
      <Legend />
      {run.lags.map(lag => (
        <Group
          key={lag.id}
          title={`LAG ${label(lag)}`}
          run={run}
          x={x}
          nameOf={nameOf}
          lag={lag}
          links={run.links.filter(lane => first(lane) === lag.id)}
          interfaces={run.interfaces.filter(lane => carrier(lane) === lag.id)}
        />
      ))}
      {standalone.length + others.length > 0 && (
        <Group
          title="In no LAG at the beginning"
          run={run}
          x={x}
          nameOf={nameOf}
          links={standalone}
          interfaces={others}
        />
      )}
      <Ticks run={run} x={x} />
    </>
  );
}

interface GroupProps {
  readonly title: string;
  readonly run: Run;
  readonly x: Scale;
  readonly nameOf: (id: string) => string;
  readonly lag?: Lane<LagSteps>;
  readonly links: readonly Lane<LinkState>[];
  readonly interfaces: readonly Lane<InterfaceState>[];
}

function Group({ title, run, x, nameOf, lag, links, interfaces }: GroupProps) {
  const top = HEAD + (lag === undefined ? 0 : STEP_HEIGHT + 12);
  const lanes = [
    ...links.map(lane => ({
      id: lane.id,
      name: label(lane),
      segments: segmentsOf(lane, run.duration).map(({ from, to, state: { state, lag: place } }) => ({
        from,
        to,
        state,
        text: place === first(lane) ? state : `${state} → ${nameOf(place)}`,
      })),
    })),
    ...interfaces.map(lane => ({
      id: lane.id,
      name: `⇄ ${label(lane)}`,
      segments: segmentsOf(lane, run.duration).map(({ from, to, state: { up, share, carrier } }) => ({
        from,
        to,
        state: !up ? 'down' : share < 1 ? 'pending' : 'up',
        text: `${up ? `${Math.round(share * 100)} %` : 'no link'} · ${nameOf(carrier)}`,
      })),
    })),
  ];
  const height = top + lanes.length * LANE + 8;
  return (
    <Drawing title={title} description={describe(lag, links, interfaces, nameOf)} height={height} run={run} x={x}>
      {lag !== undefined && <StepLine lag={lag} run={run} x={x} top={HEAD} />}
      {lanes.map(({ id, name, segments }, index) => (
        <LaneOf key={id} name={name} y={top + index * LANE}>
          {segments.map(segment => (
            <Segment key={segment.from} x={x} y={top + index * LANE} name={name} {...segment} />
          ))}
        </LaneOf>
      ))}
    </Drawing>
  );
}

const first = (lane: Lane<LinkState>) => lane.steps[0]?.lag ?? '';

function describe(
  lag: GroupProps['lag'],
  links: GroupProps['links'],
  interfaces: GroupProps['interfaces'],
  nameOf: GroupProps['nameOf'],
): string {
  return [
    ...(lag === undefined ? [] : [`Fewest links up: ${Math.min(...lag.steps.map(({ up }) => up))}.`]),
    ...links.map(
      lane => `${label(lane)}: ${lane.steps.map(({ at, state }) => `${state} from ${seconds(at)}`).join(', ')}.`,
    ),
    ...interfaces.map(
      lane =>
        `${label(lane)}: ${lane.steps.map(({ at, up, share, carrier }) => `${up ? `${Math.round(share * 100)} %` : 'no link'} on ${nameOf(carrier)} from ${seconds(at)}`).join(', ')}.`,
    ),
  ].join(' ');
}

/** Operational links of a LAG, above its minimum. */
function StepLine({ lag, run, x, top }: { lag: Lane<LagSteps>; run: Run; x: Scale; top: number }) {
  const highest = Math.max(1, ...lag.steps.map(({ members, minimum }) => Math.max(members, minimum)));
  const y = (links: number) => Math.round((top + STEP_HEIGHT - (links / highest) * (STEP_HEIGHT - 8)) * 10) / 10;
  const segments = segmentsOf(lag, run.duration);
  const path = segments
    .map(
      ({ from, to, state }, index) =>
        `${index === 0 ? 'M' : 'V'}${index === 0 ? `${x(from)} ${y(state.up)}` : y(state.up)}H${x(to)}`,
    )
    .join('');
  const minimum = segments.map(({ from, to, state }) => ({ from, to, links: state.minimum }));
  return (
    <g>
      <text x={LEFT - 12} y={top + 20} text-anchor="end">
        links up
      </text>
      <text class="faint" x={LEFT - 12} y={top + 36} text-anchor="end">
        {`fewest ${Math.min(...lag.steps.map(({ up }) => up))}, minimum ${lag.steps[0]?.minimum ?? 0}`}
      </text>
      <rect class="bg" x={LEFT} y={top} width={WIDTH} height={STEP_HEIGHT} />
      {minimum.map(({ from, to, links }) => (
        <line key={from} class="minimum" x1={x(from)} x2={x(to)} y1={y(links)} y2={y(links)} />
      ))}
      <path class="steps" d={path} />
      {segments
        .filter(({ from, to, state }, index) => state.up !== segments[index - 1]?.state.up && x(to) - x(from) > 14)
        .map(({ from, state }) => (
          <text key={from} x={x(from) + 5} y={y(state.up) - 5 < top + 10 ? y(state.up) + 15 : y(state.up) - 5}>
            {state.up}
          </text>
        ))}
    </g>
  );
}

/** CloudFormation's events and the calls, as ticks. */
function Ticks({ run, x }: { run: Run; x: Scale }) {
  const rows = [
    {
      name: 'CloudFormation',
      ticks: run.events.map(({ at, status, logicalId }) => ({
        at,
        kind: status.endsWith('_FAILED') ? 'failed' : 'event',
        text: `${logicalId} ${status}`,
      })),
    },
    {
      name: 'calls',
      ticks: run.calls.map(({ at, operation, answer }) => ({
        at,
        kind: !isWrite({ operation }) ? 'read' : answer === 'done' ? 'write' : 'failed',
        text: `${operation}: ${answer}`,
      })),
    },
  ];
  const description = `${run.events.length} events, ${run.calls.length} calls.`;
  return (
    <Drawing
      title="CloudFormation and Direct Connect"
      description={description}
      height={HEAD + rows.length * 30 + 6}
      run={run}
      x={x}
    >
      {rows.map(({ name, ticks }, index) => (
        <g key={name}>
          <text x={LEFT - 12} y={HEAD + index * 30 + 18} text-anchor="end">
            {name}
          </text>
          <rect class="bg" x={LEFT} y={HEAD + index * 30 + 2} width={WIDTH} height={24} />
          {ticks.map(({ at, kind, text }, tick) => (
            <line
              key={tick}
              class={`tick-${kind}`}
              x1={x(at)}
              x2={x(at)}
              y1={HEAD + index * 30 + (kind === 'read' ? 10 : 4)}
              y2={HEAD + index * 30 + 24}
            >
              <title>{`${seconds(at)}: ${text}`}</title>
            </line>
          ))}
        </g>
      ))}
    </Drawing>
  );
}
