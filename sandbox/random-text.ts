const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const hexadecimal = '0123456789abcdef';
const alphanumeric = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const lowerCase = 'abcdefghijklmnopqrstuvwxyz0123456789';

const pick = (alphabet: string, length: number, random: () => number): string =>
  Array.from({ length }, () => alphabet.charAt(Math.floor(random() * alphabet.length))).join('');

/** An id as IAM makes them: `AROA…`, `ASIA…`, `ANPA…`. */
export const iamId = (prefix: string, random: () => number): string =>
  prefix + pick(base32, prefix === 'ASIA' ? 16 : 17, random);

export const randomHexadecimal = (length: number, random: () => number): string => pick(hexadecimal, length, random);

export const randomAlphanumeric = (length: number, random: () => number): string => pick(alphanumeric, length, random);

/** Lower-case letters and digits. */
export const randomLowerCase = (length: number, random: () => number): string => pick(lowerCase, length, random);

/** In the form of a UUID, for request ids. */
export const randomUuid = (random: () => number): string =>
  [8, 4, 4, 4, 12].map(length => randomHexadecimal(length, random)).join('-');
