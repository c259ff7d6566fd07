/** Writes one step as one line. */
export type Log = (line: { readonly step: string; readonly [field: string]: unknown }) => void;

/**
 * Structured logs: one line of JSON a step, each with the given fields. Written past `console`, which Lambda prefixes.
 * Nothing that holds the ResponseURL is ever handed to it.
 */
export function jsonLog(write: (line: string) => void, fields: { readonly [field: string]: unknown }): Log {
  return line => write(`${JSON.stringify({ ...fields, ...line })}\n`);
}
