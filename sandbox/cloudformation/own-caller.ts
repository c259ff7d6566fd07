import type { Caller } from '../caller';
import type { ResourceContext } from './resource-type';

/** CloudFormation's own calls. It may do everything: execution roles' policies are not enforced. */
export const callerOf = ({
  partition,
  accountId,
  region,
}: Pick<ResourceContext, 'partition' | 'accountId' | 'region'>): Caller => ({
  accountId,
  region,
  principalArn: `arn:${partition}:sts::${accountId}:assumed-role/cloudformation/AWSCloudFormation`,
});
