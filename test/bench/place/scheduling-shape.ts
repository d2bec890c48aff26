import type {
  HostPort,
  LabelSelector,
  MatchExpression,
  NodeAffinity,
  NodeSelectorTerm,
  PodAffinity,
  PodAffinityTerm,
  SchedulingTerms,
  SpreadConstraint,
  Toleration,
  Weighted,
} from "../../../engine/model/scheduling.ts";
import { list, oneOf, optional, type Shape, text } from "../../../engine/plan/shape.ts";
import { labels, only, positive, texts, whole, within } from "./typed-shapes.ts";

const expression = only<MatchExpression>({
  key: text,
  operator: oneOf("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"),
  values: texts,
});
const selector = only<LabelSelector>({
  matchLabels: labels,
  matchExpressions: list(expression),
});
const nodeTerm = only<NodeSelectorTerm>({
  matchExpressions: list(expression),
  matchFields: list(expression),
});
const podTerm = only<PodAffinityTerm>({
  selector: optional(selector),
  namespaces: texts,
  namespaceSelector: optional(selector),
  topologyKey: text,
  rule: text,
});
const weighted = (term: Shape): Shape => list(only<Weighted<unknown>>({ weight: whole, term }));
const podAffinity = only<PodAffinity>({ required: list(podTerm), preferred: weighted(podTerm) });
const toleration = only<Toleration>({
  key: text,
  operator: oneOf("Exists", "Equal", "Gt", "Lt"),
  value: text,
  effect: oneOf("", "NoSchedule", "PreferNoSchedule", "NoExecute"),
});
const spread = only<SpreadConstraint>({
  maxSkew: positive,
  topologyKey: text,
  whenUnsatisfiable: oneOf("DoNotSchedule", "ScheduleAnyway"),
  selector: optional(selector),
  minDomains: optional(positive),
  nodeAffinityPolicy: oneOf("Honor", "Ignore"),
  nodeTaintsPolicy: oneOf("Honor", "Ignore"),
});
const port = only<HostPort>({
  hostIp: text,
  protocol: oneOf("TCP", "UDP", "SCTP"),
  port: within(1, 65_535),
});

/** What a workload asks of hosts and of other workloads. */
export const scheduling = only<SchedulingTerms>({
  nodeName: optional(text),
  nodeSelector: optional(labels),
  nodeAffinity: optional(
    only<NodeAffinity>({ required: optional(list(nodeTerm)), preferred: weighted(nodeTerm) }),
  ),
  podAffinity: optional(podAffinity),
  podAntiAffinity: optional(podAffinity),
  tolerations: optional(list(toleration)),
  spread: optional(list(spread)),
  ports: optional(list(port)),
  images: optional(texts),
  priority: optional(whole),
  preemptionPolicy: optional(oneOf("Never")),
  runtime: optional(oneOf("crx", "vmx")),
  datastores: optional(texts),
  networks: optional(texts),
  cluster: optional(text),
});
