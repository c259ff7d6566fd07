import { ServiceError } from '../aws/service-error';
import type { SendSigned } from '../aws/signed-request';

/** What CloudFormation says of the stack of an event. */
export interface Stack {
  /** Such as `UPDATE_COMPLETE_CLEANUP_IN_PROGRESS`. */
  readonly status: string;
  /** The topmost of the stacks that it is nested in: its operations decide what becomes of it. Its own where it is not nested. */
  readonly root: { readonly stackId: string; readonly status: string };
}

/** Something that happened to a stack as a whole. */
export interface StackEvent {
  /** Milliseconds since 1970-01-01T00:00Z. */
  readonly at: number;
  readonly status: string;
}

/** A page of a stack's events, the newest first, those of its resources left out. */
export interface EventPage {
  readonly events: readonly StackEvent[];
  readonly next?: string;
}

/** What the handler asks CloudFormation. Each rejects with what `readError` reads. */
export interface CloudFormation {
  describeStack(stackId: string): Promise<Stack>;
  describeEvents(stackId: string, next: string | undefined): Promise<EventPage>;
  describeResource(stackId: string, logicalId: string): Promise<Resource | 'not found'>;
}

/** What CloudFormation says of a resource. */
export interface Resource {
  /** Such as `CREATE_IN_PROGRESS`. */
  readonly status: string;
  /** Absent while it has none. */
  readonly physicalId?: string;
}

/** CloudFormation over its Query protocol, API version 2010-05-15. */
export function cloudFormation(send: SendSigned): CloudFormation {
  const call = async (action: string, parameters: { readonly [name: string]: string }): Promise<string> => {
    const body = new URLSearchParams({ Action: action, Version: '2010-05-15', ...parameters }).toString();
    const answer = await send('cloudformation', { 'content-type': 'application/x-www-form-urlencoded' }, body);
    if (answer.status === 200) return answer.body;
    const name = text(answer.body, 'Code') ?? `HTTP${answer.status}`;
    throw new ServiceError(name, text(answer.body, 'Message') ?? 'no message', answer);
  };
  const describe = async (stackId: string) => {
    const stack = await call('DescribeStacks', { StackName: stackId });
    return { status: text(stack, 'StackStatus') ?? '', rootId: text(stack, 'RootId') };
  };

  return {
    async describeStack(stackId) {
      const { status, rootId = stackId } = await describe(stackId);
      const root = rootId === stackId ? { status } : await describe(rootId);
      return { status, root: { stackId: rootId, status: root.status } };
    },

    async describeEvents(stackId, next) {
      const page = await call('DescribeStackEvents', {
        StackName: stackId,
        ...(next === undefined ? {} : { NextToken: next }),
      });
      const token = text(page, 'NextToken');
      return {
        events: elements(page, 'member')
          .filter(event => text(event, 'PhysicalResourceId') === stackId)
          .map(event => ({
            at: Date.parse(text(event, 'Timestamp') ?? ''),
            status: text(event, 'ResourceStatus') ?? '',
          })),
        ...(token === undefined ? {} : { next: token }),
      };
    },

    async describeResource(stackId, logicalId) {
      try {
        const resource = await call('DescribeStackResource', { StackName: stackId, LogicalResourceId: logicalId });
        const physicalId = text(resource, 'PhysicalResourceId');
        return {
          status: text(resource, 'ResourceStatus') ?? '',
          ...(physicalId === undefined ? {} : { physicalId }),
        };
      } catch (error) {
        // Source: API reference, Common Errors. It is the answer for a stack or a resource that does not exist.
        if (error instanceof ServiceError && error.name === 'ValidationError') return 'not found';
        throw error;
      }
    },
  };
}

/** The ids, statuses and tokens read here never hold a character that XML escapes. */
function text(xml: string, element: string): string | undefined {
  const [first] = elements(xml, element);
  return first === '' ? undefined : first;
}

function elements(xml: string, element: string): string[] {
  return [...xml.matchAll(new RegExp(`<${element}>(.*?)</${element}>`, 'gs'))].map(match => match[1] ?? '');
}
