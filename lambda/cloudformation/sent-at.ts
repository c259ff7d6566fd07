/**
 * When CloudFormation sent an event: the signing time of its ResponseURL, the only time an event carries.
 *
 * @returns whole seconds since 1970-01-01T00:00Z, or `undefined` where the URL is signed another way
 */
export function sentAt(responseUrl: string): number | undefined {
  const date = /[?&]X-Amz-Date=(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(responseUrl);
  if (date === null) return undefined;
  const [, year, month, day, hour, minute, second] = date.map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second) / 1000;
}
