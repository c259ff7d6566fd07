import { AwsError } from './aws-error';
import type { Clock } from './clock';

/** How often an operation may be called in one account and Region. */
export interface Rate {
  /** Signing name of the service, such as `cloudformation`. */
  readonly service: string;
  /** Its name on the wire, or `*` for all operations of the service together. */
  readonly operation: string;
  readonly perSecond: number;
  /** Calls at once after a pause. */
  readonly burst: number;
  /** Where the numbers come from. */
  readonly source: string;
}

const likeDescribeStacks = (operation: string, reports: string): Rate => ({
  service: 'cloudformation',
  operation,
  perSecond: 5,
  burst: 5,
  source: `no rate is published: taken as that of DescribeStacks. ${reports}`,
});

const logsQuota = (operation: string, perSecond: number, remark = ''): Rate => ({
  service: 'logs',
  operation,
  perSecond,
  burst: perSecond,
  source: `CloudWatch Logs quotas in its user guide${remark}; a burst is not published: a second's worth`,
});

/** What is published or reported, and the least of it. A service or operation without a row is not limited. */
export const RATES: readonly Rate[] = [
  {
    service: 'cloudformation',
    operation: 'DescribeStacks',
    perSecond: 5,
    burst: 5,
    source: "a report (aws-sam-cli #2671): 5 a second, not to be raised; a burst is not published: a second's worth",
  },
  likeDescribeStacks('DescribeStackEvents', 'Throttled in reports (cfn-tail #2)'),
  likeDescribeStacks('ListStackResources', 'Throttled in reports (aws-cdk #19021)'),
  likeDescribeStacks('DescribeStackResource', 'No reports'),
  likeDescribeStacks('DescribeStackResources', 'No reports'),
  likeDescribeStacks('DescribeChangeSet', 'Throttled in reports (awscfncli #68)'),
  likeDescribeStacks('ListStacks', 'Throttled in reports (eksctl #567)'),
  logsQuota('DescribeLogStreams', 25),
  logsQuota('CreateLogStream', 50),
  logsQuota('FilterLogEvents', 5, ' (5 in eu-central-1 and four other Regions, 10 or 25 elsewhere)'),
  {
    service: 'directconnect',
    operation: '*',
    perSecond: 5,
    burst: 10,
    source: 'an assumption: no rate is published',
  },
];

/**
 * Counts calls against a table of rates, with a token bucket a row and Region, which is how AWS describes its own
 * throttling (AWS Security Blog, "How to monitor and query IAM resources at scale", part 2). A call that is not
 * admitted takes no token.
 */
export class Rates {
  /** By Region and row: when the bucket is full again, in milliseconds since 1970-01-01T00:00Z. */
  private readonly fullAgain = new Map<string, number>();

  constructor(
    private readonly clock: Pick<Clock, 'now'>,
    private readonly table: readonly Rate[] = RATES,
  ) {}

  /**
   * Whether a call is within its rate; it counts then. Where several rows fit, the first of them decides.
   *
   * @param service its signing name
   */
  admit(service: string, operation: string, region: string): boolean {
    const rate = this.table.find(
      row => row.service === service && (row.operation === operation || row.operation === '*'),
    );
    if (rate === undefined) return true;
    const now = this.clock.now();
    const key = `${region} ${service} ${rate.operation}`;
    const fullAgain = Math.max(now, this.fullAgain.get(key) ?? now);
    const millisecondsPerToken = 1000 / rate.perSecond;
    if (fullAgain - now > (rate.burst - 1) * millisecondsPerToken) return false;
    this.fullAgain.set(key, fullAgain + millisecondsPerToken);
    return true;
  }
}

/** What a call over its rate is answered: the AWS Query services have another name for it than the JSON services. */
export const rateExceeded = (protocol: 'json' | 'query'): AwsError =>
  new AwsError(protocol === 'query' ? 'Throttling' : 'ThrottlingException', 'Rate exceeded', 400);
