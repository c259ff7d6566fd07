import { isArray, isObject, type JsonObject } from '../cloudformation/json';
import type { Json } from '../cloudformation/resource-type';
import { isTooDeep } from '../json-depth';
import type { MetricId, Sample } from './metrics';

/** Source: "Specification: Embedded metric format". Times in milliseconds. */
const limits = { metrics: 100, dimensions: 30, values: 100, past: 14 * 86_400_000, future: 2 * 3_600_000 };

/**
 * What CloudWatch reads from a line of a log. A line of another form has nothing, and a metric without a number neither.
 *
 * Source: CloudWatch user guide, "Specification: Embedded metric format".
 *
 * @param now milliseconds since 1970-01-01T00:00Z
 */
export function embeddedMetrics(
  line: string,
  now: number,
): readonly { readonly metric: MetricId; readonly samples: readonly Sample[] }[] {
  const root = rootOf(line);
  const metadata = root?._aws;
  if (!root || !isObject(metadata)) return [];
  const { Timestamp: time, CloudWatchMetrics: directives } = metadata;
  if (typeof time !== 'number' || time < now - limits.past || time > now + limits.future) return [];
  return listOf(directives).flatMap(directive => {
    const { Namespace: namespace } = directive;
    if (typeof namespace !== 'string' || namespace === '') return [];
    const sets = isArray(directive.Dimensions) ? directive.Dimensions : [[]];
    return listOf(directive.Metrics)
      .slice(0, limits.metrics)
      .flatMap(({ Name: name, Unit: unit }) => {
        const values = typeof name === 'string' && Object.hasOwn(root, name) ? numbersOf(root[name]) : [];
        if (typeof name !== 'string' || values.length === 0) return [];
        const samples = values.map(value => ({ time, value, unit: typeof unit === 'string' ? unit : 'None' }));
        return sets.flatMap(set => {
          const dimensions = dimensionsOf(root, set);
          return dimensions ? [{ metric: { namespace, name, dimensions }, samples }] : [];
        });
      });
  });
}

function rootOf(line: string): JsonObject | undefined {
  if (!line.startsWith('{') || !line.includes('"_aws"') || isTooDeep(line)) return undefined;
  try {
    const root: Json = JSON.parse(line);
    return isObject(root) ? root : undefined;
  } catch {
    // Most lines of a log are no JSON.
    return undefined;
  }
}

const listOf = (value: Json | undefined): readonly JsonObject[] => (isArray(value) ? value.filter(isObject) : []);

function numbersOf(value: Json | undefined): readonly number[] {
  const values = isArray(value) ? value.slice(0, limits.values) : [value];
  return values.filter(one => typeof one === 'number');
}

/** The values of a dimension set; nothing where one is missing. */
function dimensionsOf(root: JsonObject, set: Json): { readonly [name: string]: string } | undefined {
  const names = isArray(set) ? set : [];
  if (names.length > limits.dimensions) return undefined;
  const pairs = names.flatMap(name => {
    const value = typeof name === 'string' && Object.hasOwn(root, name) ? root[name] : undefined;
    return typeof name === 'string' && typeof value === 'string' ? [[name, value] as const] : [];
  });
  return pairs.length === names.length ? Object.fromEntries(pairs) : undefined;
}
