import { withObjects } from "../_shared/defaults.ts";
import { defineKind, type SchemaKind } from "../_shared/define.ts";

/** A network that workloads join. */
export const segment: SchemaKind = defineKind({
  group: "vpac.dev",
  kind: "Segment",
  versions: ["v1alpha1"],
  short: "net",
  scope: "cluster",
  role: "plain",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
  upgrade: (document) => withObjects(document, [["spec"]]),
  rules: {
    timing: [
      { path: "/spec/type", timing: "replace" },
      { path: "/spec/provider", timing: "replace" },
    ],
    lists: [
      { path: "/spec/cidrs", by: "set" },
      { path: "/spec/hosts", by: "set" },
    ],
  },
});
