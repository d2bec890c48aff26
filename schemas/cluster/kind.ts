import { checkCluster } from "./check.ts";
import { clusterReferences } from "./references.ts";
import { upgradeCluster } from "./upgrade.ts";
import { defineKind, type SchemaKind } from "../_shared/define.ts";

/** A guest cluster as Cluster API describes it; changes roll through its nodes. */
export const cluster: SchemaKind = defineKind({
  group: "cluster.x-k8s.io",
  kind: "Cluster",
  versions: ["v1beta2", "v1beta1"],
  role: "cluster",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
  check: checkCluster,
  references: clusterReferences,
  upgrade: upgradeCluster,
  rules: {
    timing: [
      { path: "/spec/clusterNetwork/pods", timing: "replace" },
      { path: "/spec/clusterNetwork/services", timing: "replace" },
      { path: "/spec/topology/classRef", timing: "live" },
    ],
    lists: [
      { path: "/spec/topology/workers/machineDeployments", by: { key: "name" } },
      { path: "/spec/topology/workers/machinePools", by: { key: "name" } },
      { path: "/spec/topology/variables", by: { key: "name" } },
    ],
    replaceOrder: "delete-first",
  },
});
