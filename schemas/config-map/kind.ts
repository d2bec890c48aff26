import { defineKind, type SchemaKind } from "../_shared/define.ts";

export const configMap: SchemaKind = defineKind({
  group: "",
  kind: "ConfigMap",
  versions: ["v1"],
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
});
