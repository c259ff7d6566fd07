import { AwsError } from '../aws-error';
import type { Json } from '../cloudformation/resource-type';

/** An event as targets get it. */
export interface AwsEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  /** Twelve digits. */
  readonly account: string;
  /** ISO 8601, to the second. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: { readonly [key: string]: Json };
}

/** What a target gets: at most one of the members is given. @default the event */
export interface TargetInput {
  /** JSON text. */
  readonly input?: string | undefined;
  /** A part of the event, such as `$.detail`. */
  readonly inputPath?: string | undefined;
  readonly inputTransformer?: { readonly paths: { readonly [name: string]: string }; readonly template: string };
}

/** What is the same for all targets of a rule. */
export interface RuleIdentity {
  readonly name: string;
  readonly arn: string;
}

/** Characters of what a template gives: as much as Lambda takes of an event. */
const longestInput = 1_048_576;

/**
 * What a target gets of an event. Text that is no JSON is handed over as text.
 *
 * @throws {AwsError} ValidationException where a template gives more than a target takes
 */
export function inputOf(target: TargetInput, event: AwsEvent, rule: RuleIdentity): Json {
  const whole: Json = { ...event };
  if (target.input !== undefined) return parsed(target.input);
  if (target.inputPath !== undefined) return atPath(whole, target.inputPath) ?? null;
  if (target.inputTransformer === undefined) return whole;
  const { paths, template } = target.inputTransformer;
  const { detail: _, ...withoutDetail } = event;
  const predefined: { readonly [name: string]: Json } = {
    'aws.events.rule-arn': rule.arn,
    'aws.events.rule-name': rule.name,
    'aws.events.event.ingestion-time': event.time,
    'aws.events.event': withoutDetail,
    'aws.events.event.json': whole,
  };
  return parsed(
    filled(template, name => {
      if (Object.hasOwn(predefined, name)) return predefined[name];
      const path = Object.hasOwn(paths, name) ? paths[name] : undefined;
      return path === undefined ? undefined : atPath(whole, path);
    }),
  );
}

/**
 * A template with its `<variables>` filled in: as JSON where a value of its own is asked for, as plain text within a text.
 *
 * Source: EventBridge user guide, "Amazon EventBridge input transformation".
 */
function filled(template: string, variable: (name: string) => Json | undefined): string {
  const isJson = /^\s*[{["]/.test(template);
  let length = template.length;
  const counted = (text: string): string => {
    length += text.length;
    if (length <= longestInput) return text;
    const message = `The InputTemplate gives more than ${longestInput} characters, which a target does not take.`;
    throw new AwsError('ValidationException', message);
  };
  return template
    .split(/("(?:[^"\\]|\\.)*(?:"|$))/)
    .map((part, index) => {
      const quoted = index % 2 === 1;
      return part.replace(/<([A-Za-z0-9_.-]+)>/g, (_, name: string) => {
        const value = variable(name) ?? '';
        if (quoted)
          return counted(JSON.stringify(typeof value === 'string' ? value : JSON.stringify(value)).slice(1, -1));
        return counted(isJson || typeof value !== 'string' ? JSON.stringify(value) : value);
      });
    })
    .join('');
}

/** Dots, indices and `[*]`; nothing where the event has no such place. */
function atPath(event: Json, path: string): Json | undefined {
  const steps = path.replace(/^\$/, '').match(/[^.[\]]+/g) ?? [];
  return steps.reduce<Json | undefined>(
    (value, step) => (Array.isArray(value) && step === '*' ? value : inside(value, step)),
    event,
  );
}

function inside(value: Json | undefined, step: string): Json | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!Array.isArray(value)) return Object.hasOwn(value, step) ? Reflect.get(value, step) : undefined;
  if (/^\d+$/.test(step)) return value[Number(step)];
  return value.flatMap(one => inside(one, step) ?? []);
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
