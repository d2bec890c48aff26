import type { Address } from "./address.ts";
import type { Amounts, Demand } from "./demand.ts";
import type { MigrationLimits, PlacementPolicy, PoolLimits } from "./desired.ts";
import type { Host } from "./host.ts";
import type { HappinessBins, HostOutlook, PeakProof, Resilience } from "./outlook.ts";
import type { PowerLeave } from "./power-leave.ts";
import type { SchedulingTerms } from "./scheduling.ts";
import type { MeasuredUsage } from "./usage.ts";

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
  /** Further figures of a running workload; `active` alone counts without them. */
  readonly usage?: MeasuredUsage;
  /** Terminated or powered-off workloads take no room (row D04). */
  readonly poweredOn: boolean;
  /** Provider that holds it, and so the hosts it may run on; undefined allows every host. */
  readonly provider?: string;
  /** Told to stop and still there: it takes room, and counts for no spread constraint. */
  readonly isEnding?: true;
  /** Runs, is ours, and may change its host live although it wishes to stay. */
  readonly isMovable?: true;
  /** Long-lived enough for moves that only even the load (row C15); needs `isMovable`. */
  readonly isBalanced?: true;
  /** May be ended for the sake of a higher priority; only Pods that are ours. */
  readonly isPreemptible?: true;
  /** Members of one gang get hosts together or not at all. */
  readonly gang?: string;
  /** Moves of a lower priority leave it where it is; absent: as the wish for balance says. */
  readonly threshold?: BalanceWish["threshold"];
  /** Bytes that a move copies; absent: the configured memory. */
  readonly copyBytes?: number;
  /** Moves of it in the last 24 hours; each doubles what a further one has to gain. */
  readonly recentMoves?: number;
}

/** Limits of what one plan may move, beyond what it must. */
export interface BalanceWish {
  /** 1: only what must be; 3: the default; 5: any gain. As vSphere's migration threshold. */
  readonly threshold: 1 | 2 | 3 | 4 | 5;
  /** Most moves that are not mandatory; undefined: no limit. */
  readonly movesMax: number | undefined;
  /** `spread` evens the load, `pack` empties hosts that are little used. */
  readonly goal: "spread" | "pack";
}

/** How many members of a group may be without a host at once (PodDisruptionBudget). */
export interface DisruptionAllowance {
  readonly group: Address;
  readonly maxUnavailable: number;
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
  /** Absent: nothing moves but what has to. */
  readonly balance?: BalanceWish;
  /** Groups whose members must not all be ended at once; absent: no group has a budget. */
  readonly disruption?: readonly DisruptionAllowance[];
  /** Absent: as for hosts with links of 1 Gbit/s. */
  readonly migration?: MigrationLimits;
  /** Absent: every host wakes and sleeps whenever that is advised. */
  readonly power?: PowerLeave;
}

/** Score terms are the core's integers 0..100; `host` is the name. */
export interface Candidate {
  readonly host: string;
  readonly score: number;
  /**
   * Kubernetes' weighted rank among the feasible hosts, 1 is best; absent where many workloads
   * wait, as it compares every host with every other.
   */
  readonly rank?: number;
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

/** A change after which the workload has a host; no edit of it can be left out. */
export interface Fix {
  readonly description: string;
  /** Host that then takes the workload; empty where the fix adds one. */
  readonly host: string;
  readonly edits: readonly {
    /**
     * JSON pointer in the workload's own document, or `address#pointer` in another: `host/NAME`,
     * `policy/CLUSTER`, a pool, a rule. Without a pointer the whole of it is made or dropped.
     */
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

/**
 * Decisions in their order, as a list of which nothing is changed. A plan may hold a million of
 * them, of which few are read twice: each may be put together anew whenever it is read.
 */
export interface DecisionList extends Iterable<Decision> {
  readonly length: number;
  readonly at: (index: number) => Decision | undefined;
  readonly map: <Other>(each: (decision: Decision, index: number) => Other) => Other[];
  readonly flatMap: <Other>(each: (decision: Decision) => Other | readonly Other[]) => Other[];
  readonly filter: (isWanted: (decision: Decision) => boolean) => Decision[];
  readonly find: (isWanted: (decision: Decision) => boolean) => Decision | undefined;
  readonly forEach: (each: (decision: Decision, index: number) => void) => void;
  readonly every: (isSo: (decision: Decision) => boolean) => boolean;
}

/** Why something that runs changes its host. */
export type MoveReason =
  /** Its host is left, lost or full, or a must rule or its own terms forbid it there. */
  | "repair"
  /** It makes room for another workload. */
  | "prerequisite"
  | "balance"
  /** Its host is emptied to save power or to be kept free. */
  | "consolidate"
  /** A stop on the way, which breaks a circle of moves. */
  | "bounce";

/** One live move. Moves stand in an order in which they can be made one after the other. */
export interface Move {
  readonly key: string;
  readonly from: string;
  readonly to: string;
  readonly reason: MoveReason;
  /** 1 is mandatory, 5 any gain. */
  readonly priority: 1 | 2 | 3 | 4 | 5;
  /** What is gained, in words. */
  readonly message: string;
  /** The workload for which room is made, or the rule that is healed. */
  readonly for?: string;
  /** From 0; moves of one wave can run at the same time. */
  readonly wave: number;
  /** Positions in `moves` that must have ended before this one starts. */
  readonly after: readonly number[];
  /** Workloads that this plan ends or preempts and that must be gone first. */
  readonly afterGone?: readonly string[];
}

/** What has to have happened before a newcomer finds its room as it was promised. */
export interface ArrivalWait {
  readonly key: string;
  /** Positions in `moves` that must have ended. */
  readonly after: readonly number[];
  /** Workloads that this plan ends or preempts and that must be gone first. */
  readonly afterGone: readonly string[];
}

/** A lower-priority workload that gives up its room. */
export interface Preemption {
  readonly key: string;
  readonly host: string;
  /** Workload that gets the room. */
  readonly for: string;
}

/** Parts of its host that a workload gets, by number; both empty are left out. */
export interface Berth {
  readonly key: string;
  readonly host: string;
  /** Whole devices first, then the one of which it has a part. */
  readonly gpus: readonly number[];
  /** The node that it is bound to, or several for even parts. */
  readonly numaNodes: readonly number[];
  /** CPUs of these nodes that it may use; absent: all of them. */
  readonly cpus?: readonly number[];
  /** It has `cpus` for itself, one for each virtual CPU. */
  readonly isPinned?: true;
}

/** A host to be woken or put to sleep. */
export interface PowerAdvice {
  readonly host: string;
  readonly to: "on" | "standby";
  readonly message: string;
  /** Workload that needs it; absent when it follows from the load. */
  readonly for?: string;
}

export interface PlacementResult {
  readonly algorithm: "drs-like/1";
  readonly decisions: DecisionList;
  readonly hosts: readonly HostOutlook[];
  /** Mean happiness of placed workloads, 0..100. */
  readonly scoreBefore: number;
  readonly scoreAfter: number;
  readonly resilience: Resilience;
  readonly proof: PeakProof;
  readonly happiness: { readonly before: HappinessBins; readonly after: HappinessBins };
  /** GPUs and NUMA nodes of what gets a host; absent where hosts have neither. */
  readonly berths?: readonly Berth[];
  /** Everything that runs and changes its host: what must, what makes room, what evens. */
  readonly moves: readonly Move[];
  /** Newcomers that wait for moves or departures; absent where none does. */
  readonly arrivalWaits?: readonly ArrivalWait[];
  readonly preempted: readonly Preemption[];
  readonly power: readonly PowerAdvice[];
  /** Rules that contradict each other, limits that were hit, and the like. */
  readonly findings: readonly { readonly code: string; readonly message: string }[];
}
