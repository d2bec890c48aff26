import type { Amounts } from "./demand.ts";

/** Use of one host before or after the plan, in base units. */
export interface HostUse {
  readonly reserved: Amounts;
  readonly entitled: Amounts;
  readonly active: Amounts;
  readonly workloads: number;
}

/** Use of one host, with the plan and without it. */
export interface HostOutlook {
  readonly name: string;
  readonly before: HostUse;
  readonly after: HostUse;
}

/** How many host failures the cluster bears after the plan. */
export interface Resilience {
  /** Host failures after which everything reserved still fits. */
  readonly nPlus: number;
  readonly tightest: "cpu" | "memory";
  /** Spare amount of the tightest resource after the declared failures; may be negative. */
  readonly spare: number;
  /** What finds no host after one failure more, and the hosts lost; absent: amounts say it. */
  readonly stranded?: { readonly key: string; readonly hosts: readonly string[] };
}

/** How full the fullest usable host is, and what no placement can be below. */
export interface PeakProof {
  readonly resource: "cpu" | "memory";
  readonly peakPpm: number;
  readonly boundPpm: number;
}

/** Placed workloads by happiness: 0-20, 21-40, 41-60, 61-80, 81-100. */
export type HappinessBins = readonly [number, number, number, number, number];
