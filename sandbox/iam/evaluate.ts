import { runSimulation } from '@cloud-copilot/iam-simulate';
import type { PolicyDocument } from './policy-document';

/** What one request is judged by. */
export interface Evaluation {
  readonly principalArn: string;
  readonly action: string;
  readonly resourceArn: string;
  readonly accountId: string;
  readonly context: { readonly [key: string]: string };
  readonly identityPolicies: readonly { name: string; policy: PolicyDocument }[];
  readonly permissionsBoundary?: { name: string; policy: PolicyDocument };
  /** A role's trust policy, for `sts:AssumeRole`. */
  readonly resourcePolicy?: PolicyDocument;
}

/** Whether the policies allow a request; where not, why, in the words that AWS puts after "because". */
export type Decision = { allowed: true } | { allowed: false; explicit: boolean; by: string };

/** Actions of the services that judge requests by role policies, with a resource each. */
const oneActionOfEach: readonly (readonly [action: string, resource: string])[] = [
  ['cloudformation:DescribeStacks', 'stack/s/1'],
  ['cloudwatch:DescribeAlarms', 'alarm:a'],
  ['directconnect:DescribeLags', 'dxlag/dxlag-00000000'],
  ['dynamodb:GetItem', 'table/t'],
  ['events:PutEvents', 'event-bus/default'],
  ['lambda:InvokeFunction', 'function:f'],
  ['logs:PutLogEvents', 'log-group:g:log-stream:s'],
  ['s3:GetObject', 'key'],
  ['ssm:GetParameter', 'parameter/p'],
  ['sts:AssumeRole', 'role/r'],
];

/**
 * Reads what IAM knows of each service from the disk, which happens by itself at the first judgement about it. Code that
 * runs on a clock of its own awaits this first: afterwards a judgement does no I/O.
 */
export async function loadServiceData(): Promise<void> {
  for (const [action, resource] of oneActionOfEach) {
    const resourceArn = `arn:aws:${action.split(':')[0]}:eu-central-1:111122223333:${resource}`;
    const principalArn = 'arn:aws:sts::111122223333:assumed-role/r/s';
    await runSimulation(
      {
        request: {
          principal: principalArn,
          action,
          resource: { resource: resourceArn, accountId: '111122223333' },
          contextVariables: {},
        },
        identityPolicies: [],
        serviceControlPolicies: [],
        resourceControlPolicies: [],
      },
      {},
    );
  }
}

/** What the simulation says of names that no resource of the action's can have: whoever asks made them up. */
const noSuchResource = ['no.resource.types', 'multiple.resource.types'];

/**
 * Judges one request by IAM's evaluation logic. What no resource can be is allowed to nobody.
 *
 * @throws {Error} for an action that IAM does not have
 */
export async function evaluate(evaluation: Evaluation): Promise<Decision> {
  const { principalArn, action, resourceArn, accountId, permissionsBoundary, resourcePolicy } = evaluation;
  const simulated = await runSimulation(
    {
      request: {
        principal: principalArn,
        action,
        resource: { resource: resourceArn, accountId },
        contextVariables: { ...evaluation.context },
      },
      identityPolicies: [...evaluation.identityPolicies],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(permissionsBoundary && { permissionBoundaryPolicies: [permissionsBoundary] }),
      ...(resourcePolicy && { resourcePolicy }),
    },
    {},
  );
  if (simulated.resultType === 'error') {
    if (noSuchResource.includes(simulated.errors.message)) {
      return { allowed: false, explicit: false, by: 'identity-based policy' };
    }
    throw new Error(`IAM cannot judge ${action} on ${resourceArn}: ${simulated.errors.message}`);
  }
  // A request on "*" is simulated once for each pattern of the policies; IAM itself lets only "*" match "*".
  const analyses =
    simulated.resultType === 'single'
      ? [simulated.result.analysis]
      : simulated.results.filter(result => result.resourcePattern === '*').map(result => result.analysis);
  const analysis = analyses.find(one => one.result === 'ExplicitlyDenied') ?? analyses[0];
  if (analysis?.result === 'Allowed') return { allowed: true };
  const boundary = analysis?.permissionBoundaryAnalysis?.result;
  if (analysis?.result === 'ExplicitlyDenied') {
    const byBoundary = analysis.identityAnalysis?.result !== 'ExplicitlyDenied' && boundary === 'ExplicitlyDenied';
    return { allowed: false, explicit: true, by: byBoundary ? 'permissions boundary' : 'identity-based policy' };
  }
  const byBoundary = analysis?.identityAnalysis?.result === 'Allowed' && boundary === 'ImplicitlyDenied';
  return { allowed: false, explicit: false, by: byBoundary ? 'permissions boundary' : 'identity-based policy' };
}

/**
 * The denial as AWS words it.
 *
 * Source: IAM User Guide, "Troubleshoot access denied error messages".
 */
export function denialText(principalArn: string, action: string, resourceArn: string, decision: Decision): string {
  if (decision.allowed) throw new Error(`${action} is allowed: there is no denial to word`);
  const article = decision.by.startsWith('i') ? 'an' : 'a';
  const reason = decision.explicit
    ? `with an explicit deny in ${article} ${decision.by}`
    : `because no ${decision.by} allows the ${action} action`;
  return `User: ${principalArn} is not authorized to perform: ${action} on resource: ${resourceArn} ${reason}`;
}
