import type { PodAffinityTerm } from "../../../../engine/model/scheduling.ts";

export const hostTerm = (app: string, rule = "placementrule/shop/r"): PodAffinityTerm => ({
  selector: { matchLabels: { app }, matchExpressions: [] },
  namespaces: [],
  namespaceSelector: undefined,
  topologyKey: "kubernetes.io/hostname",
  rule,
});
