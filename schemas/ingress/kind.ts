import { defineKind, type SchemaKind } from "../_shared/define.ts";

export const ingress: SchemaKind = defineKind({
  group: "networking.k8s.io",
  kind: "Ingress",
  versions: ["v1"],
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
});
