import { defineKind, type SchemaKind } from "../_shared/define.ts";

export const clusterClass: SchemaKind = defineKind({
  group: "cluster.x-k8s.io",
  kind: "ClusterClass",
  versions: ["v1beta2", "v1beta1"],
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
});
