import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { partitionOf } from '../aws/endpoint';
import { field } from '../field';
import type { Pair } from '../pair';
import { parsePhysicalId } from './physical-id';

/** What the template says beside the pair. */
export interface Options {
  /** Whether a connection may be taken out of a LAG that this resource did not put it into. */
  readonly allowMove: boolean;
  /** Whether a Delete may lower the LAG's minimum links where they forbid it. */
  readonly lowerMinimumLinks: boolean;
  /** Whether the last operational link may be taken out of a LAG that carries something, other than by a removal. */
  readonly allowOutage: boolean;
  /** Whether an Update to another LAG has AWS move the connection in one call. */
  readonly reassociate: boolean;
  /** How many links of a LAG may be down at once. */
  readonly maxUnavailable: number;
  /** How many links of a LAG stay operational at least. */
  readonly minLinksInService: number;
  /**
   * For how many seconds to wait for the link after the connection has joined; 0: not at all; absent: for one that was up, as
   * long as there is time.
   */
  readonly waitForAvailable?: number;
  /** For how many seconds to go on trying; absent: as long as the invocation has time. */
  readonly retryTimeout?: number;
  /** The connections that the stack declares in the LAG, this one among them; absent where there is no other. */
  readonly members?: readonly string[];
  /** Set where there are others, and the template cannot tell which of them stay. */
  readonly hasUnknownMembers?: true;
  /** Whether the connection stays in the LAG when the membership goes, or is given another one. */
  readonly retained: boolean;
}

/** What a CloudFormation event asks for, once its properties are read. */
export type Request = {
  /** Of the connection and the LAG. */
  readonly region: string;
} & (Create | Update | Delete);

interface Create {
  readonly type: 'Create';
  readonly connectionId: string;
  readonly pair: Pair;
  readonly options: Options;
  /** The physical id of a membership that was not created: none that a Delete would act on. */
  readonly notCreatedId: string;
}

interface Update {
  readonly type: 'Update';
  readonly connectionId: string;
  readonly pair: Pair;
  readonly options: Options;
  /** The pair CloudFormation believes to be in place; absent where the old properties make none. */
  readonly oldPair?: Pair;
  readonly physicalId: string;
  /** What `options.members` was before, where the LAG is the same. */
  readonly oldMembers?: readonly string[];
  /** Set where nothing of the pair or its options differs from before, only which other members the stack declares. */
  readonly onlyMembersDiffer?: true;
}

interface Delete {
  readonly type: 'Delete';
  /** The connection that CloudFormation wants out; absent where neither id nor properties name one. */
  readonly connectionId?: string;
  /** The pair to take apart; absent where the properties make none, or name another connection than the id does. */
  readonly pair?: Pair;
  readonly options: Options;
  readonly physicalId: string;
}

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

const MEMBERS = 'Members';
const RETAINED = 'Retained';
const OPTIONS = [
  'AllowMove',
  'AllowOutage',
  'LowerMinimumLinks',
  'MaxUnavailable',
  MEMBERS,
  'MinLinksInService',
  'Reassert',
  'Reassociate',
  'Region',
  RETAINED,
  'RetryTimeout',
  'WaitForAvailable',
];

/** What the template leaves out. */
export const DEFAULTS: Options = {
  allowMove: false,
  allowOutage: false,
  lowerMinimumLinks: false,
  reassociate: false,
  retained: false,
  maxUnavailable: 1,
  minLinksInService: 0,
};

const TEXTS = ['RequestId', 'ResponseURL', 'StackId', 'LogicalResourceId'];
const STACK_ID = /^arn:[a-z-]+:cloudformation:[a-z0-9-]+:\d{12}:stack\/[^/]+\/[^/]+$/;

/** Whether what has come has the form of an event, whoever has sent it. */
export function isEvent(value: unknown): value is CloudFormationCustomResourceEvent {
  const isText = (name: string) => typeof field(value, name) === 'string';
  const isObject = (name: string) => typeof field(value, name) === 'object' && field(value, name) !== null;
  const type = field(value, 'RequestType');
  return (
    (type === 'Create' || type === 'Update' || type === 'Delete') &&
    TEXTS.every(isText) &&
    STACK_ID.test(String(field(value, 'StackId'))) &&
    isObject('ResourceProperties') &&
    (type === 'Create' || isText('PhysicalResourceId')) &&
    (type !== 'Update' || isObject('OldResourceProperties'))
  );
}

/**
 * Reads an event.
 *
 * @throws {InvalidProperty} for a Create or an Update whose properties no membership can have. A Delete never fails
 * here: what could not be read could not have been created either.
 */
export function parseEvent(event: CloudFormationCustomResourceEvent): Request {
  const properties = event.ResourceProperties;
  switch (event.RequestType) {
    case 'Create':
      return {
        type: 'Create',
        ...parseProperties(properties, event.StackId),
        notCreatedId: notCreatedId(event.LogicalResourceId),
      };
    case 'Update': {
      const old = event.OldResourceProperties;
      // A pair of another Region is out of sight here: the Delete that CloudFormation sends for it is not.
      const oldPair = old.Region === properties.Region ? attempt(() => parsePair(old, event.StackId)) : undefined;
      const read = parseProperties(properties, event.StackId);
      const oldMembers =
        oldPair?.lagId === read.pair.lagId ? attempt(() => parseMembers(old, event.StackId)) : undefined;
      return {
        type: 'Update',
        ...read,
        ...(oldPair === undefined ? {} : { oldPair }),
        ...(oldMembers === undefined ? {} : { oldMembers }),
        ...(onlyMembersDiffer(properties, old) ? { onlyMembersDiffer: true } : {}),
        physicalId: event.PhysicalResourceId,
      };
    }
    case 'Delete': {
      const pair = attempt(() => parsePair(properties, event.StackId));
      const members = attempt(() => parseMembers(properties, event.StackId));
      const physicalId = event.PhysicalResourceId;
      // The physical id is what CloudFormation wants gone. After an update that failed, the properties may be of another.
      const connectionId = parsePhysicalId(physicalId)?.connectionId ?? pair?.connectionId;
      return {
        type: 'Delete',
        region: attempt(() => homeOf(event.StackId, properties))?.region ?? homeOf(event.StackId, {}).region,
        physicalId,
        options: {
          ...(attempt(() => parseOptions(properties)) ?? DEFAULTS),
          ...(members === undefined ? {} : { members }),
        },
        ...(connectionId === undefined ? {} : { connectionId }),
        ...(pair !== undefined && pair.connectionId === connectionId ? { pair } : {}),
      };
    }
  }
}

function onlyMembersDiffer(properties: Values, old: Values): boolean {
  const differs = (name: string) => JSON.stringify(properties[name]) !== JSON.stringify(old[name]);
  const different = Object.keys({ ...properties, ...old }).filter(differs);
  return different.length > 0 && different.every(name => name === MEMBERS || name === RETAINED);
}

/** A physical id that names no connection. */
export function notCreatedId(logicalId: string): string {
  return `${logicalId}-not-created`;
}

/** Where connection and LAG are: the stack's account, and its Region unless the template names another. */
function homeOf(stackId: string, { Region }: Values): Home {
  const [, partition = '', , region = '', account = ''] = stackId.split(':');
  if (Region === undefined) return { partition, region, account };
  if (typeof Region === 'string' && partitionOf(Region) === partition) return { partition, region: Region, account };
  throw new InvalidProperty(
    `Region is ${shown(JSON.stringify(Region))}: allowed is the name of a Region of partition ${partition}, such as us-east-1.`,
  );
}

function attempt<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof InvalidProperty) return undefined;
    throw error;
  }
}

type Values = { readonly [name: string]: unknown };

function parseProperties(properties: Values, stackId: string) {
  const known = [...CLOUDFORMATION_PROPERTIES, ...Object.keys(IDENTIFIERS), ...OPTIONS];
  const unknown = Object.keys(properties).find(name => !known.includes(name));
  if (unknown !== undefined) {
    throw new InvalidProperty(
      `${unknown} is not a property of a LAG membership: allowed are ` +
        `${[...Object.keys(IDENTIFIERS), ...OPTIONS].join(', ')}. Remove it.`,
    );
  }
  const pair = parsePair(properties, stackId);
  const { region } = homeOf(stackId, properties);
  const members = parseMembers(properties, stackId);
  return {
    region,
    connectionId: pair.connectionId,
    pair,
    options: {
      ...parseOptions(properties),
      ...(members === undefined ? {} : { members }),
      ...(hasUnknownMembers(properties) ? { hasUnknownMembers: true as const } : {}),
    },
  };
}

function hasUnknownMembers(properties: Values): boolean {
  const value = properties[MEMBERS];
  return Array.isArray(value) && value.length === 0;
}

function parseMembers(properties: Values, stackId: string): readonly string[] | undefined {
  const value = properties[MEMBERS];
  if (value === undefined || hasUnknownMembers(properties)) return undefined;
  const home = homeOf(stackId, properties);
  if (Array.isArray(value)) return value.map(each => parseIdentifier('ConnectionId', each, home));
  throw new InvalidProperty(`${MEMBERS} is ${shown(JSON.stringify(value))}: allowed is a list of ids of connections.`);
}

function parsePair(properties: Values, stackId: string): Pair {
  const home = homeOf(stackId, properties);
  return {
    connectionId: parseIdentifier('ConnectionId', properties.ConnectionId, home),
    lagId: parseIdentifier('LagId', properties.LagId, home),
  };
}

function parseOptions(properties: Values): Options {
  const waitForAvailable = parseWhole('WaitForAvailable', properties, 0, 999, ' of seconds');
  const retryTimeout = parseWhole('RetryTimeout', properties, 1, 999, ' of seconds');
  return {
    allowMove: parseFlag('AllowMove', properties.AllowMove),
    allowOutage: parseFlag('AllowOutage', properties.AllowOutage),
    lowerMinimumLinks: parseFlag('LowerMinimumLinks', properties.LowerMinimumLinks),
    reassociate: parseFlag('Reassociate', properties.Reassociate),
    maxUnavailable: parseWhole('MaxUnavailable', properties, 1, 4) ?? DEFAULTS.maxUnavailable,
    minLinksInService: parseWhole('MinLinksInService', properties, 0, 4) ?? DEFAULTS.minLinksInService,
    retained: parseFlag(RETAINED, properties[RETAINED]),
    ...(waitForAvailable === undefined ? {} : { waitForAvailable }),
    ...(retryTimeout === undefined ? {} : { retryTimeout }),
  };
}

function parseWhole(property: string, properties: Values, from: number, to: number, of = ''): number | undefined {
  const value = properties[property];
  if (value === undefined) return undefined;
  const number = isScalar(value) && /^\d{1,3}$/.test(String(value)) ? Number(value) : Number.NaN;
  if (number >= from && number <= to) return number;
  throw new InvalidProperty(
    `${property} is ${shown(JSON.stringify(value))}: allowed is a whole number${of} from ${from} to ${to}.`,
  );
}

/** All else could have any way to become text, or none. */
function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

/** CloudFormation sends booleans as text. */
function parseFlag(property: string, value: unknown): boolean {
  if (value === undefined) return false;
  const text = isScalar(value) ? String(value) : undefined;
  if (text === 'true' || text === 'false') return text === 'true';
  throw new InvalidProperty(`${property} is ${shown(JSON.stringify(value))}: allowed is true or false.`);
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
      `${property} is "${shown(value)}", of ${foreign.join(' and ')}: allowed is a ${what} of ` +
        `partition ${home.partition}, Region ${home.region} and account ${home.account}. ` +
        'Correct it, or declare the membership in a stack of that account, with that region.',
    );
  }
  return id;
}

/** Bad input can be of any length; a reason cannot. */
function shown(value: string): string {
  const printable = value.replace(/\p{Cc}/gu, '?');
  return printable.length > 120 ? `${printable.slice(0, 120)}…` : printable;
}
