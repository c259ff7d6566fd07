import type { LagMembershipProps } from './lag-membership-props';
import type { LagMembershipsProps } from './lag-memberships-props';
import { ANYTHING, DURATION, FLAG, type Kind, LIST, method, NUMBER, type Properties, TEXT } from './properties';

const PROVIDER: Kind = {
  allowed: 'a LagMembershipProvider, or one of another app (LagMembershipProvider.fromServiceToken)',
  is: value => typeof method(value, 'checkTarget') === 'function',
};

const OPTIONS = {
  allowMove: FLAG,
  allowOutage: FLAG,
  lowerMinimumLinks: FLAG,
  maxUnavailable: NUMBER,
  minLinksInService: NUMBER,
  ordered: FLAG,
  reassert: TEXT,
  reassociate: FLAG,
  retryTimeout: DURATION,
  waitForAvailable: DURATION,
  region: TEXT,
  provider: PROVIDER,
};

/** `connectionId` and `lagId` are for `identifier`. */
export const OF_MEMBERSHIP: Properties = {
  className: 'LagMembership',
  kinds: { connectionId: ANYTHING, lagId: ANYTHING, ...OPTIONS } satisfies {
    [name in keyof LagMembershipProps]-?: Kind;
  },
};

export const OF_MEMBERSHIPS: Properties = {
  className: 'LagMemberships',
  kinds: { connectionIds: LIST, lagId: ANYTHING, ...OPTIONS } satisfies { [name in keyof LagMembershipsProps]-?: Kind },
};
