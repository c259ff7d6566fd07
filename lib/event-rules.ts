import { Stack } from 'aws-cdk-lib';
import { type EventPattern, type OnEventOptions, Rule } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';

/** Of one membership or of several: which connections and LAGs a rule is about. */
export interface Subjects {
  /** Ids. */
  readonly connectionIds: readonly string[];
  /** Ids, each once. */
  readonly lagIds: readonly string[];
  /** Where they are; absent for the stack's own Region. */
  readonly region: string | undefined;
}

/**
 * A rule for the calls that change them, but for the function's own.
 *
 * Source: CloudTrail user guide, "CloudTrail userIdentity element": Lambda assumes a function's role under the function's
 * name as that of the session. A call that failed has an `errorCode`, and changed nothing.
 *
 * @param functionName of the handler
 * @throws where they are in another Region than the stack
 */
export function changedByHand(
  scope: Construct,
  id: string,
  subjects: Subjects,
  functionName: string,
  options: OnEventOptions,
): Rule {
  return ruleFor(scope, id, 'onChangedByHand', subjects, options, {
    source: ['aws.directconnect'],
    detailType: ['AWS API Call via CloudTrail'],
    detail: {
      eventSource: ['directconnect.amazonaws.com'],
      eventName: [
        'AssociateConnectionWithLag',
        'DisassociateConnectionFromLag',
        'UpdateLag',
        'DeleteConnection',
        'DeleteLag',
      ],
      errorCode: [{ exists: false }],
      userIdentity: { arn: [{ exists: false }, { 'anything-but': { suffix: `/${functionName}` } }] },
      $or: [
        { requestParameters: { connectionId: subjects.connectionIds } },
        { requestParameters: { lagId: subjects.lagIds } },
      ],
    },
  });
}

/**
 * A rule for what AWS Health says of them: maintenance, planned or not, and faults.
 *
 * Source: AWS Health user guide, "Monitoring events in AWS Health with Amazon EventBridge": the fields of such an event.
 *
 * @throws where they are in another Region than the stack
 */
export function maintenance(scope: Construct, id: string, subjects: Subjects, options: OnEventOptions): Rule {
  return ruleFor(scope, id, 'onMaintenance', subjects, options, {
    source: ['aws.health'],
    detailType: ['AWS Health Event'],
    detail: {
      service: ['DIRECTCONNECT'],
      eventTypeCode: [{ prefix: 'AWS_DIRECTCONNECT_' }],
      affectedEntities: { entityValue: [...subjects.connectionIds, ...subjects.lagIds] },
    },
  });
}

function ruleFor(
  scope: Construct,
  id: string,
  method: string,
  { region }: Subjects,
  options: OnEventOptions,
  pattern: EventPattern,
): Rule {
  if (region !== undefined) {
    const home = Stack.of(scope).region;
    throw new Error(
      `[${scope.node.path}] ${method} was called for a LAG of Region ${region}, and the stack is of another one (${home}): ` +
        `allowed is a LAG of the stack's own Region, because AWS sends such events to EventBridge in the LAG's Region alone. ` +
        `Declare the membership in a stack of ${region}, or send ${region}'s events to the stack's event bus by a rule there.`,
    );
  }
  const rule = new Rule(scope, id, options);
  rule.addEventPattern(pattern);
  rule.addTarget(options.target);
  return rule;
}
