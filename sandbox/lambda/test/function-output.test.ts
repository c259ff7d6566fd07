import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { readLog } from '../function-output';

const chunk = 64 * 1024;

test('a run that writes all the time leaves every other turn of the event loop to others', async () => {
  const output = new PassThrough();
  const turns: string[] = [];
  for (let written = 0; written < 5; written += 1) output.write('x'.repeat(chunk));
  readLog([output], () => turns.push('log'));
  while (turns.filter(turn => turn === 'log').length < 5) {
    await setImmediate();
    turns.push('others');
  }
  expect(turns.join(' ')).not.toContain('log log');
});
