import { Stack, Token } from 'aws-cdk-lib';
import { MathExpression, type MathExpressionOptions, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { aws_directconnect } from 'aws-cdk-lib/interfaces';
import { Construct } from 'constructs';
import { identifier } from './identifier';
import { injectable } from './injectable';
import { LagMembership } from './lag-membership';
import type { LagMembershipOptions } from './lag-membership-options';
import type { LagMembershipsProps } from './lag-memberships-props';
import { MOST_MEMBERS } from './members';
import { OF_MEMBERSHIPS } from './membership-properties';
import { checkProperties } from './properties';

const INJECTION_ID = 'cdk-direct-connect-lag-membership.LagMemberships';

/**
 * The members of a LAG: a `LagMembership` for each connection, which are changed one after the other.
 *
 * ```ts
 * new LagMemberships(this, 'Frankfurt', {
 *   lagId: 'dxlag-fg1234aa',
 *   connectionIds: ['dxcon-fg5678g1', 'dxcon-fg5678g2'],
 * });
 * ```
 *
 * A connection that is added to the list joins, and one that is taken from it becomes standalone again; the others are not
 * touched. Another `lagId` moves all of them, one after the other.
 *
 * Connections that are known at the deployment only have ids of your own, so that each keeps its membership:
 *
 * ```ts
 * const memberships = new LagMemberships(this, 'Frankfurt', { lagId: Fn.importValue('FrankfurtLag') });
 * memberships.addMember('First', Fn.importValue('FirstConnection'));
 * memberships.addMember('Second', Fn.importValue('SecondConnection'));
 * ```
 */
@injectable(INJECTION_ID)
export class LagMemberships extends Construct {
  /** Names this class to `PropertyInjectors`. */
  static readonly PROPERTY_INJECTION_ID: string = INJECTION_ID;

  private readonly lagId: string | aws_directconnect.ILagRef;
  private readonly options: LagMembershipOptions;
  private readonly all: LagMembership[] = [];

  /**
   * @throws where `connectionIds` is or has a token, has a connection twice, or has more of them than a LAG takes; and where
   * a `LagMembership` throws. Synthesis fails where there is no member at all
   */
  constructor(scope: Construct, id: string, props: LagMembershipsProps) {
    super(scope, id);
    if (Token.isUnresolved(props?.connectionIds)) throw this.tokenError('connectionIds');
    checkProperties(this.node.path, props, OF_MEMBERSHIPS);
    const { lagId, connectionIds = [], ...options } = props;
    this.lagId = lagId;
    this.options = options;
    for (const [index, given] of connectionIds.entries()) {
      const property = `connectionIds[${index}]`;
      if (Token.isUnresolved(given)) throw this.tokenError(property);
      const region = options.region ?? Stack.of(this).region;
      this.add(property, identifier(this, 'connectionId', given, region, property).id, given);
    }
    this.node.addValidation({
      validate: () =>
        this.all.length > 0
          ? []
          : [
              `connectionIds is ${JSON.stringify(props.connectionIds) ?? 'left out'}, and no member was added: allowed are 1 ` +
                `to ${MOST_MEMBERS} connections. Name one, use addMember, or remove this construct.`,
            ],
    });
  }

  /** The memberships, in the order in which they are changed. */
  get members(): LagMembership[] {
    return [...this.all];
  }

  /**
   * Adds a connection whose id may be known at the deployment only.
   *
   * @param id of the membership's construct: another one makes another membership of it
   * @param connectionId its id, its ARN, a token of either, or a reference such as a `CfnConnection`
   * @throws where there is a member of that id, where a LAG takes no more members, and where a `LagMembership` throws
   */
  addMember(id: string, connectionId: string | aws_directconnect.IConnectionRef): LagMembership {
    return this.add('id', id, connectionId);
  }

  /**
   * How many calls to Direct Connect the changes of the members took, all together; 0 where nothing was changed. Of the
   * members that there are at the time of asking.
   *
   * @default - sum over 5 minutes
   */
  metricAttempts(props?: MathExpressionOptions): MathExpression {
    return this.metric('SUM', member => member.metricAttempts(), props);
  }

  /**
   * How many changes of the members failed, all together; 0 where none did. Of the members that there are at the time of
   * asking.
   *
   * @default - sum over 5 minutes
   */
  metricFailures(props?: MathExpressionOptions): MathExpression {
    return this.metric('SUM', member => member.metricFailures(), props);
  }

  /**
   * How long the slowest member's changes took on average, in milliseconds, from the event's arrival at the handler to the
   * answer; 0 where nothing was changed. Of the members that there are at the time of asking.
   *
   * @default - over 5 minutes
   */
  metricDuration(props?: MathExpressionOptions): MathExpression {
    return this.metric('MAX', member => member.metricDuration(), props);
  }

  private metric(combine: 'SUM' | 'MAX', of: (member: LagMembership) => Metric, props?: MathExpressionOptions) {
    const metrics = this.all.map((member, index) => [`m${index + 1}`, of(member)] as const);
    return new MathExpression({
      // A member that nothing was done to has no value, and arithmetic with one that is missing has none either.
      expression: `${combine}([${metrics.map(([name]) => `FILL(${name}, 0)`).join(', ')}])`,
      usingMetrics: Object.fromEntries(metrics),
      ...props,
    });
  }

  private add(property: string, id: string, connectionId: string | aws_directconnect.IConnectionRef): LagMembership {
    if (this.node.tryFindChild(id) !== undefined) {
      throw new Error(
        `[${this.node.path}] ${property} is ${JSON.stringify(id)}, which is a member already: allowed is each once. ` +
          'Remove one of the two.',
      );
    }
    if (this.all.length === MOST_MEMBERS) {
      throw new Error(
        `[${this.node.path}] ${property} is ${JSON.stringify(id)}, one more than a LAG takes: allowed are ${MOST_MEMBERS} ` +
          'connections. Take one out, or put it into another LAG.',
      );
    }
    const member = new LagMembership(this, id, { ...this.options, connectionId, lagId: this.lagId });
    this.all.push(member);
    return member;
  }

  private tokenError(property: string): Error {
    return new Error(
      `[${this.node.path}] ${property} is a token: allowed are ids and ARNs of connections, because the memberships are named ` +
        'after them. Use addMember, with an id of your own.',
    );
  }
}
