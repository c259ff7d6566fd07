import { Reference, Tokenization } from 'aws-cdk-lib';
import { CfnConnection, CfnLag } from 'aws-cdk-lib/aws-directconnect';
import type { Construct } from 'constructs';
import { type Given, textOf } from './identifier';
import { warnOfMinimum, warnOfNoMinimum } from './warnings';

/** What a connection and its LAG have to have the same, and the properties that say so. */
const SAME = [
  { what: 'bandwidth', ofConnection: 'bandwidth', ofLag: 'connectionsBandwidth' },
  { what: 'location', ofConnection: 'location', ofLag: 'location' },
] as const;

/** Whether the memberships of a LAG that the app makes may lower its minimum links. */
const LOWERING = new WeakMap<CfnLag, boolean[]>();

interface Declared {
  readonly connectionId: Given;
  readonly lagId: Given;
  readonly lowerMinimumLinks?: boolean;
}

/** What CloudFormation's own connection and LAG say of themselves, checked at synthesis: they can be changed until then. */
export function checkOwnResources(membership: Construct, { connectionId, lagId, lowerMinimumLinks = false }: Declared) {
  const connection = targetOf(connectionId, 'connectionId');
  const lag = targetOf(lagId, 'lagId');
  if (connection instanceof CfnConnection) {
    membership.node.addValidation({
      validate: () => [...ownsLag(connection), ...(lag instanceof CfnLag ? differences(connection, lag) : [])],
    });
  }
  if (lag instanceof CfnLag) {
    const lowering = LOWERING.get(lag) ?? [];
    LOWERING.set(lag, lowering);
    if (lowering.push(lowerMinimumLinks) === 1) {
      membership.node.addValidation({ validate: () => checkMinimum(lag, lowering) });
    }
  }
}

function targetOf(value: Given, property: 'connectionId' | 'lagId'): unknown {
  const [token] = Tokenization.reverseString(textOf(value, property) ?? '').tokens;
  return Reference.isReference(token) ? token.target : undefined;
}

/** CloudFormation's own connection resource can join a LAG too; both at once would undo each other. */
function ownsLag(connection: CfnConnection): string[] {
  if (connection.lagId === undefined) return [];
  return [
    `connectionId is the CfnConnection ${connection.node.path}, which sets lagId itself: a connection has one ` +
      'owner of its LAG. Take lagId away from it, or remove this membership.',
  ];
}

/** @returns the first difference */
function differences(connection: CfnConnection, lag: CfnLag): string[] {
  const all = SAME.filter(({ ofConnection, ofLag }) => connection[ofConnection] !== lag[ofLag]);
  return all.slice(0, 1).map(({ what, ofConnection, ofLag }) => {
    const [one, other] = [connection[ofConnection], lag[ofLag]].map(each => JSON.stringify(each));
    return (
      `connectionId is the CfnConnection ${connection.node.path}, whose ${ofConnection} is ${one}: allowed is ${other}, the ` +
      `${ofLag} of the CfnLag ${lag.node.path}. Give both the same ${what}.`
    );
  });
}

/** @param lowering whether each membership of the LAG may lower its minimum */
function checkMinimum(lag: CfnLag, lowering: readonly boolean[]): string[] {
  const { minimumLinks = 0 } = lag;
  if (minimumLinks === 0) warnOfNoMinimum(lag);
  // With a minimum of 1, AWS lets the last member leave as well.
  else if (minimumLinks > 1 && !lowering.includes(true)) warnOfMinimum(lag);
  return [];
}
