import type { JSX } from 'preact';
import type { Lane, Run } from '../rehearsal';
import { seconds } from '../verdict';

/** Widths of the drawing, in its own units. */
export const LEFT = 190;
export const WIDTH = 760;
const TOTAL = LEFT + WIDTH + 20;
export const LANE = 26;
export const HEAD = 26;
/** A text that is longer than its segment is left out; the title has it. */
const TEXT_UNIT = 6.6;

export type Scale = (at: number) => number;

/** Times to mark: 5 to 10 of them, at a round distance. */
export function ticksOf(duration: number): number[] {
  const rounds = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200].map(each => each * 1000);
  const distance = rounds.find(each => duration / each <= 10) ?? 14_400_000;
  return Array.from({ length: Math.floor(duration / distance) + 1 }, (_, index) => index * distance);
}

interface DrawingProps {
  readonly title: string;
  readonly description: string;
  readonly height: number;
  readonly run: Run;
  readonly x: Scale;
  readonly children: JSX.Element | readonly (JSX.Element | false | readonly JSX.Element[])[];
}

export function Drawing({ title, description, height, run, x, children }: DrawingProps) {
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

export function LaneOf({ name, y, children }: { name: string; y: number; children: readonly JSX.Element[] }) {
  const shown = name.length > 24 ? `${name.slice(0, 23)}…` : name;
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

export function Segment({ x, from, to, y, state, text, name }: SegmentProps) {
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
        <text class={`on-${state}`} x={x(from) + 7} y={y + 16}>
          {shown}
        </text>
      )}
    </>
  );
}

interface SegmentOf<State> {
  readonly from: number;
  readonly to: number;
  readonly state: State;
}

export const segmentsOf = <State,>({ steps }: Lane<State>, duration: number): SegmentOf<State>[] =>
  steps.map((state, index) => ({ from: state.at, to: steps[index + 1]?.at ?? duration, state }));

export function Bar({
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
