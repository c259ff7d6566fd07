export { LagMembership, type LagMembershipProps } from './lag-membership';
