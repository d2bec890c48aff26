import { defineKind, type SchemaKind } from "../_shared/define.ts";
import { checkPod } from "../_shared/pod-check.ts";
import { podReferences } from "../_shared/pod-references.ts";
import { podLists, podMarks } from "../_shared/pod-rules.ts";

/** A Pod's VM is made for its spec: all but labels, annotations and tolerations means a new one. */
export const pod: SchemaKind = defineKind({
  group: "",
  kind: "Pod",
  versions: ["v1"],
  role: "workload",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
  check: (document) => checkPod(document, []),
  references: (document) => podReferences(document, ["spec"]),
  rules: {
    timing: [
      { path: "", timing: "live" },
      { path: "/spec", timing: "replace" },
      { path: "/spec/tolerations", timing: "live" },
      { path: "/spec/activeDeadlineSeconds", timing: "live" },
      { path: "/spec/terminationGracePeriodSeconds", timing: "live" },
    ],
    lists: podLists("/spec"),
    sensitive: [
      "/metadata/annotations/VirtletCloudInitUserData",
      "/metadata/annotations/VirtletCloudInitUserDataScript",
    ],
    replaceOrder: "delete-first",
  },
  marks: podMarks("/spec"),
});
