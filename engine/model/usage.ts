import type { Amounts } from "./demand.ts";

/** Which measured figure counts as what a running workload wants. */
export type DemandModel =
  /** Active memory, a quarter of what is touched and idle, and the overhead. */
  | "active"
  /** All touched memory and the overhead. */
  | "consumed"
  /** All memory that the host has given. */
  | "granted"
  /** As `active`, and no less than what is expected. */
  | "forecast";

/** What may be measured of a running workload besides its active use. */
export interface MeasuredUsage {
  /** Memory that it has touched and that the host backs. */
  readonly consumedBytes?: number;
  /** Memory mapped for it, shared pages included. */
  readonly grantedBytes?: number;
  /** Use expected within the look-ahead of whoever measures. */
  readonly forecast?: Amounts;
}

/** What is measured of a running workload. */
export interface Usage extends MeasuredUsage {
  readonly active: Amounts;
}
