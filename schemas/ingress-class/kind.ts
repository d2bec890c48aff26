import { defineKind, type SchemaKind } from "../_shared/define.ts";

export const ingressClass: SchemaKind = defineKind({
  group: "networking.k8s.io",
  kind: "IngressClass",
  versions: ["v1"],
  scope: "cluster",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
});
