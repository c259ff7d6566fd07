import type { PulledNetwork } from './pull';

/**
 * The CDK app that adopts what is there, one `LagMemberships` a LAG, one stack a Region: deploying it writes nothing to
 * Direct Connect.
 *
 * @throws Error where no LAG has a member
 */
export function cdkApp({ connections, lags, pulled }: PulledNetwork): string {
  const groups = lags.flatMap(({ lagId = '', lagName = '', region = '' }) => {
    const members = connections.filter(each => each.lagId === lagId && !each.vlan);
    const connectionIds = members.map(({ connectionId = '' }) => connectionId).sort();
    return connectionIds.length === 0 ? [] : [{ lagId, lagName, region, connectionIds }];
  });
  if (groups.length === 0)
    throw new Error(`No LAG in ${pulled.regions.join(', ')} has a member: there is nothing to adopt.`);
  const regions = [...new Set(groups.map(({ region }) => region))].sort();
  const stacks = regions.flatMap(region => {
    const name = `stack${regions.length === 1 ? '' : regions.indexOf(region) + 1}`;
    const env = `{ ${pulled.account === undefined ? '' : `account: ${text(pulled.account)}, `}region: ${text(region)} }`;
    return [
      '',
      `const ${name} = new Stack(app, ${text(`DirectConnect-${region}`)}, { env: ${env} });`,
      ...groups.filter(group => group.region === region).flatMap(group => membershipsOf(name, group)),
    ];
  });
  return [
    "import { App, Stack } from 'aws-cdk-lib';",
    "import { LagMemberships } from 'cdk-direct-connect-lag-membership';",
    '',
    'const app = new App();',
    ...stacks,
    '',
  ].join('\n');
}

function membershipsOf(
  stack: string,
  {
    lagId,
    lagName,
    connectionIds,
  }: { readonly lagId: string; readonly lagName: string; readonly connectionIds: readonly string[] },
): string[] {
  return [
    ...(lagName === '' ? [] : [`// ${lagName.replace(/\s+/g, ' ')}`]),
    `new LagMemberships(${stack}, ${text(lagId)}, {`,
    `  lagId: ${text(lagId)},`,
    `  connectionIds: [${connectionIds.map(text).join(', ')}],`,
    '});',
  ];
}

/** A string of TypeScript. */
const text = (value: string): string => `'${value.replace(/[\\']/g, '\\$&').replace(/\s+/g, ' ')}'`;
