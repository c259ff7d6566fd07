import type { Arbitrary } from 'fast-check';
import { directConnectRequests } from './direct-connect-requests';
import { dynamoDbRequests } from './dynamodb-requests';
import { cloudWatchRequests, eventsRequests, logsRequests, ssmRequests } from './json-requests';
import { cloudFormationRequests, stsRequests } from './query-requests';
import { lambdaRequests, s3Requests } from './rest-requests';
import type { Unsigned } from './unsigned';

/** By signing name, requests of any kind to each service. */
export const requests: { readonly [service: string]: Arbitrary<Unsigned> } = {
  cloudformation: cloudFormationRequests,
  directconnect: directConnectRequests,
  dynamodb: dynamoDbRequests,
  events: eventsRequests,
  lambda: lambdaRequests,
  logs: logsRequests,
  monitoring: cloudWatchRequests,
  s3: s3Requests,
  ssm: ssmRequests,
  sts: stsRequests,
};
