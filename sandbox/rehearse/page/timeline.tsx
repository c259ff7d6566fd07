import type { JSX } from 'preact';
import type { InterfaceState, LagSteps, Lane, LinkState, Run } from '../rehearsal';
import { seconds } from '../verdict';

/** Widths of the drawing, in its own units. */
export const LEFT = 190;
export const WIDTH = 950;
const TOTAL = LEFT + WIDTH + 20;
const LANE = 26;
const STEP_HEIGHT = 56;
const HEAD = 26;
/** A text that is longer than its segment is left out; the title has it. */
const TEXT_UNIT = 6.6;

type Scale = (at: number) => number;

const label = ({ id, name }: { readonly id: string; readonly name: string }) => (name === '' ? id : name);

/** Times to mark: 5 to 10 of them, at a round distance. */
export function ticksOf(duration: number): number[] {
  const rounds = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200].map(each => each * 1000);
  const distance = rounds.find(each => duration / each <= 10) ?? 14_400_000;
  return Array.from({ length: Math.floor(duration / distance) + 1 }, (_, index) => index * distance);
}

/** Every time at which something on the page changes. */
export function momentsOf({ links, lags, interfaces, calls, duration }: Run): number[] {
  const lanes: readonly Lane<object>[] = [...links, ...lags, ...interfaces];
  const steps = lanes.flatMap(lane => lane.steps.map(({ at }) => at));
  const writes = calls.filter(({ operation }) => !operation.startsWith('Describe')).map(({ at }) => at);
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

function Bar({
  state,
  title,
  ...box
}: {
  state: string;
  title?: string;
  x: number;
  y: number;
  width: number;
  height: number;
}) {
  return (
    <g>
      {title !== undefined && <title>{title}</title>}
      <rect class={state} rx="3" {...box} />
      {state !== 'up' && <rect class={`hatch-${state}`} rx="3" {...box} />}
    </g>
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
  const height = top + (links.length + interfaces.length) * LANE + 8;
  return (
    <Drawing title={title} description={describe(lag, links, interfaces, nameOf)} height={height} run={run} x={x}>
      {lag !== undefined && <StepLine lag={lag} run={run} x={x} top={HEAD} />}
      {links.map((lane, index) => (
        <LaneOf key={lane.id} name={label(lane)} y={top + index * LANE}>
          {segmentsOf(lane, run.duration).map(({ from, to, state }) => (
            <Segment
              key={from}
              x={x}
              from={from}
              to={to}
              y={top + index * LANE}
              state={state.state}
              text={state.lag === first(lane) ? state.state : `${state.state} → ${nameOf(state.lag)}`}
              name={label(lane)}
            />
          ))}
        </LaneOf>
      ))}
      {interfaces.map((lane, index) => {
        const y = top + (links.length + index) * LANE;
        return (
          <LaneOf key={lane.id} name={`⇄ ${label(lane)}`} y={y}>
            {segmentsOf(lane, run.duration).map(({ from, to, state }) => (
              <Segment
                key={from}
                x={x}
                from={from}
                to={to}
                y={y}
                state={!state.up ? 'down' : state.share < 1 ? 'pending' : 'up'}
                text={`${state.up ? `${Math.round(state.share * 100)} %` : 'no link'} · ${nameOf(state.carrier)}`}
                name={label(lane)}
              />
            ))}
          </LaneOf>
        );
      })}
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

interface DrawingProps {
  readonly title: string;
  readonly description: string;
  readonly height: number;
  readonly run: Run;
  readonly x: Scale;
  readonly children: JSX.Element | readonly (JSX.Element | false | readonly JSX.Element[])[];
}

function Drawing({ title, description, height, run, x, children }: DrawingProps) {
  return (
    <figure>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard. */}
      <section class="scroll" tabIndex={0} aria-label={title}>
        <figcaption>{title}</figcaption>
        <svg class="timeline" viewBox={`0 0 ${TOTAL} ${height}`} role="img" aria-label={`${title}. ${description}`}>
          {ticksOf(run.duration).map(at => (
            <g key={at}>
              <line class="grid" x1={x(at)} x2={x(at)} y1={HEAD - 6} y2={height} />
              <text class="faint" x={x(at)} y={HEAD - 11} text-anchor="middle">
                {seconds(at)}
              </text>
            </g>
          ))}
          {children}
          <line class="cursor" x1={LEFT} x2={LEFT} y1={HEAD - 6} y2={height} />
        </svg>
      </section>
    </figure>
  );
}

function LaneOf({ name, y, children }: { name: string; y: number; children: readonly JSX.Element[] }) {
  const shown = name.length > 26 ? `${name.slice(0, 25)}…` : name;
  return (
    <g>
      <text x={LEFT - 12} y={y + 16} text-anchor="end">
        {shown}
        <title>{name}</title>
      </text>
      {children}
    </g>
  );
}

interface SegmentProps {
  readonly x: Scale;
  readonly from: number;
  readonly to: number;
  readonly y: number;
  readonly state: string;
  readonly text: string;
  readonly name: string;
}

function Segment({ x, from, to, y, state, text, name }: SegmentProps) {
  const width = Math.max(1.5, Math.round((x(to) - x(from)) * 10) / 10);
  const room = Math.floor((width - 12) / TEXT_UNIT);
  const shown = text.length <= room ? text : (text.split(/ [→·]/)[0] ?? '');
  return (
    <>
      <Bar
        state={state}
        x={x(from)}
        y={y + 2}
        width={width}
        height={LANE - 6}
        title={`${name}: ${text}, ${seconds(from)} to ${seconds(to)} (${seconds(to - from)})`}
      />
      {shown.length <= room && (
        <>
          {state !== 'up' && (
            <rect
              class={state}
              stroke="none"
              x={x(from) + 4}
              y={y + 5}
              width={shown.length * TEXT_UNIT + 4}
              height={LANE - 12}
              rx="2"
            />
          )}
          <text x={x(from) + 7} y={y + 16}>
            {shown}
          </text>
        </>
      )}
    </>
  );
}

interface SegmentOf<State> {
  readonly from: number;
  readonly to: number;
  readonly state: State;
}

const segmentsOf = <State,>({ steps }: Lane<State>, duration: number): SegmentOf<State>[] =>
  steps.map((state, index) => ({ from: state.at, to: steps[index + 1]?.at ?? duration, state }));

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
        .filter(({ from, to }, index) => index === 0 || x(to) - x(from) > 14)
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
        kind: operation.startsWith('Describe') ? 'read' : answer === 'done' ? 'write' : 'failed',
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
