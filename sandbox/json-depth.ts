/** Lists and objects in each other: what is deeper can be read, but not written again. */
export const deepest = 200;

export const noDeeper = `at most ${deepest} lists and objects in each other`;
export const tooDeep = `has more than ${deepest} lists and objects in each other`;

/** Whether a JSON text is too deep to be read. Brackets inside of strings do not count. */
export function isTooDeep(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (quoted) {
      if (character === '\\') index += 1;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    if (depth > deepest) return true;
  }
  return false;
}
