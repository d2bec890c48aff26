import type { KindIssue } from "../../engine/contract/kind.ts";
import { type JsonObject, stringAt } from "../../engine/model/json.ts";
import { checkController } from "../_shared/controller-check.ts";
import { RULE_BROKEN, issue } from "../_shared/issues.ts";
import { podReferences } from "../_shared/pod-references.ts";
import { podLists, podMarks } from "../_shared/pod-rules.ts";
import { defineKind, type SchemaKind } from "../_shared/define.ts";

/** A Job ends, so its Pods cannot be started again for ever. */
function checkJob(document: JsonObject): KindIssue[] {
  const path = ["spec", "template", "spec", "restartPolicy"];
  const policy = stringAt(document, ...path);
  const found = checkController(document);
  if (policy === "Never" || policy === "OnFailure") return found;
  const detail = "The Pods of a Job need restartPolicy Never or OnFailure, since a Job ends.";
  const at = policy === undefined ? path.slice(0, -1) : path;
  const help = ["set spec.template.spec.restartPolicy to Never"];
  const target = policy === undefined ? "key" : "value";
  return [...found, issue(RULE_BROKEN, at, detail, { target, help })];
}

/** Pods that run to their end. */
export const job: SchemaKind = defineKind({
  group: "batch",
  kind: "Job",
  versions: ["v1"],
  role: "controller",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
  check: checkJob,
  references: (document) => podReferences(document, ["spec", "template", "spec"]),
  rules: {
    timing: [
      { path: "/spec/template", timing: "replace" },
      { path: "/spec/completions", timing: "replace" },
    ],
    lists: podLists("/spec/template/spec"),
  },
  marks: podMarks("/spec/template/spec"),
});
