export type { ILagMembership } from './i-lag-membership';
export type { ILagMembershipProvider } from './i-lag-membership-provider';
export { LagMembership } from './lag-membership';
export type { LagMembershipOptions } from './lag-membership-options';
export type { LagMembershipProps } from './lag-membership-props';
export { LagMemberships } from './lag-memberships';
export type { LagMembershipsProps } from './lag-memberships-props';
export { LagMembershipProvider } from './provider';
export type { LagMembershipProviderProps } from './provider-props';
