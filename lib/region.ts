import { Annotations, Stack, Token } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import type { Construct } from 'constructs';

const REGION = /^[a-z]{2,5}(-[a-z]+)+-\d{1,2}$/;

/**
 * The Region asked for, unless it is known to be the stack's own. One that has the form of a Region's name, but that this release
 * of aws-cdk-lib does not know, is a warning: AWS has new ones.
 *
 * @throws where it is a token, or has not that form
 */
export function otherRegion(scope: Construct, region: string | undefined): string | undefined {
  const { path } = scope.node;
  if (Token.isUnresolved(region)) {
    throw new Error(
      `[${path}] region is a token: allowed is a literal such as us-east-1, because rights are granted for it. ` +
        "Leave it out for the stack's own.",
    );
  }
  if (region === undefined || region === Stack.of(scope).region) return undefined;
  const known = RegionInfo.regions.map(({ name }) => name);
  if (known.includes(region)) return region;
  if (!REGION.test(region)) {
    const zone = known.find(name => region.startsWith(name));
    throw new Error(
      `[${path}] region is ${JSON.stringify(region)}: allowed is the name of a Region, such as us-east-1. ` +
        `Write ${zone ?? "that of the LAG's location"}, or leave it out for the stack's own.`,
    );
  }
  Annotations.of(scope).addWarningV2(
    'cdk-direct-connect-lag-membership:unknownRegion',
    `region is ${JSON.stringify(region)}, which aws-cdk-lib does not know: known are ${known.join(', ')}. Correct it, unless it is new.`,
  );
  return region;
}
