import { checkController } from "../_shared/controller-check.ts";
import { podReferences } from "../_shared/pod-references.ts";
import { podLists, podMarks } from "../_shared/pod-rules.ts";
import { defineKind, type SchemaKind } from "../_shared/define.ts";

export const replicaSet: SchemaKind = defineKind({
  group: "apps",
  kind: "ReplicaSet",
  versions: ["v1"],
  role: "controller",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
  check: checkController,
  references: (document) => podReferences(document, ["spec", "template", "spec"]),
  rules: {
    timing: [{ path: "/spec/selector", timing: "replace" }],
    lists: podLists("/spec/template/spec"),
  },
  marks: podMarks("/spec/template/spec"),
});
