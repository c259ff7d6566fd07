/** An answer as JSON 1.1 carries it: a time is seconds since 1970-01-01T00:00Z, as a number. */
export function toWire(answer: object): string {
  return JSON.stringify(answer, function (this: { readonly [name: string]: unknown }, name, value: unknown) {
    const original = this[name];
    return original instanceof Date ? original.getTime() / 1000 : value;
  });
}
