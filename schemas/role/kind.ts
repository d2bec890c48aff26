import { defineKind, type SchemaKind } from "../_shared/define.ts";

export const role: SchemaKind = defineKind({
  group: "rbac.authorization.k8s.io",
  kind: "Role",
  versions: ["v1"],
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
});
