import { defineKind, type SchemaKind } from "../_shared/define.ts";

export const endpointSlice: SchemaKind = defineKind({
  group: "discovery.k8s.io",
  kind: "EndpointSlice",
  versions: ["v1"],
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
});
