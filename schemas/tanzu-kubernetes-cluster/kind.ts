import { checkTanzuCluster } from "./check.ts";
import { tanzuReferences } from "./references.ts";
import { upgradeTanzuCluster } from "./upgrade.ts";
import { defineKind, type SchemaKind } from "../_shared/define.ts";

/** A guest cluster; changes roll through its nodes, so that all are live. */
export const tanzuKubernetesCluster: SchemaKind = defineKind({
  group: "run.tanzu.vmware.com",
  kind: "TanzuKubernetesCluster",
  versions: ["v1alpha3", "v1alpha2", "v1alpha1"],
  short: "tkc",
  role: "cluster",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
  check: checkTanzuCluster,
  references: tanzuReferences,
  upgrade: upgradeTanzuCluster,
  rules: {
    timing: [
      { path: "/spec/settings/network/pods", timing: "replace" },
      { path: "/spec/settings/network/services", timing: "replace" },
    ],
    lists: [{ path: "/spec/topology/nodePools", by: { key: "name" } }],
    replaceOrder: "delete-first",
  },
});
