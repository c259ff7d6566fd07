import { setMaxListeners } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { loadServiceData } from '../sandbox/iam/evaluate';
import { calls } from './calls';
import { callsByService } from './calls-by-service';
import { check } from './check';
import { coldStart } from './cold-start';
import { goingBack } from './going-back';

import type { Measurement } from './measurement';
import { overhead } from './overhead';
import { scale } from './scale';
import { survival } from './survival';
import { synth } from './synth';
import { traffic } from './traffic';

const MEASUREMENTS = {
  traffic,
  survival,
  scale,
  'going-back': goingBack,
  calls,
  'calls-by-service': callsByService,
  check,
  overhead,
  'cold-start': coldStart,
  synth,
};

const RESULTS = join(__dirname, 'results');

function markdown({ title, method, columns, rows, goals, notes }: Measurement): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    `## ${title}`,
    '',
    method,
    '',
    line(columns),
    line(columns.map(() => '---')),
    ...rows.map(line),
    '',
    ...goals.map(
      ({ goal, reached, measured }) => `- ${reached ? 'Reached' : '**Not reached**'}: ${goal}. ${measured}.`,
    ),
    '',
    ...(notes === undefined ? [] : [notes, '']),
  ].join('\n');
}

async function main(): Promise<void> {
  // The next major version of the AWS SDK and Node.js are not what this is about.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  // Hundreds of functions at a time wait for the sandbox's end.
  setMaxListeners(0);
  // Read once, in real time, which no virtual clock can wait for.
  await loadServiceData();
  const asked = process.argv.slice(2);
  const unknown = asked.find(name => !(name in MEASUREMENTS));
  if (unknown !== undefined) throw new Error(`${unknown} is none of ${Object.keys(MEASUREMENTS).join(', ')}`);
  const results: { [name: string]: Measurement } = {};
  for (const [name, measure] of Object.entries(MEASUREMENTS)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    const began = performance.now();
    results[name] = await measure();
    console.log(markdown(results[name]));
    console.error(`${name}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
  }
  if (asked.length > 0) return;
  const machine = `Node.js ${process.version} on ${cpus().length} × ${cpus()[0]?.model}, ${process.platform}`;
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, 'results.json'), `${JSON.stringify({ machine, measurements: results }, null, 2)}\n`);
  const head = `# Results of \`npm run bench\`\n\n${machine}. Each value is a median, with its range where it has one.\n`;
  writeFileSync(join(RESULTS, 'results.md'), [head, ...Object.values(results).map(markdown)].join('\n'));
}

main().catch(error => {
  console.error(error);
  process.exit(1);
});
