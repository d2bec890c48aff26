import { referenceAt, storageClass } from "../_shared/references.ts";
import { defineKind, type SchemaKind } from "../_shared/define.ts";

/** A disk: only its size can change in place. */
export const persistentVolumeClaim: SchemaKind = defineKind({
  group: "",
  kind: "PersistentVolumeClaim",
  versions: ["v1"],
  short: "vol",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
  references: (document) => referenceAt(document, ["spec", "storageClassName"], storageClass()),
  rules: {
    timing: [
      { path: "/spec", timing: "replace" },
      { path: "/spec/resources", timing: "live" },
    ],
    lists: [{ path: "/spec/accessModes", by: "set" }],
  },
});
