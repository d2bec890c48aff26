import type { Address } from "./address.ts";
import type { Amounts, Demand } from "./demand.ts";
import type { Host } from "./host.ts";
import type { SourcePointer } from "./document.ts";
import type { JsonObject, JsonPointer } from "./json.ts";
import type { SchedulingTerms } from "./scheduling.ts";
import type { DemandModel } from "./usage.ts";

/** How a change of one field takes effect; the longest matching pointer prefix decides. */
export type ChangeTiming = "live" | "power-off" | "replace";

export interface TimingRule {
  /** Pointer prefix in `attributes`; a `*` token stands for any key or index. */
  readonly path: JsonPointer;
  readonly timing: ChangeTiming;
}

/** How `diff` compares a list: by key, as a set, or by position (the default). */
export interface ListRule {
  readonly path: JsonPointer;
  readonly by: { readonly key: string } | "set";
}

/** What the engine has to know about a kind to compare and change it; data, made by the kind. */
export interface ChangeRules {
  readonly timing: readonly TimingRule[];
  readonly lists: readonly ListRule[];
  /** Fields never printed and only kept as salted hashes. */
  readonly sensitive: readonly JsonPointer[];
  readonly replaceOrder: "create-first" | "delete-first";
}

/** The workload part of a resource that needs a host. */
export interface WorkloadTerms {
  readonly demand: Demand;
  readonly scheduling: SchedulingTerms;
  /** Host the user fixed (`vpac.dev/pin-host`); never an observed host. */
  readonly pinHost: string | undefined;
  /** False for workloads wanted powered off: they are registered but need no capacity. */
  readonly poweredOn: boolean;
  /** Pool that admission counts against; undefined for the root. */
  readonly pool: Address | undefined;
  /** Address of the controller or cluster whose replicas this is one of. */
  readonly group: Address | undefined;
  /** Address of the group whose members get hosts together or not at all; absent: none. */
  readonly gang?: Address;
  /** Rollout wave among the replicas of the group, from 0 (maxUnavailable, partition, budgets). */
  readonly rolloutWave: number;
  /** Jobs and short-lived workloads are never moved for balance (row C15). */
  readonly lifetime: "short" | "long";
  /** Disks that lie on its host alone, so that a move copies them; absent: none. */
  readonly localDiskBytes?: number;
}

export interface Behaviour {
  readonly preventDestroy: boolean;
  /** Object id to take over instead of creating one (`vpac.dev/adopt`). */
  readonly adopt: string | undefined;
  readonly paused: boolean;
  readonly allowPowerOff: "never" | "window" | "always";
  readonly balance: boolean;
}

/** One declared or generated resource, complete and with every default filled in. */
export interface DesiredResource {
  readonly address: Address;
  readonly kindKey: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
  /** Name of the provider that holds the object. */
  readonly provider: string;
  /** What the provider is asked to hold: normalised, secrets replaced by salted hashes. */
  readonly attributes: JsonObject;
  readonly rules: ChangeRules;
  readonly dependsOn: readonly Address[];
  /** Resource this one was generated from; undefined for declared resources. */
  readonly owner: Address | undefined;
  readonly workload: WorkloadTerms | undefined;
  /** Present for Host resources: the host as it will be. */
  readonly host: Host | undefined;
  readonly behaviour: Behaviour;
  readonly source: SourcePointer;
  /** Of a generated resource: pointers into the document by pointers into its attributes. */
  readonly origins?: Readonly<Record<JsonPointer, JsonPointer>>;
  /** Resources whose outputs stand, still unknown, in the attributes; absent without any. */
  readonly takesFrom?: readonly Address[];
  /** An object of this name that is not ours is as good: it is left alone and not recorded. */
  readonly sharesExisting?: true;
  readonly readOnly: boolean;
}

/** Quota of a namespace's pool: what admission counts against (rows N03, D10). */
export interface PoolLimits {
  readonly address: Address;
  readonly parent: Address | undefined;
  readonly cpuMillicoresLimit: number | undefined;
  readonly memoryBytesLimit: number | undefined;
  /** Kept for what runs in the pool, whether it is used or not; absent: nothing. */
  readonly reservation?: Amounts;
  /** False: what runs in it cannot reserve more than `reservation`. Absent: it can. */
  readonly isExpandable?: boolean;
  /** True: its shares grow with what runs in it (row D20). Absent: they stay. */
  readonly hasScalableShares?: boolean;
  /** Cluster whose capacity it divides; absent: that of whatever runs in it. */
  readonly cluster?: string;
  readonly shares: "low" | "normal" | "high" | number;
  readonly source: SourcePointer;
}

/** How a cluster keeps capacity for the restart of what a failed host ran. */
export type Admission =
  /** Everything reserved fits into what is left without the largest hosts. */
  | { readonly kind: "capacity" }
  /** A part of all capacity stays unreserved, in per cent; absent: failures by hosts. */
  | { readonly kind: "percentage"; readonly cpuPercent?: number; readonly memoryPercent?: number }
  /** Equal slots, as large as the largest reservation or as given. */
  | { readonly kind: "slots"; readonly cpuMillicores?: number; readonly memoryBytes?: number }
  /** These hosts run nothing until another fails. */
  | { readonly kind: "dedicated"; readonly hosts: readonly string[] }
  /** Every failure is tried: what the hosts ran has to find room on the others. */
  | { readonly kind: "simulation" };

/** Placement policy of one cluster, from its Supervisor or the Environment. */
export interface PlacementPolicy {
  readonly cluster: string | undefined;
  readonly scoring: "LeastAllocated" | "MostAllocated" | "Balanced";
  readonly chooser: "drs" | "kube";
  readonly hostFailuresToTolerate: number;
  /** Absent: `capacity`. */
  readonly admission?: Admission;
  /** Most of the use now that may be missing after the failures, in per cent; absent: any. */
  readonly degradationPercentMax?: number;
  /** Most virtual CPU for each physical one, in per cent; absent: no cap. */
  readonly cpuOvercommitPercentMax?: number;
  /** What counts as the demand of running workloads; absent: `active`. */
  readonly demand?: DemandModel;
  readonly power?: PowerPolicy;
}

/** When hosts sleep and wake (DPM): target use and the band around it, in per cent. */
export interface PowerPolicy {
  readonly targetPercent: number;
  readonly bandPercent: number;
  /** Hosts that stay on whatever the load. */
  readonly hostsMin: number;
  /** What follows from the load is part of the plan; absent: it is advice. */
  readonly isAutomatic?: true;
}

/** Who decides on moves that only even the load; `partial` differs from `manual` in name alone. */
export type Automation = "off" | "manual" | "partial" | "full";

/** How eager balance is: 1 makes only what must be, 5 takes any gain. */
export type BalanceThreshold = 1 | 2 | 3 | 4 | 5;

/** What one SupervisorNamespace says otherwise of its workloads. */
export interface NamespaceBalance {
  readonly automation: Automation | undefined;
  readonly threshold: BalanceThreshold | undefined;
}

/** Moves that need not be, from the Environment and the SupervisorNamespaces. */
export interface BalanceSettings {
  readonly automation: Automation;
  readonly threshold: BalanceThreshold;
  /** Most such moves in one plan; undefined: no limit. */
  readonly movesMax: number | undefined;
  readonly goal: "spread" | "pack";
  readonly namespaces: ReadonlyMap<string, NamespaceBalance>;
}

/** How many live moves may run at once. */
export interface MigrationLimits {
  /** Moves that one host takes part in, at either end. */
  readonly movesPerHostMax: number;
  /** Moves of workloads on one datastore. */
  readonly movesPerDatastoreMax: number;
}

/**
 * Live moves at once where nobody states limits: what vSphere allows a host with a link of
 * 1 Gbit/s (8 with 10 Gbit/s), and a datastore.
 */
export const DEFAULT_MIGRATION: MigrationLimits = {
  movesPerHostMax: 4,
  movesPerDatastoreMax: 128,
};

/** How many replicas of a group may be down at once (maxUnavailable, PodDisruptionBudget). */
export interface DisruptionGroup {
  readonly group: Address;
  readonly maxUnavailable: number;
  readonly maxSurge: number;
  /** What PodDisruptionBudgets alone allow to be down; absent: there is none. */
  readonly budget?: number;
}

export interface ProviderConfig {
  readonly name: string;
  readonly type: "esxi-sim" | "libvirt" | "cluster-api" | "vcenter";
  /** The remaining settings of the entry in the `Environment`, unjudged. */
  readonly settings: JsonObject;
}

export interface Budgets {
  /** A count, or a percentage of the recorded resources such as `20%`. */
  readonly maxDeletes: number | string | undefined;
  readonly maxReplaces: number | string | undefined;
  readonly maxMoves: number | string | undefined;
}

/** Settings of the `Environment` document, with defaults where there is none. */
export interface EnvironmentSettings {
  readonly name: string;
  readonly providers: readonly ProviderConfig[];
  readonly defaultProvider: string;
  readonly statePath: string | undefined;
  readonly preventDestroy: readonly string[];
  readonly budgets: Budgets;
  readonly planMaxAgeMs: number;
}

/** By namespace: who is started first after a host failure; 0 where nothing is said. */
export type RestartPriorities = ReadonlyMap<string, number>;

/** The whole wish: every resource by address, in address order. */
export interface DesiredState {
  readonly resources: ReadonlyMap<Address, DesiredResource>;
  readonly pools: readonly PoolLimits[];
  readonly policies: readonly PlacementPolicy[];
  readonly disruption: readonly DisruptionGroup[];
  /** Absent: nothing moves to even the load. */
  readonly balance?: BalanceSettings;
  /** Absent: `DEFAULT_MIGRATION`. */
  readonly migration?: MigrationLimits;
  /** Absent: what lost its host is started again in the order of its addresses. */
  readonly restarts?: RestartPriorities;
  readonly environment: EnvironmentSettings;
  /** SHA-256 over the canonical form of all resources. */
  readonly digest: string;
}
