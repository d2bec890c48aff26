import { defineKind, type SchemaKind } from "../_shared/define.ts";

export const priorityClass: SchemaKind = defineKind({
  group: "scheduling.k8s.io",
  kind: "PriorityClass",
  versions: ["v1"],
  scope: "cluster",
  role: "policy",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
  rules: { timing: [{ path: "/value", timing: "replace" }] },
});
