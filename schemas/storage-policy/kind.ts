import { withObjects } from "../_shared/defaults.ts";
import { defineKind, type SchemaKind } from "../_shared/define.ts";

/** A promise about disks; resolve makes a storage class of it (row G03). */
export const storagePolicy: SchemaKind = defineKind({
  group: "vpac.dev",
  kind: "StoragePolicy",
  versions: ["v1alpha1"],
  short: "policy",
  scope: "cluster",
  role: "policy",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
  upgrade: (document) => withObjects(document, [["spec"]]),
});
