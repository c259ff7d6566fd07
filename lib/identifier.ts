import { Stack, Token } from 'aws-cdk-lib';
import type { aws_directconnect } from 'aws-cdk-lib/interfaces';
import type { Construct } from 'constructs';
import { shown } from './properties';

const KINDS = {
  connectionId: {
    what: 'connection',
    resource: 'CfnConnection',
    prefix: 'dxcon',
    pattern: /^dxcon-[a-z0-9]{8,21}$/,
    other: 'lagId',
  },
  lagId: { what: 'LAG', resource: 'CfnLag', prefix: 'dxlag', pattern: /^dxlag-[a-z0-9]{8,21}$/, other: 'connectionId' },
} as const;

/** A property that names a connection or a LAG. */
export type IdentifierProperty = keyof typeof KINDS;

/** What a connection or a LAG is given as. */
export type Given = string | aws_directconnect.ILagRef | aws_directconnect.IConnectionRef;

/** A connection or a LAG, as it was given. */
interface Identifier {
  /** The id where it is known at synth, so that an id and its ARN are the same; otherwise the token. */
  readonly id: string;
  /**
   * What the template says: the id, so that an id and its ARN make the same template; or the ARN where the account or the Region
   * is known at the deployment only, for the handler to compare; otherwise the token, which the handler reads.
   */
  readonly inTemplate: string;
}

/**
 * Reads what was given for a connection or a LAG.
 *
 * @param scope whose stack's account it is to be of; its path is in the error
 * @param region where the connection and the LAG are said to be
 * @param name of the property, for the error, where it is not the kind's own
 * @throws where it is nothing, of another kind, or a literal that is neither an id nor an ARN of that kind, or an ARN of another
 * account or Region
 */
export function identifier(
  scope: Construct,
  property: IdentifierProperty,
  value: Given,
  region: string,
  name: string = property,
): Identifier {
  const { path } = scope.node;
  const { account } = Stack.of(scope);
  const { what, prefix, pattern, other } = KINDS[property];
  const text = textOf(value, property);
  if (text === undefined) throw new Error(`[${path}] ${name} is ${shown(value)}: ${allowed(property)}${hint(value)}`);
  if (Token.isUnresolved(text) || pattern.test(text)) return { id: text, inTemplate: text };
  const arn = /^arn:[a-z0-9-]+:directconnect:([a-z0-9-]+):(\d{12}):([a-z]+)\/([^/:]*)$/.exec(text);
  const [, home = '', owner = '', kind, id = ''] = arn ?? [];
  if (kind !== prefix || !pattern.test(id)) {
    const isOther = KINDS[other].pattern.test(text) || kind === KINDS[other].prefix;
    const swapped = isOther ? ` That is a ${KINDS[other].what}: are connectionId and lagId swapped?` : '';
    throw new Error(`[${path}] ${name} is ${JSON.stringify(text)}: ${allowed(property)}${swapped}`);
  }
  if (!Token.isUnresolved(account) && owner !== account) {
    throw new Error(
      `[${path}] ${name} is ${JSON.stringify(text)}, of account ${owner}: allowed is a ${what} of ${account}, the account of ` +
        `the stack. Declare the membership in a stack of account ${owner}.`,
    );
  }
  if (!Token.isUnresolved(region) && home !== region) {
    throw new Error(
      `[${path}] ${name} is ${JSON.stringify(text)}, of Region ${home}: allowed is a ${what} of ${region}. ` +
        `Where connection and LAG are both in ${home}, set region to it.`,
    );
  }
  return { id, inTemplate: [account, region].some(each => Token.isUnresolved(each)) ? text : id };
}

function allowed(property: IdentifierProperty): string {
  const { what, resource, prefix } = KINDS[property];
  return (
    `allowed is the id of a ${what} (${prefix}- and 8 to 21 of a-z and 0-9), ` +
    `its ARN (arn:<partition>:directconnect:<region>:<account>:${prefix}/<id>), a token, or a reference such as a ${resource}.`
  );
}

function hint(value: unknown): string {
  if (value === undefined) return ' Set it: a context value or a variable that is not set is undefined.';
  if (typeof value === 'number') return ' Write it as a text.';
  if (Array.isArray(value)) return ' Name one; LagMemberships takes several connections.';
  return (refOf(value, 'connectionRef') ?? refOf(value, 'lagRef')) ? ' Are connectionId and lagId swapped?' : '';
}

/**
 * What was given, as text: a reference gives its ARN.
 *
 * @returns nothing where it is neither a text, nor a token, nor a reference of that kind
 */
export function textOf(value: unknown, property: IdentifierProperty): string | undefined {
  if (typeof value === 'string') return value;
  const arn = property === 'lagId' ? refOf(value, 'lagRef')?.lagArn : refOf(value, 'connectionRef')?.connectionArn;
  if (typeof arn === 'string') return arn;
  return Token.isUnresolved(value) ? Token.asString(value) : undefined;
}

function refOf(value: unknown, name: 'lagRef' | 'connectionRef'): { readonly [arn: string]: unknown } | undefined {
  const ref: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return typeof ref === 'object' && ref !== null ? { ...ref } : undefined;
}
