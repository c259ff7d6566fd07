import type { ServiceAnswer } from './signed-request';

/** An error that a service answered, in the form in which the AWS SDK throws one. */
export class ServiceError extends Error {
  readonly $metadata: { readonly httpStatusCode: number; readonly requestId: string | undefined };

  constructor(name: string, message: string, answer: ServiceAnswer) {
    super(message);
    this.name = name;
    this.$metadata = { httpStatusCode: answer.status, requestId: answer.awsRequestId };
  }
}
