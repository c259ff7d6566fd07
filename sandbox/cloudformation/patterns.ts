import { withinTime } from '../time-limit';
import { validationError } from './validation-error';

/** A parameter's value that is to match its AllowedPattern as a whole. */
export interface Pattern {
  readonly parameter: string;
  readonly pattern: string;
  readonly text: string;
}

/** Milliseconds for all patterns of a template: one such as `(a+)+` can take longer than anybody lives. */
const patience = 100;

/**
 * Those whose text does not match.
 *
 * @throws AwsError ValidationError for a pattern that is none, or where matching takes too long
 */
export function unmatched(patterns: readonly Pattern[]): readonly Pattern[] {
  if (patterns.length === 0) return [];
  const checks = patterns.map(check => ({ expression: expressionOf(check), text: check.text }));
  const matches = results(checks, patterns);
  return patterns.filter((_, index) => !matches[index]);
}

function expressionOf({ parameter, pattern }: Pattern): RegExp {
  try {
    new RegExp(pattern);
    return new RegExp(`^(?:${pattern})$`);
  } catch (cause) {
    throw validationError(
      `Template format error: [/Parameters/${parameter}] AllowedPattern ${pattern} is no regular expression: ${cause}`,
      { cause },
    );
  }
}

interface Check {
  readonly expression: RegExp;
  readonly text: string;
}

function results(checks: readonly Check[], patterns: readonly Pattern[]): readonly boolean[] {
  try {
    return withinTime(patience, () => checks.map(({ expression, text }) => expression.test(text)));
  } catch (cause) {
    const all = patterns.map(({ parameter, pattern }) => `${pattern} of ${parameter}`).join(', ');
    throw validationError(
      `Template error: the AllowedPattern of all parameters must match within ${patience} milliseconds; got ${all.slice(0, 1000)}`,
      { cause },
    );
  }
}
