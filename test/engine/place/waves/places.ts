/** Places of workloads, and what terms of one say of another, told from plain objects alone. */
import type { PlacementWorkload } from "../../../../engine/model/placement.ts";
import type {
  LabelSelector,
  PodAffinityTerm,
  SpreadConstraint,
} from "../../../../engine/model/scheduling.ts";

/** Where a workload is; `to` while it is on its way there. */
export interface Place {
  readonly workload: PlacementWorkload;
  readonly at: string;
  readonly to?: string;
}

/** Everything that runs, by a name of its own. */
export type Places = ReadonlyMap<string, Place>;

/** Its host, and the one that it is on its way to. */
export const hostsOf = ({ at, to }: Place): readonly string[] =>
  to === undefined ? [at] : [at, to];

/** True when the labels have all that the selector wants; a missing one selects nobody. */
export function matches(
  selector: LabelSelector | undefined,
  labels: Readonly<Record<string, string>>,
): boolean {
  if (selector === undefined) return false;
  return Object.entries(selector.matchLabels).every(([key, value]) => labels[key] === value);
}

/** True when a term of one means the other. */
export const termMatches = (
  term: PodAffinityTerm,
  from: PlacementWorkload,
  other: PlacementWorkload,
): boolean => matches(term.selector, other.labels) && from.namespace === other.namespace;

/** True when somebody matches all terms of the affinity of a workload. */
export const isCompany = (workload: PlacementWorkload, other: Place): boolean =>
  workload.scheduling.podAffinity.required.every((term) =>
    termMatches(term, workload, other.workload),
  );

/** Constraints that must hold. */
export const hardSpread = ({ scheduling }: PlacementWorkload): readonly SpreadConstraint[] =>
  scheduling.spread.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === "DoNotSchedule");
