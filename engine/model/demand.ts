/** Amounts of the two resources every host has. All are integers. */
export interface Amounts {
  readonly cpuMillicores: number;
  readonly memoryBytes: number;
}

export type SharesLevel = "low" | "normal" | "high";
export type QosClass = "BestEffort" | "Burstable" | "Guaranteed";

/** What one workload wants of a host; made by `resolve`, read by `place`. Rows S03-S21, R01-R06. */
export interface Demand {
  /** Effective Kubernetes request: what the scheduler's fit filter counts (row S04). */
  readonly request: Amounts & {
    readonly ephemeralStorageBytes: number;
    /** Extended resources such as `nvidia.com/gpu`, in whole units. */
    readonly extended: Readonly<Record<string, number>>;
    /** Requests with 100m and 200 MB for containers that gave none; used by scores only. */
    readonly nonZero: Amounts;
    /** `nonZero` while it waits, where that differs: upstream leaves Pod-level requests out. */
    readonly nonZeroWaiting?: Amounts;
  };
  /** Sum of the limits; undefined when any container has none (the VM is unlimited, row R02). */
  readonly limit: { readonly cpuMillicores?: number; readonly memoryBytes?: number };
  /** Configured size of the VM, padding included for Pods (rows S13-S15). */
  readonly size: Amounts & { readonly vcpus: number };
  /** Guaranteed part, without overhead (row R01). */
  readonly reservation: Amounts;
  /** Extra memory that running the VM costs the host (row D14). */
  readonly overheadBytes: number;
  readonly shares: SharesLevel | number;
  /** Each virtual CPU wants a CPU of the host for itself (row U05). */
  readonly isDedicated?: true;
  /** Present for Pods only. */
  readonly qos?: QosClass;
}
