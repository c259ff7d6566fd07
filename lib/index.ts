export { LagMembership } from './lag-membership';
export type { LagMembershipProps } from './lag-membership-props';
export { LagMembershipProvider } from './provider';
export type { LagMembershipProviderProps } from './provider-props';
