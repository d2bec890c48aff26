import type { Address } from "./address.ts";
import type { Amounts, Demand } from "./demand.ts";
import type { PlacementPolicy, PoolLimits } from "./desired.ts";
import type { Host } from "./host.ts";
import type { SchedulingTerms } from "./scheduling.ts";

/** A workload as the placement core sees it: placed already, or waiting for a host. */
export interface PlacementWorkload {
  /** Address, or `provider:id` of an object that is not ours. */
  readonly key: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly demand: Demand;
  readonly scheduling: SchedulingTerms;
  /** Host it occupies now; undefined when it has none. */
  readonly at: string | undefined;
  /** `place`: needs a host; `keep`: stays where it is; `repair`: must leave `at`. */
  readonly wish: "place" | "keep" | "repair";
  readonly pinHost: string | undefined;
  readonly pool: Address | undefined;
  readonly group: Address | undefined;
  /** Measured use; undefined counts the entitlement as worst case (row D12). */
  readonly active: Amounts | undefined;
  /** Terminated or powered-off workloads take no room (row D04). */
  readonly poweredOn: boolean;
  /** Provider that holds it, and so the hosts it may run on; undefined allows every host. */
  readonly provider?: string;
  /** Told to stop and still there: it takes room, and counts for no spread constraint. */
  readonly isEnding?: true;
}

export interface NamespaceLabels {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface PlacementLimits {
  /** Score cards kept per decision. */
  readonly candidatesMax: number;
  /** Named rejected hosts kept per decision; counts are always complete. */
  readonly rejectedMax: number;
  /** Candidate edits tried when looking for the cheapest fix. */
  readonly fixesMax: number;
}

/** Everything `place` may look at; nothing else influences its answer. */
export interface PlacementProblem {
  readonly hosts: readonly Host[];
  readonly workloads: readonly PlacementWorkload[];
  /** Workloads that this plan removes first: they count in `before`, their room is free. */
  readonly leaving?: readonly PlacementWorkload[];
  readonly namespaces: readonly NamespaceLabels[];
  readonly pools: readonly PoolLimits[];
  readonly policies: readonly PlacementPolicy[];
  readonly seed: number;
  readonly limits: PlacementLimits;
}

/** Score terms are the core's integers 0..100; `host` is the name. */
export interface Candidate {
  readonly host: string;
  readonly score: number;
  /** Kubernetes' weighted rank among the feasible hosts, 1 is best. */
  readonly rank: number;
  readonly terms: Readonly<Record<string, number>>;
}

export interface RejectedHost {
  readonly host: string;
  /** Constant reason code of the filter, for example `mem-short`, `taint`, `anti-affinity`. */
  readonly code: string;
  /** Filter that rejected, in Kubernetes' words where it has one. */
  readonly filter: string;
  readonly message: string;
  /** False: moving or removing other workloads can never cure it. */
  readonly curable: boolean;
  /** Missing amount in base units, where the reason has one. */
  readonly short?: number;
}

export interface Fix {
  readonly description: string;
  readonly host: string;
  readonly edits: readonly {
    readonly path: string;
    readonly from: string | undefined;
    readonly to: string;
  }[];
}

export interface Decision {
  /** `d-` and a number in the order in which the workloads were placed. */
  readonly id: string;
  readonly key: string;
  /** Undefined when no host takes the workload. */
  readonly chosen: string | undefined;
  readonly from: string | undefined;
  /** Name of the term that decided against the runner-up; `only` when there was none. */
  readonly decidedBy: string;
  readonly candidates: readonly Candidate[];
  readonly rejected: readonly RejectedHost[];
  /** Complete: reason code to number of hosts. */
  readonly rejectedCounts: Readonly<Record<string, number>>;
  readonly hostsConsidered: number;
  readonly hostsFeasible: number;
  /** Reason outside hosts: `pool-limit`, `cluster-failover`, `limit-exceeds-host`, `no-hosts`. */
  readonly gate: { readonly code: string; readonly message: string } | undefined;
  readonly fixes: readonly Fix[];
}

/** Use of one host before or after the plan, in base units. */
export interface HostUse {
  readonly reserved: Amounts;
  readonly entitled: Amounts;
  readonly active: Amounts;
  readonly workloads: number;
}

export interface HostOutlook {
  readonly name: string;
  readonly before: HostUse;
  readonly after: HostUse;
}

export interface Resilience {
  /** Host failures after which everything reserved still fits. */
  readonly nPlus: number;
  readonly tightest: "cpu" | "memory";
  /** Spare amount of the tightest resource after the declared failures; may be negative. */
  readonly spare: number;
}

export interface PlacementResult {
  readonly algorithm: "drs-like/1";
  readonly decisions: readonly Decision[];
  readonly hosts: readonly HostOutlook[];
  /** Mean happiness of placed workloads, 0..100. */
  readonly scoreBefore: number;
  readonly scoreAfter: number;
  readonly resilience: Resilience;
  /** Rules that contradict each other, limits that were hit, and the like. */
  readonly findings: readonly { readonly code: string; readonly message: string }[];
}
