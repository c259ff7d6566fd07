import { AwsError } from '../aws-error';

/** What CloudFormation answers to a request or a template that it does not accept. */
export const validationError = (message: string, options?: ErrorOptions): AwsError =>
  new AwsError('ValidationError', message, 400, options);
