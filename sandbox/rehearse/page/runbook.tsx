import type { Rehearsal } from '../rehearsal';
import { seconds, type Verdict } from '../verdict';

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
