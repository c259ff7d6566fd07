import { AwsError } from '../aws-error';

/** `{ $.field = "text" }`, with or without the quotes, and with fields of fields. */
const equality = /^\{\s*\$((?:\.[A-Za-z0-9_-]+)+)\s*=\s*(?:"([^"*]*)"|([^\s"*(){}&|<>=!]+))\s*\}$/;

/**
 * Which lines a filter pattern finds: those of JSON in which a field has a value. An empty one finds all lines.
 *
 * Source: CloudWatch Logs guide, "Filter pattern syntax": it has more forms, which are refused here.
 *
 * @throws {AwsError} InvalidParameterException for any other pattern
 */
export function filterOf(pattern: string): (line: string) => boolean {
  if (pattern.trim() === '') return () => true;
  const [match, path = '', quoted, bare = ''] = equality.exec(pattern.trim()) ?? [];
  if (match === undefined) {
    const message = `The sandbox does not support the filterPattern ${pattern}; it supports { $.field = "text" }`;
    throw new AwsError('InvalidParameterException', message);
  }
  const names = path.split('.').slice(1);
  return line => {
    const value = names.reduce<unknown>(field, parse(line));
    const isNumber = quoted === undefined && typeof value === 'number';
    return isNumber ? value === Number(bare) : value === (quoted ?? bare);
  };
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

/** Lines that are no JSON, such as those of Lambda itself, have no fields. */
function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
