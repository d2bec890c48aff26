/** What the Pods of scheduler_perf's cases ask of hosts and of each other. */
import type { PodAffinityTerm, SpreadConstraint } from "../../../engine/model/scheduling.ts";
import type { terms } from "../../engine/place/builders.ts";

/** The label of a host's name. */
export const HOSTNAME = "kubernetes.io/hostname";

/** The label of a host's zone. */
export const ZONE = "topology.kubernetes.io/zone";

/** Scheduling terms as far as they differ from none. */
export type Terms = Parameters<typeof terms>[0];

const term = (color: string, topologyKey: string, isByLabel = false): PodAffinityTerm => ({
  selector: { matchLabels: { color }, matchExpressions: [] },
  namespaces: isByLabel ? [] : ["sched-1", "sched-0"],
  namespaceSelector: isByLabel
    ? { matchLabels: { team: "devops" }, matchExpressions: [] }
    : undefined,
  topologyKey,
  rule: color,
});

/** Affinity to Pods of that colour that must hold; by label of namespaces, or in two. */
export const required = (...given: Parameters<typeof term>) =>
  ({ required: [term(...given)], preferred: [] }) as const;

/** The same as a wish. */
export const preferred = (...given: Parameters<typeof term>) =>
  ({ required: [], preferred: [{ weight: 1, term: term(...given) }] }) as const;

/** A spread of blue Pods over the domains of that label. */
export const spreadOver = (
  topologyKey: string,
  maxSkew: number,
  given: Partial<SpreadConstraint> = {},
): SpreadConstraint => ({
  maxSkew,
  topologyKey,
  whenUnsatisfiable: "DoNotSchedule",
  selector: { matchLabels: { color: "blue" }, matchExpressions: [] },
  minDomains: undefined,
  nodeAffinityPolicy: "Honor",
  nodeTaintsPolicy: "Ignore",
  ...given,
});

/** Only in these zones. */
export const zoned = (...values: readonly string[]): Terms => ({
  nodeAffinity: {
    required: [{ matchExpressions: [{ key: ZONE, operator: "In", values }], matchFields: [] }],
    preferred: [],
  },
});

/** Only on that host. */
export const named = (name: string): Terms => ({
  nodeAffinity: {
    required: [
      {
        matchExpressions: [],
        matchFields: [{ key: "metadata.name", operator: "In", values: [name] }],
      },
    ],
    preferred: [],
  },
});

/** For a spread that is a wish. */
export const soft = { whenUnsatisfiable: "ScheduleAnyway" } as const;
