import { defineKind, type SchemaKind } from "../_shared/define.ts";
import { checkVirtualMachine } from "./check.ts";
import { virtualMachineReferences } from "./references.ts";
import { virtualMachineRules } from "./rules.ts";
import { upgradeVirtualMachine } from "./upgrade.ts";

export const virtualMachine: SchemaKind = defineKind({
  group: "vmoperator.vmware.com",
  kind: "VirtualMachine",
  versions: ["v1alpha6", "v1alpha5", "v1alpha4", "v1alpha3", "v1alpha2", "v1alpha1"],
  short: "vm",
  role: "workload",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
  check: checkVirtualMachine,
  references: virtualMachineReferences,
  upgrade: upgradeVirtualMachine,
  rules: virtualMachineRules,
});
