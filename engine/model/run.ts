import type { Address } from "./address.ts";

/** Terminal facts of one apply, as the summary line and the exit code need them. */
export interface RunSummary {
  readonly run: string;
  readonly added: number;
  readonly changed: number;
  readonly destroyed: number;
  readonly failed: readonly Address[];
  readonly skipped: readonly Address[];
  readonly unknown: readonly Address[];
  readonly interrupted: boolean;
  readonly serial: number;
}
