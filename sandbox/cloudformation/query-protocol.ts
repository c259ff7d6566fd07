import { XMLBuilder } from 'fast-xml-parser';
import type { AwsError } from '../aws-error';
import type { QueryInput, QueryValue } from './input';
import { validationError } from './validation-error';

const cloudFormationNamespace = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';

interface Node {
  text?: string;
  readonly members: Map<string, Node>;
}

/** Parts of a parameter's name. The longest that an action here takes has five. */
const deepest = 20;

/** Parameters of a request. The most that an action here takes are some hundreds. */
const mostParameters = 10_000;

/**
 * Reads the body of an AWS Query request: `Action=…&Tags.member.1.Key=…` as an action and nested parameters.
 *
 * @throws AwsError where there is no Action
 */
export function parseQuery(body: string): { readonly action: string; readonly input: QueryInput } {
  const root: Node = { members: new Map() };
  if (body.split('&', mostParameters + 1).length > mostParameters)
    throw validationError(`A request has at most ${mostParameters} parameters.`);
  for (const [name, value] of new URLSearchParams(body)) {
    let node = root;
    const segments = name.split('.');
    if (segments.length > deepest)
      throw validationError(`A parameter has at most ${deepest} parts with dots between; got ${segments.length}.`);
    for (const segment of segments) {
      const next = node.members.get(segment) ?? { members: new Map() };
      node.members.set(segment, next);
      node = next;
    }
    node.text = value;
  }
  const action = root.members.get('Action')?.text;
  if (!action) throw validationError('The request has no Action.');
  for (const name of ['Action', 'Version']) root.members.delete(name);
  return { action, input: Object.fromEntries([...root.members].map(([name, node]) => [name, nodeValue(node)])) };
}

function nodeValue({ text, members }: Node): QueryValue {
  if (members.size === 0) return text ?? '';
  const items = members.get('member');
  if (items && members.size === 1) return inOrder(items.members).map(nodeValue);
  const entries = members.get('entry');
  if (entries && members.size === 1)
    return Object.fromEntries(
      inOrder(entries.members).map(entry => {
        const [key, value] = [entry.members.get('key'), entry.members.get('value')];
        return [key?.text ?? '', value ? nodeValue(value) : ''];
      }),
    );
  return Object.fromEntries([...members].map(([name, node]) => [name, nodeValue(node)]));
}

const inOrder = (items: ReadonlyMap<string, Node>): readonly Node[] =>
  [...items].sort(([a], [b]) => Number(a) - Number(b)).map(([, node]) => node);

const builder = new XMLBuilder({ ignoreAttributes: false });

/**
 * @param result lists as arrays, times as `Date`; what is `undefined` is left out
 * @param namespace the service's XML namespace. @default CloudFormation's
 */
export function toXml(action: string, result: object, requestId: string, namespace = cloudFormationNamespace): string {
  return builder.build({
    [`${action}Response`]: {
      '@_xmlns': namespace,
      [`${action}Result`]: forXml(result),
      ResponseMetadata: { RequestId: requestId },
    },
  });
}

export function errorXml(
  { code, message, status }: AwsError,
  requestId: string,
  namespace = cloudFormationNamespace,
): string {
  return builder.build({
    ErrorResponse: {
      '@_xmlns': namespace,
      Error: { Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: printable(message) },
      RequestId: requestId,
    },
  });
}

function forXml(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return { member: value.map(forXml) };
  if (typeof value === 'string') return printable(value);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [name, forXml(member)]),
  );
}

/** XML 1.0 has no way to write most control characters: they become U+FFFD. */
const printable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd');
