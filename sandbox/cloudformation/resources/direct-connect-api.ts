import { AwsError } from '../../aws-error';
import type { Caller } from '../../caller';
import { isArray, isObject } from '../json';
import type { Json, Properties } from '../resource-type';
import { objects, requiredText, text } from './property-values';

export { callerOf } from '../own-caller';

/** The Direct Connect service, as far as its two resource types call it. */
export interface DirectConnectApi {
  call(operation: string, input: unknown, caller: Caller): Promise<object>;
}

/** Accepts an id or an ARN, as `LagId` does. */
export const idOf = (idOrArn: string): string => idOrArn.slice(idOrArn.lastIndexOf('/') + 1);

/** `Tags` in the API's shape. */
export const tagsOf = (properties: Properties): readonly { readonly key: string; readonly value: string }[] =>
  objects(properties, 'Tags').map(tag => ({ key: requiredText(tag, 'Key'), value: text(tag, 'Value') ?? '' }));

export function flag(properties: Properties, name: string): boolean | undefined {
  const value = text(properties, name);
  if (value === undefined || value === 'true' || value === 'false') return value && value === 'true';
  throw new AwsError('InvalidRequest', `Property ${name} is true or false; got ${value}.`);
}

/** Makes the tags of a resource those of its new properties. */
export async function changeTags(
  api: DirectConnectApi,
  resourceArn: string,
  properties: Properties,
  old: Properties,
  caller: Caller,
): Promise<void> {
  const wanted = tagsOf(properties);
  const tagKeys = tagsOf(old)
    .map(({ key }) => key)
    .filter(key => !wanted.some(tag => tag.key === key));
  if (tagKeys.length > 0) await api.call('UntagResource', { resourceArn, tagKeys }, caller);
  if (wanted.length > 0) await api.call('TagResource', { resourceArn, tags: wanted }, caller);
}

/** The first resource of a describe operation's answer; `undefined` where it does not exist or is deleted. */
export async function findOne(
  api: DirectConnectApi,
  operation: 'DescribeLags' | 'DescribeConnections',
  input: object,
  caller: Caller,
): Promise<{ readonly [name: string]: Json } | undefined> {
  const [list, state] =
    operation === 'DescribeLags' ? (['lags', 'lagState'] as const) : (['connections', 'connectionState'] as const);
  let answer: object;
  try {
    answer = await api.call(operation, input, caller);
  } catch (error) {
    // "Not found" is either this error or an empty list.
    if (error instanceof AwsError && error.code === 'DirectConnectClientException') return undefined;
    throw error;
  }
  const found = member(answer, list);
  const first = isArray(found) ? found[0] : undefined;
  return isObject(first) && first[state] !== 'deleted' ? first : undefined;
}

/** A text of an answer. */
export function answered(answer: object, name: string): string {
  const value = member(answer, name);
  if (typeof value === 'string') return value;
  throw new Error(`Direct Connect's answer has no ${name}.`);
}

const member = (answer: object, name: string): Json | undefined =>
  Object.entries(answer).find(([key]) => key === name)?.[1];
