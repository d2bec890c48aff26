import { defineKind, type SchemaKind } from "../_shared/define.ts";

export const virtualMachineService: SchemaKind = defineKind({
  group: "vmoperator.vmware.com",
  kind: "VirtualMachineService",
  versions: ["v1alpha6", "v1alpha5", "v1alpha4", "v1alpha3", "v1alpha2", "v1alpha1"],
  role: "plain",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
  rules: { lists: [{ path: "/spec/ports", by: { key: "name" } }] },
});
