/** An error as an AWS service answers it: what the caller's SDK sees as `name`, `message` and HTTP status. */
export class AwsError extends Error {
  override readonly name = 'AwsError';

  constructor(
    /** The error code on the wire, such as `DirectConnectClientException`. */
    readonly code: string,
    message: string,
    /** HTTP status of the answer. @default 400 */
    readonly status = 400,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
