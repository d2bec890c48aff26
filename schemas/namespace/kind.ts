import { defineKind, type SchemaKind } from "../_shared/define.ts";

/** A namespace without quotas; a SupervisorNamespace of the same name adds them. */
export const namespace: SchemaKind = defineKind({
  group: "",
  kind: "Namespace",
  versions: ["v1"],
  short: "ns",
  scope: "cluster",
  role: "namespace",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
});
