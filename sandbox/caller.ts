/** Who makes a request, and in which Region. */
export interface Caller {
  /** Twelve digits. */
  readonly accountId: string;
  /** Such as `eu-central-1`. Direct Connect, CloudFormation and Lambda are regional: what is in one is not in another. */
  readonly region: string;
  /** ARN of the user or of the assumed-role session, as `GetCallerIdentity` answers it. */
  readonly principalArn: string;
  /** ARN of the role whose credentials sign the request. Absent for the administrator, who may do everything. */
  readonly roleArn?: string;
}

/**
 * Decides whether a caller may do something, from the policies of the caller's role.
 *
 * @returns the text of the denial, as AWS words it, or `undefined` where the request is allowed
 */
export type Authorize = (caller: Caller, action: string, resourceArn: string) => Promise<string | undefined>;
