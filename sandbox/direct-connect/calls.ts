/** One call of the emulated service, in the order of arrival. */
export interface Call {
  /** ISO 8601. */
  readonly time: string;
  readonly operation: string;
  readonly input: unknown;
  /** ARN of the caller. */
  readonly principal: string;
  /** What the caller got instead of an answer. */
  readonly error?: { readonly name: string; readonly message: string };
}
