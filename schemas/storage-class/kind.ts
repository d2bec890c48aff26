import { defineKind, type SchemaKind } from "../_shared/define.ts";

export const storageClass: SchemaKind = defineKind({
  group: "storage.k8s.io",
  kind: "StorageClass",
  versions: ["v1"],
  scope: "cluster",
  role: "policy",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
  rules: {
    timing: [
      { path: "", timing: "replace" },
      { path: "/metadata", timing: "live" },
    ],
  },
});
