import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');

test('the benchmark counts the calls of each event, and none takes more than it has to', () => {
  const command = [join(ROOT, 'node_modules/tsx/dist/cli.mjs'), join(ROOT, 'bench/main.ts'), 'calls'];
  const printed = execFileSync(process.execPath, command, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  expect(printed).toContain('| create | 3 or fewer | 3 | 1 |');
  expect(printed).toContain('- Reached: 3, 1, 8, 6, 3 calls or fewer. 3, 1, 8, 6, 3.');
});

const text = (name: string) => readFileSync(join(ROOT, name), 'utf8');

test('every ratio and share that the README quotes is in the results of the benchmark', () => {
  const [, beside = ''] = text('README.md').split('## Beside AwsCustomResource');
  const [section = ''] = beside.split('\n## ');
  const quoted = section.match(/\d+\.\d+|\d+ %/g) ?? [];
  expect(quoted.length).toBeGreaterThan(8);
  const results = text('bench/results/results.md');
  expect(quoted.filter(figure => !results.includes(figure))).toEqual([]);
});

test('every number of seconds that the README quotes of what a deployment does to the links is in the results of the benchmark', () => {
  const [, ...sections] = text('bench/results/results.md').split('\n## ');
  const traffic = sections.find(section => section.startsWith('Traffic\n')) ?? '';
  const [, links = ''] = text('README.md').split('### What a deployment does to the links');
  const [section = ''] = links.split('\n## ');
  const rows = section.split('\n').filter(line => line.startsWith('|'));
  const quoted = rows.join().match(/(?<![\d.])[1-9]\d* s\b/g) ?? [];
  expect(quoted.length).toBeGreaterThan(8);
  expect(quoted.filter(figure => !traffic.includes(` ${figure} |`))).toEqual([]);
});
