import type { SendSigned } from './aws-request';
import { ServiceError } from './service-error';

/** A membership resource of a stack, as CloudFormation lists it. */
export interface ListedMembership {
  readonly logicalId: string;
  readonly physicalId: string;
  /** The LAG of its newest event, where the journal has one; CloudFormation does not tell. */
  readonly lagId?: string;
}

/** What CloudFormation says of the stack while it handles one of its events. */
export interface Stack {
  /** Such as `UPDATE_COMPLETE_CLEANUP_IN_PROGRESS`. */
  readonly status: string;
  /** The memberships that are there and are not being deleted. Left out while the whole stack is being deleted. */
  readonly memberships: readonly ListedMembership[];
}

/** Asks CloudFormation about a stack. Rejects with what `readError` reads. */
export type DescribeStack = (stackId: string) => Promise<Stack>;

export const RESOURCE_TYPE = 'Custom::DirectConnectLagMembership';

/**
 * CloudFormation over its Query protocol, API version 2010-05-15: `DescribeStacks`, and `ListStackResources` unless the
 * whole stack is going.
 */
export function cloudFormation(send: SendSigned): DescribeStack {
  const call = async (action: string, parameters: { readonly [name: string]: string }): Promise<string> => {
    const body = new URLSearchParams({ Action: action, Version: '2010-05-15', ...parameters }).toString();
    const answer = await send('cloudformation', { 'content-type': 'application/x-www-form-urlencoded' }, body);
    if (answer.status === 200) return answer.body;
    const [name = `HTTP${answer.status}`, message = 'no message'] = [
      text(answer.body, 'Code'),
      text(answer.body, 'Message'),
    ];
    throw new ServiceError(name, message, answer);
  };

  return async stackId => {
    const status = text(await call('DescribeStacks', { StackName: stackId }), 'StackStatus') ?? '';
    if (status === 'DELETE_IN_PROGRESS') return { status, memberships: [] };
    const memberships: ListedMembership[] = [];
    let next: string | undefined;
    do {
      const page = await call('ListStackResources', {
        StackName: stackId,
        ...(next === undefined ? {} : { NextToken: next }),
      });
      for (const resource of elements(page, 'member')) {
        const [logicalId, physicalId] = [text(resource, 'LogicalResourceId'), text(resource, 'PhysicalResourceId')];
        const going = text(resource, 'ResourceStatus')?.startsWith('DELETE_') ?? true;
        if (text(resource, 'ResourceType') !== RESOURCE_TYPE || going) continue;
        if (logicalId !== undefined && physicalId !== undefined) memberships.push({ logicalId, physicalId });
      }
      next = text(page, 'NextToken');
    } while (next !== undefined);
    return { status, memberships };
  };
}

/** The ids and statuses read here never hold a character that XML escapes. */
function text(xml: string, element: string): string | undefined {
  const [first] = elements(xml, element);
  return first === '' ? undefined : first;
}

function elements(xml: string, element: string): string[] {
  return [...xml.matchAll(new RegExp(`<${element}>(.*?)</${element}>`, 'gs'))].map(match => match[1] ?? '');
}
