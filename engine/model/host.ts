import type { Amounts } from "./demand.ts";
import type { Taint } from "./scheduling.ts";

export type HostConnection = "connected" | "maintenance" | "disconnected" | "standby";

export interface NumaNode {
  /** Logical CPUs of the node, for example `[0, 1, 2]`. */
  readonly cpus: readonly number[];
  readonly memoryBytes: number;
}

/** One ESXi or KVM machine, as observed or as declared and about to exist. */
export interface Host {
  readonly name: string;
  readonly provider: string;
  readonly cluster: string;
  readonly connection: HostConnection;
  readonly unschedulable: boolean;
  readonly memoryPressure: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  /** Frequency of one core. */
  readonly cpuMhz: number;
  readonly capacity: Amounts & { readonly ephemeralStorageBytes: number };
  /** Capacity minus what is kept for the system (row D03). */
  readonly allocatable: Amounts & {
    readonly ephemeralStorageBytes: number;
    readonly pods: number;
    readonly extended: Readonly<Record<string, number>>;
  };
  /** Active use in total, measured; workloads with a known use are counted in it too. */
  readonly active: Amounts;
  readonly numa: readonly NumaNode[];
  readonly runtimes: readonly ("crx" | "vmx")[];
  readonly datastores: readonly string[];
  readonly networks: readonly string[];
  readonly images: readonly string[];
  /** Sizes of images by name, where the platform tells them. */
  readonly imageBytes?: Readonly<Record<string, number>>;
  /** True when the host exists only in the documents and is created by this plan. */
  readonly planned: boolean;
}
