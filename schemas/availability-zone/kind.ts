import { referencesIn } from "../_shared/references.ts";
import { defineKind, type SchemaKind } from "../_shared/define.ts";

export const availabilityZone: SchemaKind = defineKind({
  group: "vpac.dev",
  kind: "AvailabilityZone",
  versions: ["v1alpha1"],
  scope: "cluster",
  role: "plain",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
  references: (document) =>
    referencesIn(document, ["spec", "supervisors"], { kind: "vpac.dev/Supervisor" }),
});
