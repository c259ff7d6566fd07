import { AwsError } from '../aws-error';

/** What DynamoDB says of its own, such as that there is no such table. */
export const dynamoDbError = (code: string, message: string) =>
  new AwsError(`com.amazonaws.dynamodb.v20120810#${code}`, message);

/** What all of AWS's JSON services say, such as that access is denied. */
export const serviceError = (code: string, message: string) =>
  new AwsError(`com.amazon.coral.service#${code}`, message);

export const validationError = (message: string, options?: ErrorOptions) =>
  new AwsError('com.amazon.coral.validate#ValidationException', message, 400, options);
