import type { PlacementWorkload } from "../../model/placement.ts";

/** Bytes that a live move copies: what is told, or the configured memory. */
export const copyBytesOf = (workload: PlacementWorkload | undefined): number =>
  workload?.copyBytes ?? workload?.demand.size.memoryBytes ?? 0;
