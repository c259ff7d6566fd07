import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { runScenario } from './deployments';
import { scenario } from './scenarios';

/**
 * As many random sequences as wanted:
 *
 *     npm run test:soak -- --runs 100000 --seed 1
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '10000' },
      seed: { type: 'string', default: String(Date.now() % 1e9) },
    },
  });
  const [runs, seed] = [Number(values.runs), Number(values.seed)];
  if (!Number.isInteger(runs) || runs < 1)
    throw new Error(`--runs is ${values.runs}: allowed is a whole number from 1`);
  if (!Number.isInteger(seed)) throw new Error(`--seed is ${values.seed}: allowed is a whole number`);
  console.log(`${runs} sequences with seed ${seed}`);
  const totals = new Map<string, number>();
  const began = Date.now();
  let done = 0;
  let calls = 0;
  await fc.assert(
    fc.asyncProperty(scenario, async each => {
      const statistics = await runScenario(each);
      for (const [status, times] of statistics.statuses) totals.set(status, (totals.get(status) ?? 0) + times);
      calls += statistics.calls;
      done += 1;
      if (done % 1_000 === 0) console.log(`${done} sequences, ${Math.round((Date.now() - began) / 1000)} s`);
    }),
    { numRuns: runs, seed },
  );
  console.log(`${done} sequences without a failure, ${calls} calls of Direct Connect. Deployments ended in:`);
  for (const [status, times] of [...totals].sort()) console.log(`  ${status}: ${times}`);
}

main().catch((error: unknown) => {
  // Not the error itself: fast-check's brings every sequence that it tried on the way to the shortest.
  const cause = error instanceof Error && error.cause !== undefined ? `\n${String(error.cause)}` : '';
  console.error(error instanceof Error ? `${error.message}${cause}` : error);
  process.exitCode = 1;
});
