import { checkController } from "../_shared/controller-check.ts";
import { withObjects } from "../_shared/defaults.ts";
import { podReferences } from "../_shared/pod-references.ts";
import { podLists, podMarks } from "../_shared/pod-rules.ts";
import { eachAt, referenceAt, storageClass } from "../_shared/references.ts";
import { defineKind, type SchemaKind } from "../_shared/define.ts";

/** Pods with fixed names; each may have disks of its own. */
export const statefulSet: SchemaKind = defineKind({
  group: "apps",
  kind: "StatefulSet",
  versions: ["v1"],
  role: "controller",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
  check: checkController,
  references: (document) => [
    ...podReferences(document, ["spec", "template", "spec"]),
    ...eachAt(document, ["spec", "volumeClaimTemplates"], (_claim, at) =>
      referenceAt(document, [...at, "spec", "storageClassName"], storageClass()),
    ),
  ],
  upgrade: (document) => withObjects(document, [["spec", "updateStrategy"]]),
  rules: {
    timing: [
      { path: "/spec/selector", timing: "replace" },
      { path: "/spec/serviceName", timing: "replace" },
      { path: "/spec/volumeClaimTemplates", timing: "replace" },
      { path: "/spec/podManagementPolicy", timing: "replace" },
    ],
    lists: podLists("/spec/template/spec"),
  },
  marks: podMarks("/spec/template/spec"),
});
