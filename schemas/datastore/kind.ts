import { defineKind, type SchemaKind } from "../_shared/define.ts";

/** Storage that hosts reach: VMFS, NFS or vSAN (row G02). */
export const datastore: SchemaKind = defineKind({
  group: "vpac.dev",
  kind: "Datastore",
  versions: ["v1alpha1"],
  scope: "cluster",
  role: "plain",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
  rules: {
    timing: [
      { path: "/spec/type", timing: "replace" },
      { path: "/spec/provider", timing: "replace" },
    ],
    lists: [{ path: "/spec/hosts", by: "set" }],
  },
});
