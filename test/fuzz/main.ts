import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { targets } from './targets';

/** Runs of a target before the next one's turn. */
const RUNS = 200;

/**
 * Random inputs for as long as wanted, to all targets in turn or to some by their names:
 *
 *     npm run test:fuzz -- --minutes 60 --seed 1 dynamodb "state file"
 */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      seed: { type: 'string', default: String(Date.now() % 1e9) },
    },
    allowPositionals: true,
  });
  const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
  if (!(minutes > 0)) throw new Error(`--minutes is ${values.minutes}: allowed is a number above 0`);
  if (!Number.isInteger(seed)) throw new Error(`--seed is ${values.seed}: allowed is a whole number`);
  const unknown = positionals.filter(name => targets.every(target => target.name !== name));
  if (unknown.length > 0)
    throw new Error(`There is no ${unknown.join(', ')}; there is ${targets.map(({ name }) => name).join(', ')}`);
  const chosen = targets.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  // Node.js ends the process for it, as it would end a sandbox.
  const counts = new Map(chosen.map(({ name }) => [name, 0]));
  const end = Date.now() + minutes * 60_000;
  for (let round = 0; Date.now() < end; round += 1) {
    for (const { name, property } of chosen) {
      if (Date.now() >= end) break;
      const count = (inputs: number) => counts.set(name, (counts.get(name) ?? 0) + inputs);
      console.error(`${name}, --seed ${seed + round}`);
      await fc.assert(property(count), { numRuns: RUNS, seed: seed + round, endOnFailure: false });
    }
  }
  for (const [name, inputs] of counts) console.log(`${name}: ${inputs} inputs without a failure`);
}

main().catch((error: unknown) => {
  const cause = error instanceof Error && error.cause !== undefined ? `\n${String(error.cause)}` : '';
  console.error(error instanceof Error ? `${error.message}${cause}` : error);
  process.exitCode = 1;
});
