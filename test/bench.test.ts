import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');

test('the benchmark counts the calls of each event, and none takes more than it has to', () => {
  const command = [join(ROOT, 'node_modules/tsx/dist/cli.mjs'), join(ROOT, 'bench/main.ts'), 'calls'];
  const printed = execFileSync(process.execPath, command, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  expect(printed).toContain('| create | 3 or fewer | 3 | 1 |');
  expect(printed).toContain('- Reached: 3, 1, 5, 3 + 2, 2 calls or fewer. 3, 1, 5, 5, 2.');
});
