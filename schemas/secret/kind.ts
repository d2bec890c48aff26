import { defineKind, type SchemaKind } from "../_shared/define.ts";

/** Values are never printed and are kept as salted hashes only. */
export const secret: SchemaKind = defineKind({
  group: "",
  kind: "Secret",
  versions: ["v1"],
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
  rules: { sensitive: ["/data", "/stringData"] },
});
