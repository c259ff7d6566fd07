/** This connection belongs to this LAG. Both are ids, never ARNs. */
export interface Pair {
  /** Such as `dxcon-fg5678gh`. */
  readonly connectionId: string;
  /** Such as `dxlag-fg1234aa`. */
  readonly lagId: string;
}
