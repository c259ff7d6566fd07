import type { Json } from '../cloudformation/resource-type';

/** One of those that a trust policy names. */
export type Principal =
  | { readonly kind: 'everybody' }
  /** Whoever the account itself allows: twelve digits. */
  | { readonly kind: 'account'; readonly account: string }
  /** A user, a role, or a role's session. */
  | { readonly kind: 'arn'; readonly arn: string }
  | { readonly kind: 'service'; readonly name: string }
  /** Who does not come to the sandbox: federated identities, and users and roles that are no more. */
  | { readonly kind: 'none' };

const isService = (name: string) => /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(name);

/**
 * Reads `Principal`: `"*"`, or an object of AWS, Service, Federated and CanonicalUser, each a text or a list.
 *
 * Source: IAM User Guide, "AWS JSON policy elements: Principal".
 *
 * @param malformed makes the error for a reason
 */
export function principalsOf(malformed: (reason: string) => Error, given: Json | undefined): readonly Principal[] {
  if (given === '*') return [{ kind: 'everybody' }];
  const isObject = typeof given === 'object' && given !== null && !Array.isArray(given);
  const named = isObject ? Object.entries(given) : [];
  const all = named.flatMap(([kind, values]) =>
    (Array.isArray(values) ? values : [values]).map((value: Json) => principal(kind, value)),
  );
  const wrong = all.indexOf(undefined);
  if (all.length === 0 || wrong >= 0) {
    const what =
      'Principal is "*", or an object in which AWS is "*", an account, or the ARN of one, of a user, of a role or of its session';
    throw malformed(`${what}, and Service is a name such as lambda.amazonaws.com; not ${JSON.stringify(given)}`);
  }
  return all.filter(one => one !== undefined);
}

function principal(kind: string, value: Json): Principal | undefined {
  if (typeof value !== 'string') return undefined;
  if (kind === 'Service') return isService(value) ? { kind: 'service', name: value } : undefined;
  if (kind === 'Federated' || kind === 'CanonicalUser') return { kind: 'none' };
  if (kind !== 'AWS') return undefined;
  if (value === '*') return { kind: 'everybody' };
  const [account] = /^\d{12}$|(?<=^arn:[a-z-]+:iam::)\d{12}(?=:root$)/.exec(value) ?? [];
  if (account !== undefined) return { kind: 'account', account };
  // What IAM writes in place of a user or role that was deleted.
  if (/^A[A-Z0-9]{15,}$/.test(value)) return { kind: 'none' };
  return /^arn:[a-z-]+:(iam|sts)::\d{12}:[a-z-]+\/[^*?]+$/.test(value) ? { kind: 'arn', arn: value } : undefined;
}
