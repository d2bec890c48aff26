import type { Address } from "./address.ts";
import type { Amounts, Demand } from "./demand.ts";
import type { Host } from "./host.ts";
import type { JsonObject } from "./json.ts";
import type { SchedulingTerms } from "./scheduling.ts";
import type { MeasuredUsage } from "./usage.ts";

export type PowerState = "on" | "off" | "suspended";

/** The mark on every object we made: whose it is, for which address, by which call. */
export interface OwnershipTag {
  readonly lineage: string;
  readonly address: Address;
  /** Number of the writer that last touched it; grows with every lock holder. */
  readonly fence: number;
  /** Id of the journaled intent that last touched it. */
  readonly intent: string;
}

/** What a workload of somebody else asks of hosts. */
interface ForeignTerms {
  readonly demand: Demand;
  readonly scheduling: SchedulingTerms;
  /** Its controller makes it anew elsewhere once its host is out. */
  readonly isReplaced: boolean;
  readonly isEnding?: true;
  /** Supposed to be made anew now: it looks for another host. */
  readonly isDisplaced?: true;
}

/** One real thing a provider holds. */
export interface ObservedObject {
  /** Opaque identity at the provider; chosen by us for objects we created. */
  readonly id: string;
  readonly provider: string;
  /** Short kind, as in addresses. */
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
  /** Same shape as `DesiredResource.attributes`; fields the provider does not hold are absent. */
  readonly attributes: JsonObject;
  /** Changes whenever the object does; opaque. */
  readonly revision: string;
  readonly tag: OwnershipTag | undefined;
  readonly host: string | undefined;
  readonly power: PowerState | undefined;
  /** Measured use; undefined where nothing is measured. */
  readonly active: Amounts | undefined;
  /** Further figures, where the provider has them. */
  readonly usage?: MeasuredUsage;
  /** What an earlier call left undone and an update would finish, in words; absent: nothing. */
  readonly unfinished?: string;
  /** What it gives to later steps, where that can be read again; absent: unknown or nothing. */
  readonly outputs?: JsonObject;
  /** What it asks of hosts, where it came from elsewhere; absent: what its machine takes. */
  readonly terms?: ForeignTerms;
  /** What a human wants to see: phase, addresses, conditions. Never compared. */
  readonly status: JsonObject;
}

export interface ProviderReading {
  readonly provider: string;
  /** False: what is absent from this reading may still exist. */
  readonly complete: boolean;
  readonly asOf: string;
  /** True where what runs can change its host without a stop. */
  readonly movesLive?: true;
  /** True where hosts can be put to sleep and woken. */
  readonly powersHosts?: true;
  readonly error: { readonly code: string; readonly message: string } | undefined;
}

/** One reading of the world, possibly partial. Objects are sorted by provider and id. */
export interface Observation {
  readonly readings: readonly ProviderReading[];
  readonly hosts: readonly Host[];
  readonly objects: readonly ObservedObject[];
  readonly digest: string;
}
