import { defineKind, type SchemaKind } from "../_shared/define.ts";

/** Defaults and bounds of a namespace (row S20). */
export const limitRange: SchemaKind = defineKind({
  group: "",
  kind: "LimitRange",
  versions: ["v1"],
  role: "policy",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
});
