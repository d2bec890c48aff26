import { defineKind, type SchemaKind } from "../_shared/define.ts";

export const networkPolicy: SchemaKind = defineKind({
  group: "networking.k8s.io",
  kind: "NetworkPolicy",
  versions: ["v1"],
  role: "policy",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
});
