import { field } from '../field';

/**
 * What an error of Direct Connect asks for.
 *
 * - `transient`: look again, then try again;
 * - `transitioning`: the same, steadily: another change of the connection is under way, and comes to its end;
 * - `throttled`: the same, more slowly;
 * - `denied`: try again for a short while, since the rights of a new role take seconds to apply;
 * - `connection not found`, `LAG not found`: an answer, not a fault;
 * - `final`: trying again cannot help.
 */
export type ErrorKind =
  | 'transient'
  | 'transitioning'
  | 'throttled'
  | 'denied'
  | 'connection not found'
  | 'LAG not found'
  | 'final';

interface Row {
  /** Of the error's name (the SDK's) or code (Node.js's); any name where absent. */
  readonly names?: readonly string[];
  /** A part of the message, in lower case; any message where absent. */
  readonly message?: string;
  /** HTTP statuses from this one up; any status where absent. */
  readonly statusFrom?: number;
  readonly kind: ErrorKind;
  /** Where this is known from. */
  readonly source: string;
}

/** Every error the handler tells apart; the first row that fits counts, and what fits none is final. */
export const ERROR_TABLE: readonly Row[] = [
  {
    names: ['DirectConnectServerException'],
    kind: 'transient',
    source: 'API reference: "A server-side error occurred", documented with HTTP 400, so the SDK does not repeat it',
  },
  {
    message: 'is in a transitioning state',
    kind: 'transitioning',
    source: 'seen on Disassociate with parallel members: another change of the connection is under way',
  },
  {
    names: ['ThrottlingException', 'Throttling', 'TooManyRequestsException', 'RequestLimitExceeded', 'SlowDown'],
    kind: 'throttled',
    source: 'API reference, Common Errors; names as the AWS SDK lists them',
  },
  {
    names: ['ProvisionedThroughputExceededException'],
    kind: 'throttled',
    source: 'API reference, DynamoDB, "Error handling": retry with backoff',
  },
  {
    names: ['LimitExceededException'],
    kind: 'final',
    source:
      'botocore 1.43.67, AssociateConnectionWithLag: a quota of Direct Connect is used up, and waiting frees none of it',
  },
  { message: 'rate exceeded', kind: 'throttled', source: 'the message of AWS throttling errors of any name' },
  {
    names: ['AccessDeniedException', 'AccessDenied', 'UnauthorizedOperation', 'NotAuthorized'],
    kind: 'denied',
    source: 'API reference, Common Errors; IAM guide: "changes that I make are not always immediately visible"',
  },
  {
    names: ['UnrecognizedClientException', 'InvalidClientTokenId'],
    kind: 'denied',
    source: 'API reference, Common Errors; the credentials of a new role can be as late as its rights',
  },
  {
    message: 'could not find connection with id',
    kind: 'connection not found',
    source: 'seen on Describe and Associate',
  },
  { message: 'connection does not exist', kind: 'connection not found', source: 'seen on Disassociate' },
  { message: 'could not find lag with id', kind: 'LAG not found', source: 'seen on Associate' },
  { message: 'lag does not exist', kind: 'LAG not found', source: 'seen on Disassociate' },
  {
    names: ['TimeoutError', 'RequestTimeout', 'RequestTimeoutException', 'AbortError'],
    kind: 'transient',
    source: 'the SDK: no answer in time; the change may have been applied',
  },
  {
    names: [
      'ECONNRESET',
      'ECONNREFUSED',
      'ECONNABORTED',
      'EPIPE',
      'ETIMEDOUT',
      'EAI_AGAIN',
      'ENOTFOUND',
      'EHOSTUNREACH',
      'ENETUNREACH',
    ],
    kind: 'transient',
    source: 'Node.js: the connection to the endpoint was lost or not made',
  },
  { message: 'socket hang up', kind: 'transient', source: 'Node.js: the connection closed before the answer' },
  {
    names: ['RequestExpired'],
    kind: 'transient',
    source: 'API reference, Common Errors: the next request is signed anew',
  },
  {
    statusFrom: 500,
    kind: 'transient',
    source: 'HTTP: a fault of the server, InternalFailure and ServiceUnavailable among them',
  },
];

/** An error as its message, name and AWS request id, whatever was thrown. */
export interface ErrorFacts {
  readonly kind: ErrorKind;
  readonly name: string;
  readonly message: string;
  /** HTTP status of the answer; absent where none came. */
  readonly status?: number;
  readonly awsRequestId?: string;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Reads whatever a call threw, and classifies it by {@link ERROR_TABLE}. */
export function readError(error: unknown): ErrorFacts {
  const name = text(field(error, 'name')) ?? 'Error';
  const code = text(field(error, 'code'));
  const message = text(field(error, 'message')) ?? text(error) ?? 'no message';
  const metadata = field(error, '$metadata');
  const httpStatus = field(metadata, 'httpStatusCode');
  const status = typeof httpStatus === 'number' ? httpStatus : undefined;
  const awsRequestId = text(field(metadata, 'requestId'));
  const row = ERROR_TABLE.find(
    candidate =>
      (candidate.names === undefined || candidate.names.includes(name) || candidate.names.includes(code ?? '')) &&
      (candidate.message === undefined || message.toLowerCase().includes(candidate.message)) &&
      (candidate.statusFrom === undefined || (status ?? 0) >= candidate.statusFrom),
  );
  return {
    kind: row?.kind ?? 'final',
    name: code !== undefined && name === 'Error' ? code : name,
    message,
    ...(status === undefined ? {} : { status }),
    ...(awsRequestId === undefined ? {} : { awsRequestId }),
  };
}
