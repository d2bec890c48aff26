import { defineKind, type SchemaKind } from "../_shared/define.ts";

export const clusterRoleBinding: SchemaKind = defineKind({
  group: "rbac.authorization.k8s.io",
  kind: "ClusterRoleBinding",
  versions: ["v1"],
  scope: "cluster",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
});
