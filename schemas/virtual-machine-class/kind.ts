import type { KindIssue } from "../../engine/contract/kind.ts";
import { type JsonObject, member } from "../../engine/model/json.ts";
import { RULE_BROKEN, issue } from "../_shared/issues.ts";
import { defineKind, type SchemaKind } from "../_shared/define.ts";

function checkClass(document: JsonObject): KindIssue[] {
  if (member(document, "spec", "configSpec") !== undefined) return [];
  return ["cpus", "memory"].flatMap((field) => {
    if (member(document, "spec", "hardware", field) !== undefined) return [];
    const detail = `A VM class without hardware.${field} has no size.`;
    return [issue(RULE_BROKEN, ["spec"], detail, { target: "key" })];
  });
}

/** A size for VMs; the 16 usual ones are built in. */
export const virtualMachineClass: SchemaKind = defineKind({
  group: "vmoperator.vmware.com",
  kind: "VirtualMachineClass",
  versions: ["v1alpha6", "v1alpha5", "v1alpha4", "v1alpha3", "v1alpha2", "v1alpha1"],
  scope: "cluster",
  role: "policy",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
  check: checkClass,
});
