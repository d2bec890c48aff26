import { checkController } from "../_shared/controller-check.ts";
import { defineKind, type SchemaKind } from "../_shared/define.ts";
import { podReferences } from "../_shared/pod-references.ts";
import { podLists, podMarks } from "../_shared/pod-rules.ts";
import { withObjects } from "../_shared/defaults.ts";

export const deployment: SchemaKind = defineKind({
  group: "apps",
  kind: "Deployment",
  versions: ["v1"],
  role: "controller",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
  check: checkController,
  references: (document) => podReferences(document, ["spec", "template", "spec"]),
  upgrade: (document) => withObjects(document, [["spec", "strategy"]]),
  rules: {
    timing: [{ path: "/spec/selector", timing: "replace" }],
    lists: podLists("/spec/template/spec"),
  },
  marks: podMarks("/spec/template/spec"),
});
