import { defineKind, type SchemaKind } from "../_shared/define.ts";

export const roleBinding: SchemaKind = defineKind({
  group: "rbac.authorization.k8s.io",
  kind: "RoleBinding",
  versions: ["v1"],
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
});
