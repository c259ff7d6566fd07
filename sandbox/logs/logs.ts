import { AwsError } from '../aws-error';
import type { Authorize, Caller } from '../caller';
import type { Clock } from '../clock';

/** Days; source: CloudWatch Logs API, PutRetentionPolicy. */
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export interface LogsOptions {
  readonly clock: Clock;
  readonly accountId: string;
  readonly partition: string;
  readonly authorize: Authorize;
  /** Takes a log group's lines, each with its line end. */
  readonly write: (region: string, logGroup: string, lines: string) => void;
  /** Is told of every line that is kept in a log group. */
  readonly onLine?: (region: string, line: string) => void;
}

/** Where one run of a function writes. */
export interface LogWriter {
  line(line: string): void;
  /** Whole lines or parts of them; a part is kept until its line ends, or until the next `line`. */
  text(text: string): void;
}

/** One line of a log. */
export interface LogEvent {
  readonly stream: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly message: string;
}

interface LogGroup {
  readonly retentionInDays: number | undefined;
  readonly events: LogEvent[];
  /** When each stream was made that was asked for by CreateLogStream, in milliseconds since 1970. */
  readonly streams: Map<string, number>;
}

/** Lines kept of a group, to be asked for: the last ones. The group's file has them all. */
const linesKept = 10_000;

/** Characters of a line that has not ended; then it goes on in another. */
const longestLine = 256 * 1024;

/** Of what one run writes. */
const longestRun = { lines: 100_000, characters: 16 * 1024 * 1024 };

/** CloudWatch Logs, as far as log groups and what Lambda writes into them. */
export class Logs {
  private readonly groups = new Map<string, LogGroup>();

  constructor(private readonly options: LogsOptions) {}

  /** `arn:<partition>:logs:<region>:<account>:log-group:<name>`, without the `:*` that CloudFormation's attribute has. */
  arnOf(region: string, name: string): string {
    return `arn:${this.options.partition}:logs:${region}:${this.options.accountId}:log-group:${name}`;
  }

  createGroup(region: string, name: string, retentionInDays: number | undefined): void {
    if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name)) {
      throw new AwsError(
        'InvalidParameterException',
        `LogGroupName ${name} must be 1 to 512 of the characters a-z A-Z 0-9 _ - / . #`,
      );
    }
    checkRetention(retentionInDays);
    const arn = this.arnOf(region, name);
    if (this.groups.has(arn)) {
      throw new AwsError('ResourceAlreadyExistsException', `The specified log group already exists: ${name}`);
    }
    this.groups.set(arn, { retentionInDays, events: [], streams: new Map() });
  }

  putRetention(region: string, name: string, retentionInDays: number | undefined): void {
    checkRetention(retentionInDays);
    this.groups.set(this.arnOf(region, name), { ...this.groupOf(region, name), retentionInDays });
  }

  /** Succeeds where the group is gone already. What was written stays where `write` put it. */
  deleteGroup(region: string, name: string): void {
    this.groups.delete(this.arnOf(region, name));
  }

  hasGroup(region: string, name: string): boolean {
    return this.groups.has(this.arnOf(region, name));
  }

  /** @throws {AwsError} ResourceAlreadyExistsException, ResourceNotFoundException */
  createStream(region: string, group: string, stream: string): void {
    const { streams } = this.groupOf(region, group);
    if (!/^[^:*]{1,512}$/.test(stream)) {
      throw new AwsError(
        'InvalidParameterException',
        `logStreamName ${stream} must be 1 to 512 characters without : and *`,
      );
    }
    if (streams.has(stream)) {
      throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
    }
    streams.set(stream, this.options.clock.now());
  }

  /** Name and time of the streams made by `createStream`, by name. @throws {AwsError} ResourceNotFoundException */
  streamsOf(region: string, group: string, prefix: string): readonly { name: string; created: number }[] {
    return [...this.groupOf(region, group).streams]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, created]) => ({ name, created }))
      .sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** The lines of a group that are still kept, oldest first. @throws {AwsError} ResourceNotFoundException */
  eventsOf(region: string, name: string): readonly LogEvent[] {
    return this.groupOf(region, name).events;
  }

  /**
   * A writer for one run of a function. As in Lambda, nothing is kept where the function's role may not write, and the
   * run goes on: one line says so in place of the log.
   */
  async openStream(caller: Caller, group: string, stream: string): Promise<LogWriter> {
    const refusal = await this.refusal(caller, group, stream);
    if (refusal !== undefined) {
      this.write(caller.region, group, stream, [`The log of this run is not kept: ${refusal}`]);
      return { line: () => {}, text: () => {} };
    }
    const write = (lines: readonly string[]) => this.write(caller.region, group, stream, lines);
    let part = '';
    let [lines, characters] = [0, 0];
    const line = (text: string) => {
      if (part !== '') write([part]);
      part = '';
      write([text]);
    };
    const text = (written: string) => {
      if (lines > longestRun.lines || characters > longestRun.characters) return;
      const whole = (part + written).split('\n');
      part = whole.pop() ?? '';
      if (part.length > longestLine) {
        whole.push(part);
        part = '';
      }
      lines += whole.length;
      characters += written.length;
      if (lines > longestRun.lines || characters > longestRun.characters) {
        whole.push(
          `The rest of this run's output is not kept: it is more than ${longestRun.lines} lines, or ${longestRun.characters} characters`,
        );
        part = '';
      }
      if (whole.length > 0) write(whole);
    };
    return { line, text };
  }

  private async refusal(caller: Caller, group: string, stream: string): Promise<string | undefined> {
    const { authorize } = this.options;
    const groupArn = this.arnOf(caller.region, group);
    if (!this.groups.has(groupArn)) {
      const denial = await authorize(caller, 'logs:CreateLogGroup', groupArn);
      if (denial !== undefined) return `${denial}, and the log group does not exist`;
      this.groups.set(groupArn, { retentionInDays: undefined, events: [], streams: new Map() });
    }
    const streamArn = `${groupArn}:log-stream:${stream}`;
    return (
      (await authorize(caller, 'logs:CreateLogStream', streamArn)) ??
      (await authorize(caller, 'logs:PutLogEvents', streamArn))
    );
  }

  private write(region: string, group: string, stream: string, messages: readonly string[]): void {
    const timestamp = this.options.clock.now();
    const events = this.groups.get(this.arnOf(region, group))?.events;
    for (const message of events ? messages : []) {
      events?.push({ stream, timestamp, message });
      this.options.onLine?.(region, message);
    }
    events?.splice(0, Math.max(0, events.length - linesKept));
    const start = `${new Date(timestamp).toISOString()} ${stream}`;
    this.options.write(region, group, messages.map(message => `${start} ${message}\n`).join(''));
  }

  private groupOf(region: string, name: string): LogGroup {
    const group = this.groups.get(this.arnOf(region, name));
    if (!group) throw new AwsError('ResourceNotFoundException', `The specified log group does not exist: ${name}`);
    return group;
  }
}

function checkRetention(days: number | undefined): void {
  if (days === undefined || retentions.includes(days)) return;
  throw new AwsError('InvalidParameterException', `RetentionInDays ${days} must be one of ${retentions.join(', ')}`);
}
