import type { Lane, Rehearsal, Run } from '../rehearsal';
import { seconds, withTransition } from '../verdict';
import { Table } from './parts';

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
