import { AwsError } from '../aws-error';
import type { Clock } from '../clock';
import type { Json } from '../cloudformation/resource-type';
import type { Lambda } from '../lambda/lambda';
import type { Invoker } from '../lambda/resource-policy';

/** What a rule or an alarm handed to one of its targets. */
export interface Delivery {
  /** ISO 8601. */
  readonly time: string;
  /** ARN of the rule or alarm. */
  readonly from: string;
  /** ARN of the target. */
  readonly to: string;
  /** `null` where there was none to hand over. */
  readonly input: Json;
  /** A function is invoked, where its policy says so; of any other target it is recorded that it would have got this. */
  readonly outcome: 'invoked' | 'recorded' | 'refused';
  /** Why it was refused. */
  readonly reason?: string;
}

/** The last ones. */
const kept = 10_000;

/** Hands over what rules and alarms have for their targets. */
export class Deliveries {
  private readonly recorded: Delivery[] = [];

  constructor(
    private readonly clock: Pick<Clock, 'now'>,
    private readonly lambda: Lambda,
  ) {}

  /** In the order in which they were made. */
  get list(): readonly Delivery[] {
    return this.recorded;
  }

  /** Waits until no function runs for one. */
  whenIdle(): Promise<void> {
    return this.lambda.whenIdle();
  }

  /** @param makeInput what it throws is why the delivery is refused */
  deliver(invoker: Invoker, target: string, makeInput: () => Json): void {
    const time = new Date(this.clock.now()).toISOString();
    this.recorded.push({ time, from: invoker.arn, to: target, ...this.invoke(invoker, target, makeInput) });
    if (this.recorded.length > kept) this.recorded.shift();
  }

  private invoke(
    invoker: Invoker,
    target: string,
    makeInput: () => Json,
  ): Pick<Delivery, 'input' | 'outcome' | 'reason'> {
    let input: Json = null;
    try {
      input = makeInput();
      if (!/^arn:[^:]+:lambda:[^:]+:\d+:function:/.test(target)) return { input, outcome: 'recorded' };
      if (!this.lambda.mayBeInvokedBy(target, invoker)) {
        const reason = `${invoker.service} is not authorized to perform: lambda:InvokeFunction on resource: ${target} because no resource-based policy allows the lambda:InvokeFunction action`;
        return { input, outcome: 'refused', reason };
      }
      this.lambda.invokeAsynchronously(target, input);
      return { input, outcome: 'invoked' };
    } catch (error) {
      const reason = error instanceof AwsError ? error.message : `The sandbox failed: ${error}`;
      return { input, outcome: 'refused', reason };
    }
  }
}
