import type { CloudFormationCustomResourceEvent } from 'aws-lambda';

/** This connection belongs to this LAG. Both are ids, never ARNs. */
export interface Pair {
  /** Such as `dxcon-fg5678gh`. */
  readonly connectionId: string;
  /** Such as `dxlag-fg1234aa`. */
  readonly lagId: string;
}

/** What a CloudFormation event asks for, once its properties are read. */
export type Request =
  | { readonly type: 'Create'; readonly pair: Pair }
  | {
      readonly type: 'Update';
      readonly pair: Pair;
      /** The pair CloudFormation believes to be in place; absent where the old properties make none. */
      readonly oldPair?: Pair;
      readonly physicalId: string;
    }
  | {
      readonly type: 'Delete';
      /** The pair to take apart; absent where the physical id is not a connection's: there is nothing to delete then. */
      readonly pair?: Pair;
      readonly physicalId: string;
    };

/** Properties no membership can have. The message is one line: property, value, what is allowed. */
export class InvalidProperty extends Error {
  override readonly name = 'InvalidProperty';
}

interface Home {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** Properties of the resource that CloudFormation adds for itself. */
const CLOUDFORMATION_PROPERTIES = ['ServiceToken', 'ServiceTimeout'];

const IDENTIFIERS = {
  ConnectionId: { what: 'connection', prefix: 'dxcon', pattern: /^dxcon-[a-z0-9]{8,21}$/ },
  LagId: { what: 'LAG', prefix: 'dxlag', pattern: /^dxlag-[a-z0-9]{8,21}$/ },
} as const;
type PropertyName = keyof typeof IDENTIFIERS;

/**
 * Reads an event.
 *
 * @throws {InvalidProperty} for a Create or an Update whose properties no membership can have. A Delete never fails
 * here: what could not be read could not have been created either.
 */
export function parseEvent(event: CloudFormationCustomResourceEvent): Request {
  const home = homeOf(event.StackId);
  switch (event.RequestType) {
    case 'Create':
      return { type: 'Create', pair: parsePair(event.ResourceProperties, home) };
    case 'Update': {
      const oldPair = tryParsePair(event.OldResourceProperties, home);
      return {
        type: 'Update',
        pair: parsePair(event.ResourceProperties, home),
        ...(oldPair === undefined ? {} : { oldPair }),
        physicalId: event.PhysicalResourceId,
      };
    }
    case 'Delete': {
      const pair = tryParsePair(event.ResourceProperties, home);
      const physicalId = event.PhysicalResourceId;
      // The physical id is what CloudFormation wants gone; properties that name another connection are not.
      const matches = pair !== undefined && pair.connectionId === physicalId;
      return { type: 'Delete', physicalId, ...(matches ? { pair } : {}) };
    }
  }
}

function homeOf(stackId: string): Home {
  const [, partition = '', , region = '', account = ''] = stackId.split(':');
  return { partition, region, account };
}

function tryParsePair(properties: Record<string, unknown>, home: Home): Pair | undefined {
  try {
    return parsePair(properties, home, { ignoreUnknown: true });
  } catch (error) {
    if (error instanceof InvalidProperty) return undefined;
    throw error;
  }
}

function parsePair(properties: Record<string, unknown>, home: Home, { ignoreUnknown = false } = {}): Pair {
  const known = [...CLOUDFORMATION_PROPERTIES, ...Object.keys(IDENTIFIERS)];
  const unknown = Object.keys(properties).find(name => !known.includes(name));
  if (unknown !== undefined && !ignoreUnknown) {
    throw new InvalidProperty(
      `${unknown} is not a property of a LAG membership: allowed are ${Object.keys(IDENTIFIERS).join(' and ')}. Remove it.`,
    );
  }
  return {
    connectionId: parseIdentifier('ConnectionId', properties.ConnectionId, home),
    lagId: parseIdentifier('LagId', properties.LagId, home),
  };
}

function parseIdentifier(property: PropertyName, value: unknown, home: Home): string {
  const { what, prefix, pattern } = IDENTIFIERS[property];
  const allowed = `allowed is the id of a ${what}, ${prefix}- and 8 to 21 of a-z and 0-9, or its ARN`;
  if (value === undefined || value === '') {
    throw new InvalidProperty(`${property} is ${value === undefined ? 'missing' : 'empty'}: ${allowed}.`);
  }
  if (typeof value !== 'string') {
    throw new InvalidProperty(`${property} is ${shown(JSON.stringify(value))}, not a string: ${allowed}.`);
  }
  if (pattern.test(value)) return value;
  if (!value.startsWith('arn:')) throw new InvalidProperty(`${property} is "${shown(value)}": ${allowed}.`);

  const [, partition, service, region, account, resource = '', ...rest] = value.split(':');
  const [type, id = '', ...more] = resource.split('/');
  const malformed = rest.length > 0 || more.length > 0 || type !== prefix || !pattern.test(id);
  if (service !== 'directconnect' || malformed) {
    throw new InvalidProperty(
      `${property} is "${shown(value)}", which is not the ARN of a ${what}: allowed is ` +
        `arn:${home.partition}:directconnect:${home.region}:${home.account}:${prefix}/${prefix}-…`,
    );
  }
  const foreign = [
    partition !== home.partition && `partition ${partition}`,
    region !== home.region && `Region ${region}`,
    account !== home.account && `account ${account}`,
  ].filter(difference => difference !== false);
  if (foreign.length > 0) {
    throw new InvalidProperty(
      `${property} is "${shown(value)}", of ${foreign.join(' and ')}: allowed is a ${what} of the stack's own ` +
        `partition ${home.partition}, Region ${home.region} and account ${home.account}.`,
    );
  }
  return id;
}

/** Bad input can be of any length; a reason cannot. */
function shown(value: string): string {
  const printable = value.replace(/\p{Cc}/gu, '?');
  return printable.length > 120 ? `${printable.slice(0, 120)}…` : printable;
}
