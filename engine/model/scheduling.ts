/** Scheduling terms as in core/v1; VM affinity and rules are mapped onto them by `resolve`. */
export type MatchOperator = "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt";

export interface MatchExpression {
  readonly key: string;
  readonly operator: MatchOperator;
  readonly values: readonly string[];
}

export interface LabelSelector {
  readonly matchLabels: Readonly<Record<string, string>>;
  readonly matchExpressions: readonly MatchExpression[];
}

export interface NodeSelectorTerm {
  readonly matchExpressions: readonly MatchExpression[];
  /** Only `metadata.name` exists upstream. */
  readonly matchFields: readonly MatchExpression[];
}

export interface Weighted<T> {
  readonly weight: number;
  readonly term: T;
}

export interface NodeAffinity {
  /** Terms are alternatives; undefined means no requirement, an empty list matches nothing. */
  readonly required: readonly NodeSelectorTerm[] | undefined;
  readonly preferred: readonly Weighted<NodeSelectorTerm>[];
}

export interface PodAffinityTerm {
  /** Undefined matches nothing, an empty selector matches every workload. */
  readonly selector: LabelSelector | undefined;
  readonly namespaces: readonly string[];
  /** Undefined: only `namespaces`; an empty selector: every namespace. */
  readonly namespaceSelector: LabelSelector | undefined;
  readonly topologyKey: string;
  /** Name of the rule or of the field the term came from, for explanations. */
  readonly rule: string;
}

export interface PodAffinity {
  readonly required: readonly PodAffinityTerm[];
  readonly preferred: readonly Weighted<PodAffinityTerm>[];
}

export interface Toleration {
  readonly key: string;
  readonly operator: "Exists" | "Equal" | "Gt" | "Lt";
  readonly value: string;
  /** Empty text tolerates every effect. */
  readonly effect: "" | TaintEffect;
}

export type TaintEffect = "NoSchedule" | "PreferNoSchedule" | "NoExecute";

export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: TaintEffect;
}

export interface SpreadConstraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly whenUnsatisfiable: "DoNotSchedule" | "ScheduleAnyway";
  readonly selector: LabelSelector | undefined;
  readonly minDomains: number | undefined;
  readonly nodeAffinityPolicy: "Honor" | "Ignore";
  readonly nodeTaintsPolicy: "Honor" | "Ignore";
}

export interface HostPort {
  readonly hostIp: string;
  /** `TCP`, `UDP` or `SCTP`. */
  readonly protocol: string;
  readonly port: number;
}

/** Everything but amounts that limits or steers the choice of a host for one workload. */
export interface SchedulingTerms {
  readonly nodeName: string | undefined;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly nodeAffinity: NodeAffinity;
  readonly podAffinity: PodAffinity;
  readonly podAntiAffinity: PodAffinity;
  readonly tolerations: readonly Toleration[];
  readonly spread: readonly SpreadConstraint[];
  readonly ports: readonly HostPort[];
  readonly images: readonly string[];
  /** Higher is placed first (PriorityClass). */
  readonly priority: number;
  /** Absent: lower priorities may be ended for it where there is no other way. */
  readonly preemptionPolicy?: "Never";
  /** Runtime the host must offer (row C02). */
  readonly runtime: "crx" | "vmx";
  readonly datastores: readonly string[];
  readonly networks: readonly string[];
  /** Cluster (DRS domain) the workload is bound to; undefined allows every cluster. */
  readonly cluster: string | undefined;
}

export const NO_NODE_AFFINITY: NodeAffinity = Object.freeze({ required: undefined, preferred: [] });
export const NO_AFFINITY: PodAffinity = Object.freeze({ required: [], preferred: [] });

/** Terms of a workload that states nothing. */
export const FREE_TERMS: SchedulingTerms = Object.freeze({
  nodeName: undefined,
  nodeSelector: Object.freeze({}),
  nodeAffinity: NO_NODE_AFFINITY,
  podAffinity: NO_AFFINITY,
  podAntiAffinity: NO_AFFINITY,
  tolerations: [],
  spread: [],
  ports: [],
  images: [],
  priority: 0,
  runtime: "vmx",
  datastores: [],
  networks: [],
  cluster: undefined,
});
