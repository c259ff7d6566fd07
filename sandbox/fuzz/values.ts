import fc, { type Arbitrary } from 'fast-check';

/** Texts that programs stumble over. */
const oddTexts = [
  ...['', ' ', '\0', '\ud800', '\u202e', 'ü'.repeat(300), 'x'.repeat(300), 'x'.repeat(5000)],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'then', 'length'],
  ...[
    '*',
    '?',
    '.',
    '..',
    '/',
    '//',
    '%',
    '%ff',
    '%00',
    '\\',
    '|',
    ':',
    '$',
    '${',
    `\${}`,
    `\${AWS::Region}`,
    '{{resolve:',
  ],
  ...['true', 'false', 'null', 'NaN', 'Infinity', '-1', '0', '1', '1e999', '9007199254740993', '2026-01-01T00:00:00Z'],
  ...['arn:', 'arn:aws:iam::111122223333:role/R', 'arn:aws:lambda:eu-central-1:111122223333:function:F', '(a+)+', '('],
];

/** With members that objects have anyway: what is to be text is not, and what is looked up is found. */
const oddObjects: readonly unknown[] = [
  { toString: 1, valueOf: 1 },
  [{ toString: '' }],
  JSON.parse('{"__proto__":{"a":1}}'),
  { constructor: null, length: -1 },
];

const oddNumbers = [0, -0, -1, 1, 0.5, 4, 100, 2 ** 31, 2 ** 53, -(2 ** 53), 1e308];

export const text: Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...oddTexts) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
);

const depths = [199, 200, 201, 20_000];

/** JSON of any form, as what `JSON.stringify` takes. */
export const json: Arbitrary<unknown> = fc.oneof(
  { depthSize: 'small', withCrossShrink: true },
  { weight: 4, arbitrary: text },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(...oddNumbers, true, false, null, [], {}, ...oddObjects) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

/** JSON text that is too deep, or just not. */
export const deepText: Arbitrary<string> = fc
  .record({ depth: fc.constantFrom(...depths), list: fc.boolean() })
  .map(({ depth, list }) =>
    list ? `${'['.repeat(depth)}${']'.repeat(depth)}` : `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`,
  );

/** Mostly one of the usual values, or else anything. */
export const mostly = (usual: readonly unknown[], odd: Arbitrary<unknown> = json): Arbitrary<unknown> =>
  fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...usual) }, { weight: 1, arbitrary: odd });

/**
 * An object with some of these members, by their names.
 *
 * @param required those that are there nearly always
 */
export function members(
  all: { readonly [name: string]: Arbitrary<unknown> },
  required: readonly string[] = [],
): Arbitrary<{ [name: string]: unknown }> {
  const requiredKeys = required.filter(name => Object.hasOwn(all, name));
  return fc.oneof(
    { weight: 15, arbitrary: fc.record({ ...all }, { requiredKeys }) },
    { weight: 1, arbitrary: fc.record({ ...all }, { requiredKeys: [] }) },
  );
}
