/** `*` in a pattern: any characters, or none. */
const many = Symbol('*');
/** `?` in a pattern: one character. */
const one = Symbol('?');

type Piece = string | typeof many | typeof one;

/** A pattern, character by character: what a variable stands for has no wildcards, whatever its characters are. */
export type Pattern = readonly Piece[];

const variable = /\$\{([^},]+)(?:,[^}]*)?\}/y;
const isPlain = (name: string) => ['*', '?', '$'].includes(name);
const wildcardOr = (character: string): Piece => (character === '*' ? many : character === '?' ? one : character);

/** The names of the variables in a text of a policy: `${*}`, `${?}` and `${$}` are plain characters. */
export const variablesIn = (text: string): readonly string[] =>
  [...text.matchAll(/\$\{([^},]+)/g)].flatMap(([, name = '']) => (isPlain(name) ? [] : [name]));

/** A pattern without variables: `${` is text. */
export const plainPattern = (text: string): Pattern => [...text].map(wildcardOr);

/**
 * A pattern with policy variables, such as `${aws:PrincipalAccount}`.
 *
 * @throws {Error} for a variable without a value
 */
export function patternWith(variableValue: (key: string) => string | undefined, text: string): Pattern {
  const pieces: Piece[] = [];
  // After the last brace no variable ends: each ${ would be looked at to the end of the text.
  const lastEnd = text.lastIndexOf('}');
  for (let at = 0; at < text.length; ) {
    variable.lastIndex = at;
    const [whole, name = ''] = at < lastEnd ? (variable.exec(text) ?? []) : [];
    const value = isPlain(name) ? name : variableValue(name);
    if (whole === undefined) pieces.push(wildcardOr(text.charAt(at)));
    else if (value === undefined) throw new Error(`The request has no ${name}, which the policy's ${text} asks for`);
    else pieces.push(...value);
    at += whole?.length ?? 1;
  }
  return pieces;
}

/** The same with `*` and `?` as the characters that they are. */
export const withoutWildcards = (pattern: Pattern): Pattern =>
  pattern.map(piece => (piece === many ? '*' : piece === one ? '?' : piece));

export const inLowerCase = (pattern: Pattern): Pattern =>
  pattern.map(piece => (typeof piece === 'string' ? piece.toLowerCase() : piece));

/** Takes time in proportion to pattern times text at most: where a piece does not fit, only the last `*` takes one more. */
export function matches(pattern: Pattern, text: string): boolean {
  const characters = [...text];
  let next = 0;
  let star: { readonly after: number; reached: number } | undefined;
  for (let at = 0; at < characters.length; ) {
    const piece = pattern[next];
    if (piece === many) {
      next += 1;
      star = { after: next, reached: at };
    } else if (piece === one || piece === characters[at]) {
      next += 1;
      at += 1;
    } else if (star) {
      star.reached += 1;
      next = star.after;
      at = star.reached;
    } else {
      return false;
    }
  }
  return pattern.slice(next).every(piece => piece === many);
}

/** Whether an ARN is like another one, each of their six parts by itself. */
export function matchesByPart(pattern: Pattern, arn: string): boolean {
  const [wanted, parts] = [partsOf(pattern), partsOf([...arn])];
  if (wanted.length !== 6 || parts.length !== 6) return false;
  return wanted.every((part, index) => matches(part, parts[index]?.join('') ?? ''));
}

function partsOf<Each>(arn: readonly Each[]): readonly (readonly Each[])[] {
  const colons = [...arn.keys()].filter(index => arn[index] === ':').slice(0, 5);
  return [-1, ...colons].map((colon, index) => arn.slice(colon + 1, colons[index]));
}
