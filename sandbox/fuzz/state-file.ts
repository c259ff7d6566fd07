import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc, { type Arbitrary } from 'fast-check';
import { Network } from '../direct-connect/network';
import { InvalidDocument } from '../direct-connect/shape';
import { parseState, writeState } from '../direct-connect/state-file';
import { seeded } from '../test/seeded';
import type { Target } from './target';
import { deepText, json, text } from './values';

const example = readFileSync(join(__dirname, '../example-state.json'), 'utf8');
const file: { readonly [list: string]: readonly { readonly [member: string]: unknown }[] } = JSON.parse(example);

/** The longest message that a person reads to its end. */
const longestMessage = 100_000;

/** A change of one member of one item of the example. */
const change = fc.record({
  list: fc.constantFrom(...Object.keys(file)),
  item: fc.nat(4),
  member: fc.oneof(
    fc.constantFrom(...new Set(Object.values(file).flatMap(items => items.flatMap(item => Object.keys(item))))),
    text,
  ),
  value: fc.oneof(
    json,
    fc.constantFrom(...Object.values(file).flatMap(items => items.flatMap(item => Object.values(item)))),
  ),
  remove: fc.boolean(),
});

const changed: Arbitrary<string> = fc.array(change, { minLength: 1, maxLength: 5 }).map(changes => {
  const copy: { [list: string]: { [member: string]: unknown }[] } = JSON.parse(example);
  for (const { list, item, member, value, remove } of changes) {
    const found = copy[list]?.[item];
    if (!found) continue;
    if (remove) delete found[member];
    else Object.defineProperty(found, member, { value, enumerable: true, configurable: true, writable: true });
  }
  return JSON.stringify(copy);
});

const stateFile: Arbitrary<string> = fc.oneof(
  { weight: 12, arbitrary: changed },
  { weight: 2, arbitrary: json.map(value => JSON.stringify({ connections: value, lags: value })) },
  { weight: 1, arbitrary: deepText },
  { weight: 1, arbitrary: text },
);

/** A state file is refused with its problems, or what it says is there, and reads back as it was. */
export const stateFileTarget: Target = {
  name: 'state file',
  property: count =>
    fc.asyncProperty(stateFile, async written => {
      count(1);
      try {
        const state = parseState(written);
        const network = () =>
          new Network({ clock: { now: () => 0 }, random: seeded(1), transitionMilliseconds: 0, state });
        const once = writeState(network());
        const again = writeState(
          new Network({
            clock: { now: () => 0 },
            random: seeded(1),
            transitionMilliseconds: 0,
            state: parseState(once),
          }),
        );
        if (!isDeepStrictEqual(JSON.parse(once), JSON.parse(again)))
          throw new Error(`It reads back as ${again}, not as ${once}`);
        network().traffic();
      } catch (error) {
        if (!(error instanceof InvalidDocument)) throw error;
        if (error.message.length > longestMessage)
          throw new Error(`The message has ${error.message.length} characters`);
      }
    }),
};
