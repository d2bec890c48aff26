import { defineKind, type SchemaKind } from "../_shared/define.ts";

export const machineImage: SchemaKind = defineKind({
  group: "vpac.dev",
  kind: "MachineImage",
  versions: ["v1alpha1"],
  scope: "cluster",
  role: "plain",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
  rules: { timing: [{ path: "/spec", timing: "replace" }] },
});
