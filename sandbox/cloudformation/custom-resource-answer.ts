import { isObject, type JsonObject } from './json';
import type { Json } from './resource-type';

export type Answer =
  | {
      readonly status: 'SUCCESS';
      readonly physicalId: string;
      readonly data: JsonObject;
      readonly noEcho: boolean;
    }
  | { readonly status: 'FAILED'; readonly reason: string; readonly physicalId: string | undefined };

interface Expected {
  readonly stackId: string;
  readonly requestId: string;
  readonly logicalId: string;
}

const longestAnswerBytes = 4096;
const longestPhysicalIdBytes = 1024;

/**
 * Reads a provider's answer as CloudFormation does. An answer that is not of the documented form fails the request.
 * The texts "Response object is too long.", "Invalid PhysicalResourceId" and "Received response status …" are AWS's;
 * the others are not published, and are this sandbox's own.
 */
export function readAnswer(body: string, expected: Expected): Answer {
  if (Buffer.byteLength(body) > longestAnswerBytes) return failed('Response object is too long.');
  const answer = parsed(body);
  if (!answer) return failed('Response is not valid JSON');
  const { Status: status, Reason: reason, PhysicalResourceId: physicalId, Data: data = {}, NoEcho: noEcho } = answer;
  if (status !== 'SUCCESS' && status !== 'FAILED')
    return failed(`Invalid Status ${shown(status)}: it is SUCCESS or FAILED`);
  for (const [field, value] of [
    ['StackId', expected.stackId],
    ['RequestId', expected.requestId],
    ['LogicalResourceId', expected.logicalId],
  ] as const)
    if (answer[field] !== value) return failed(`Invalid ${field} ${shown(answer[field])}: the request had ${value}`);
  // Seen in the wild: without a physical id, this text takes the place of the provider's own Reason.
  if (typeof physicalId !== 'string' || physicalId === '' || Buffer.byteLength(physicalId) > longestPhysicalIdBytes)
    return failed('Invalid PhysicalResourceId');
  if (status === 'FAILED') {
    if (typeof reason !== 'string') return failed(`Invalid Reason ${shown(reason)}: FAILED wants a text`, physicalId);
    return failed(
      `Received response status [FAILED] from custom resource. Message returned: ${reason} (RequestId: ${expected.requestId})`,
      physicalId,
    );
  }
  if (!isObject(data)) return failed(`Invalid Data ${shown(data)}: it is an object`, physicalId);
  return { status, physicalId, data, noEcho: noEcho === true };
}

const failed = (reason: string, physicalId?: string): Answer => ({ status: 'FAILED', reason, physicalId });

function parsed(body: string): JsonObject | undefined {
  try {
    const value: Json = JSON.parse(body);
    return isObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const shown = (value: Json | undefined): string =>
  value === undefined ? '(none)' : JSON.stringify(value).slice(0, 200);
