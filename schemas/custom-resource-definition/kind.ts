import { defineKind, type SchemaKind } from "../_shared/define.ts";

export const customResourceDefinition: SchemaKind = defineKind({
  group: "apiextensions.k8s.io",
  kind: "CustomResourceDefinition",
  versions: ["v1"],
  scope: "cluster",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
});
