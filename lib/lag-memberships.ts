import { type Duration, Stack, Token } from 'aws-cdk-lib';
import {
  type Alarm,
  ComparisonOperator,
  MathExpression,
  type MathExpressionOptions,
  type Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IRuleTarget, OnEventOptions, Rule } from 'aws-cdk-lib/aws-events';
import type { aws_directconnect } from 'aws-cdk-lib/interfaces';
import { Construct } from 'constructs';
import { defaultProvider } from './default-provider';
import { changedByHand, maintenance, type Subjects } from './event-rules';
import type { ILagMembershipProvider } from './i-lag-membership-provider';
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

  /**
   * How many members were found elsewhere than in the LAG; no value where nobody has looked, such as between two checks and during
   * a deployment. See `LagMembership.metricDrifted`. Of the members that there are at the time of asking.
   *
   * @default - over 5 minutes
   */
  metricDrifted(props?: MathExpressionOptions): MathExpression {
    return this.metric(
      'SUM',
      member => member.metricDrifted(),
      props,
      name => name,
    );
  }

  /**
   * How many members' links are up, by Direct Connect's own `ConnectionState`: one that was down at any time of a period counts as
   * down, and so does one without data. Where a deployment interrupts one link after the other in one period, all of them count. Of
   * the members that there are at the time of asking.
   *
   * @default - over 5 minutes, which is how often Direct Connect publishes data
   */
  metricOperationalLinks(props?: MathExpressionOptions): MathExpression {
    return this.metric('SUM', member => member.metricConnectionState(), props);
  }

  /**
   * An alarm that goes off where fewer links are up than so many (`metricOperationalLinks`). Add actions to it. Of the members that
   * there are at the time of asking.
   *
   * @param links a whole number from 1 to the number of members
   * @throws where there are not so many members, and where there is an alarm for that number already
   */
  alarmBelow(links: number): Alarm {
    if (!Number.isInteger(links) || links < 1 || links > this.all.length) {
      throw new Error(
        `[${this.node.path}] alarmBelow is ${Token.isUnresolved(links) ? 'a token' : links}: allowed are whole numbers from 1 to ` +
          `${this.all.length}, the number of members. Add members before, or ask for fewer links.`,
      );
    }
    return this.metricOperationalLinks().createAlarm(this, `Below${links}`, {
      alarmDescription: `Fewer than ${links} of the ${this.all.length} links of a Direct Connect LAG are up.`,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: links,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.BREACHING,
    });
  }

  /**
   * Has the provider of the members look again and again whether they are in the LAG, and all its other memberships with them: see
   * `LagMembershipProvider.checkEvery`.
   *
   * @param interval whole minutes, from one minute to a day
   */
  checkEvery(interval: Duration): Rule {
    return this.provider.checkEvery(interval);
  }

  /** A target for a rule of EventBridge that has the provider look at once: see `LagMembershipProvider.checkTarget`. */
  checkTarget(): IRuleTarget {
    return this.provider.checkTarget();
  }

  /** The same as of one membership (`LagMembership.onChangedByHand`), as one rule for the LAG and all members there are by now. */
  onChangedByHand(id: string, options: OnEventOptions = {}): Rule {
    return changedByHand(this, id, this.subjects(), this.provider.handler.functionName, options);
  }

  /** The same as of one membership (`LagMembership.onMaintenance`), as one rule for the LAG and all members there are by now. */
  onMaintenance(id: string, options: OnEventOptions = {}): Rule {
    return maintenance(this, id, this.subjects(), options);
  }

  private get provider(): ILagMembershipProvider {
    return this.options.provider ?? defaultProvider(this);
  }

  private subjects(): Subjects {
    const all = this.all.map(member => member._watched.subjects);
    const [first] = all;
    if (first === undefined) {
      throw new Error(
        `[${this.node.path}] there is no member yet: allowed is a rule for 1 to ${MOST_MEMBERS} members. Add them before.`,
      );
    }
    return { ...first, connectionIds: all.flatMap(({ connectionIds }) => connectionIds) };
  }

  private metric(
    combine: 'SUM' | 'MAX',
    of: (member: LagMembership) => Metric,
    props?: MathExpressionOptions,
    // A member that nothing was done to has no value, and arithmetic with one that is missing has none either.
    filled: (name: string) => string = name => `FILL(${name}, 0)`,
  ) {
    const metrics = this.all.map((member, index) => [`m${index + 1}`, of(member)] as const);
    return new MathExpression({
      expression: `${combine}([${metrics.map(([name]) => filled(name)).join(', ')}])`,
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
