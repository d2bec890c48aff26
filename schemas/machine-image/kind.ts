import type { KindIssue } from "../../engine/contract/kind.ts";
import { type JsonObject, member } from "../../engine/model/json.ts";
import { defineKind, type SchemaKind } from "../_shared/define.ts";
import { RULE_BROKEN, issue } from "../_shared/issues.ts";

/** A RAM disk and a command line belong to a kernel that is started directly. */
function checkImage(document: JsonObject): KindIssue[] {
  if (member(document, "spec", "kernel") !== undefined) return [];
  return ["initrd", "commandLine"]
    .filter((key) => member(document, "spec", key) !== undefined)
    .map((key) => {
      const detail = `The image has ${key} but no kernel, which is what would use it.`;
      const help = [`add spec.kernel, or remove spec.${key}`];
      return issue(RULE_BROKEN, ["spec", key], detail, { target: "key", help });
    });
}

export const machineImage: SchemaKind = defineKind({
  group: "vpac.dev",
  kind: "MachineImage",
  versions: ["v1alpha1"],
  scope: "cluster",
  role: "plain",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
  check: checkImage,
  rules: { timing: [{ path: "/spec", timing: "replace" }] },
});
