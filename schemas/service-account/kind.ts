import { defineKind, type SchemaKind } from "../_shared/define.ts";

export const serviceAccount: SchemaKind = defineKind({
  group: "",
  kind: "ServiceAccount",
  versions: ["v1"],
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
});
