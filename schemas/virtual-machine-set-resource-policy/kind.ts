import { type JsonObject, objectAt } from "../../engine/model/json.ts";
import { defineKind, type SchemaKind } from "../_shared/define.ts";

/** v1alpha1 wrote `resourcepool`. */
function upgradePolicy(document: JsonObject): JsonObject {
  const { resourcepool, ...spec } = objectAt(document, "spec");
  if (resourcepool === undefined) return document;
  return { ...document, spec: { resourcePool: resourcepool, ...spec } };
}

export const virtualMachineSetResourcePolicy: SchemaKind = defineKind({
  group: "vmoperator.vmware.com",
  kind: "VirtualMachineSetResourcePolicy",
  versions: ["v1alpha6", "v1alpha5", "v1alpha4", "v1alpha3", "v1alpha2", "v1alpha1"],
  role: "policy",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
  upgrade: upgradePolicy,
});
