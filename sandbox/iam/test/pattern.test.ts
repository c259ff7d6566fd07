import fc from 'fast-check';
import { matches, patternWith, plainPattern } from '../pattern';

test('a pattern matches what the regular expression for it does', () => {
  const characters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '.', ':'), maxLength: 8 });
  const texts = fc.string({ unit: fc.constantFrom('a', 'b', '.', ':'), maxLength: 8 });
  fc.assert(
    fc.property(characters, texts, (pattern, text) => {
      const expression = [...pattern].map(one => (one === '*' ? '.*' : one === '?' ? '.' : one === '.' ? '\\.' : one));
      expect(matches(plainPattern(pattern), text)).toBe(new RegExp(`^${expression.join('')}$`).test(text));
    }),
    { numRuns: 5000, seed: 1 },
  );
});

test('thousands of * against a name that almost fits are no more work than pattern times name', () => {
  let looks = 0;
  const counted = new Proxy(plainPattern('*a'.repeat(2000)), {
    get(pattern, key) {
      looks += 1;
      return Reflect.get(pattern, key);
    },
  });
  expect(matches(counted, `${'a'.repeat(1999)}b`)).toBe(false);
  expect(looks).toBeLessThan(4000 * 2000);
});

test.each([
  ['do not end', '${'.repeat(200_000)],
  ['have an unended default', '${a,'.repeat(200_000)],
])('thousands of variables that %s take no longer than they are long', (_what, text) => {
  expect(patternWith(() => 'value', text)).toEqual([...text]);
});
