import type { Clock } from '../sandbox/clock';
import { RATES, Rates } from '../sandbox/rates';

/** The services that handlers call. */
export const SERVICES = [
  { signingName: 'directconnect', name: 'Direct Connect' },
  { signingName: 'dynamodb', name: 'DynamoDB' },
  { signingName: 'cloudformation', name: 'CloudFormation' },
] as const;
export type Service = (typeof SERVICES)[number]['signingName'];

/** One call as it arrives. */
export interface Call {
  /** Signing name. */
  readonly service: string;
  readonly throttled: boolean;
  /** The request id of the event that it was made for; none where no function made it. */
  readonly requestId: string | undefined;
}

/** What AWS's front sees: notes each call, and limits them while the rates are in force. */
export class ApiCalls extends Rates {
  readonly calls: Call[] = [];
  isLimited = false;

  /** @param event the request id of the event that is handled by whoever makes the call that arrives */
  constructor(
    clock: Pick<Clock, 'now'>,
    private readonly event: () => string | undefined,
  ) {
    super(clock, RATES);
  }

  override admit(service: string, operation: string, region: string): boolean {
    const admitted = !this.isLimited || super.admit(service, operation, region);
    this.calls.push({ service, throttled: !admitted, requestId: this.event() });
    return admitted;
  }
}

export interface Count {
  /** Throttled ones among them. */
  readonly calls: number;
  readonly throttled: number;
}

export function count(calls: readonly Call[], service: Service): Count {
  const of = calls.filter(call => call.service === service);
  return { calls: of.length, throttled: of.filter(({ throttled }) => throttled).length };
}
