import { identityPolicy, type Policy } from './policy-document';

/**
 * The AWS managed policies that the sandbox knows. Others are refused by name: their text is AWS's alone.
 *
 * Source: AWS Managed Policy Reference Guide, the pages of these names.
 */
export const awsManagedPolicies: { readonly [pathAndName: string]: Policy } = {
  'service-role/AWSLambdaBasicExecutionRole': identityPolicy('service-role/AWSLambdaBasicExecutionRole', {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: '*',
      },
    ],
  }),
  'service-role/AWSLambdaVPCAccessExecutionRole': identityPolicy('service-role/AWSLambdaVPCAccessExecutionRole', {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'AWSLambdaVPCAccessExecutionPermissions',
        Effect: 'Allow',
        Action: [
          'logs:CreateLogGroup',
          'logs:CreateLogStream',
          'logs:PutLogEvents',
          'ec2:CreateNetworkInterface',
          'ec2:DescribeNetworkInterfaces',
          'ec2:DescribeSubnets',
          'ec2:DeleteNetworkInterface',
          'ec2:AssignPrivateIpAddresses',
          'ec2:UnassignPrivateIpAddresses',
        ],
        Resource: '*',
      },
    ],
  }),
};
