import type { WorkloadClass } from "./classes.ts";
import { FILTERS } from "../filters/index.ts";
import { SCORES } from "../scores/index.ts";

const READS = [...FILTERS, ...SCORES].flatMap(({ reads }) => (reads === undefined ? [] : [reads]));

/** What filters and scores read of a class that its terms do not tell. */
export const readsOf = (workloadClass: WorkloadClass): string =>
  READS.map((reads) => reads(workloadClass)).join("\u0000");
