import { inLowerCase, matches, matchesByPart, type Pattern, withoutWildcards } from './pattern';

/** One line of a statement's `Condition`: an operator, a context key, and the values to compare with. */
export interface Condition {
  readonly operator: Operator | 'Null';
  /** For keys with several values; those of the sandbox have one, or none. */
  readonly set: 'ForAllValues' | 'ForAnyValue' | undefined;
  readonly ifExists: boolean;
  /** In lower case: IAM does not tell keys by case. */
  readonly key: string;
  readonly values: readonly string[];
}

interface Comparison {
  /** It holds where none of the values matches, and for a key that the request does not have. */
  readonly negative: boolean;
  readonly matches: (pattern: Pattern, actual: string) => boolean;
}

const equals = (pattern: Pattern, actual: string) => matches(withoutWildcards(pattern), actual);
const equalsIgnoringCase = (pattern: Pattern, actual: string) => equals(inLowerCase(pattern), actual.toLowerCase());

/** Source: IAM User Guide, "IAM JSON policy elements: Condition operators". */
const comparisons = {
  StringEquals: { negative: false, matches: equals },
  StringNotEquals: { negative: true, matches: equals },
  StringEqualsIgnoreCase: { negative: false, matches: equalsIgnoringCase },
  StringNotEqualsIgnoreCase: { negative: true, matches: equalsIgnoringCase },
  StringLike: { negative: false, matches },
  StringNotLike: { negative: true, matches },
  ArnEquals: { negative: false, matches: matchesByPart },
  ArnNotEquals: { negative: true, matches: matchesByPart },
  ArnLike: { negative: false, matches: matchesByPart },
  ArnNotLike: { negative: true, matches: matchesByPart },
  Bool: { negative: false, matches: equalsIgnoringCase },
} satisfies { readonly [operator: string]: Comparison };

export type Operator = keyof typeof comparisons;

export const isOperator = (name: string): name is Operator | 'Null' =>
  name === 'Null' || Object.hasOwn(comparisons, name);

export const operators: readonly string[] = [...Object.keys(comparisons), 'Null'];

/** IAM's others, for numbers, times and addresses: no context key of the sandbox is one. */
export const otherOperators: readonly string[] = [
  ...['NumericEquals', 'NumericNotEquals', 'NumericLessThan', 'NumericLessThanEquals'],
  ...['NumericGreaterThan', 'NumericGreaterThanEquals', 'DateEquals', 'DateNotEquals', 'DateLessThan'],
  ...['DateLessThanEquals', 'DateGreaterThan', 'DateGreaterThanEquals', 'BinaryEquals', 'IpAddress', 'NotIpAddress'],
];

/** Whether a condition holds for what the request has for its key, if anything. */
export function holds(
  { operator, set, ifExists, values }: Condition,
  actual: string | undefined,
  patternOf: (value: string) => Pattern,
): boolean {
  if (operator === 'Null') return values.some(value => value.toLowerCase() === String(actual === undefined));
  const { negative, matches: fits }: Comparison = comparisons[operator];
  if (actual === undefined) return ifExists || (set === undefined ? negative : set === 'ForAllValues');
  return values.some(value => fits(patternOf(value), actual)) !== negative;
}
