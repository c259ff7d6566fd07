import { type Kind, LIST, NUMBER, OBJECT, type Properties, TEXT } from './properties';
import type { LagMembershipProviderProps } from './provider-props';

export const OF_PROVIDER: Properties = {
  className: 'LagMembershipProvider',
  kinds: {
    vpc: OBJECT,
    vpcSubnets: OBJECT,
    securityGroups: LIST,
    logRetention: NUMBER,
    logGroup: OBJECT,
    memorySize: NUMBER,
    role: OBJECT,
    tracing: TEXT,
    environmentEncryption: OBJECT,
  } satisfies { [name in keyof LagMembershipProviderProps]-?: Kind },
};
