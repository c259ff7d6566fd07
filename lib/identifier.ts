import { Token } from 'aws-cdk-lib';
import type { aws_directconnect } from 'aws-cdk-lib/interfaces';

const KINDS = {
  connectionId: { what: 'connection', prefix: 'dxcon', pattern: /^dxcon-[a-z0-9]{8,21}$/ },
  lagId: { what: 'LAG', prefix: 'dxlag', pattern: /^dxlag-[a-z0-9]{8,21}$/ },
} as const;

/** A property that names a connection or a LAG. */
export type IdentifierProperty = keyof typeof KINDS;

/**
 * What a property gives the template: the id itself where it is known at synth, so that an id and its ARN make the
 * same template, and otherwise the token, which the handler reads when it is resolved.
 *
 * @param path of the construct, for the error
 * @param region where the connection and the LAG are said to be
 * @param name of the property, for the error, where it is not the kind's own
 * @throws where a literal is neither an id nor an ARN of that kind, or an ARN of another Region
 */
export function identifier(
  path: string,
  property: IdentifierProperty,
  value: string | aws_directconnect.ILagRef | aws_directconnect.IConnectionRef,
  region: string,
  name: string = property,
): string {
  const text = textOf(value);
  if (Token.isUnresolved(text)) return text;
  const { what, prefix, pattern } = KINDS[property];
  const arn = /^arn:[a-z0-9-]+:directconnect:([a-z0-9-]+):\d{12}:([a-z]+)\/([^/:]*)$/.exec(text);
  const [, home = '', kind, id = ''] = arn ?? [];
  if (kind === prefix && pattern.test(id)) {
    if (Token.isUnresolved(region) || home === region) return id;
    throw new Error(
      `[${path}] ${name} is ${JSON.stringify(text)}, of Region ${home}: allowed is a ${what} of ${region}. ` +
        `Where connection and LAG are both in ${home}, set region to it.`,
    );
  }
  if (pattern.test(text)) return text;
  throw new Error(
    `[${path}] ${name} is ${JSON.stringify(text)}: allowed is the id of a ${what} (${prefix}- and 8 to 21 of a-z and 0-9), ` +
      `its ARN (arn:<partition>:directconnect:<region>:<account>:${prefix}/<id>), a token, or a reference such as ` +
      `${what === 'LAG' ? 'a CfnLag' : 'a CfnConnection'}.`,
  );
}

/** What was given, as text: a reference gives its ARN. */
export function textOf(value: string | aws_directconnect.ILagRef | aws_directconnect.IConnectionRef): string {
  if (typeof value === 'string') return value;
  return 'lagRef' in value ? value.lagRef.lagArn : value.connectionRef.connectionArn;
}
