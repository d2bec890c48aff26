import { defineKind, type SchemaKind } from "../_shared/define.ts";

export const resourceQuota: SchemaKind = defineKind({
  group: "",
  kind: "ResourceQuota",
  versions: ["v1"],
  role: "policy",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
});
