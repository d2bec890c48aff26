import { namespaceOf, referenceAt } from "../_shared/references.ts";
import { defineKind, type SchemaKind } from "../_shared/define.ts";

/** VMs that are placed and switched together. */
export const virtualMachineGroup: SchemaKind = defineKind({
  group: "vmoperator.vmware.com",
  kind: "VirtualMachineGroup",
  versions: ["v1alpha6", "v1alpha5", "v1alpha4", "v1alpha3", "v1alpha2"],
  role: "policy",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
  references: (document) =>
    referenceAt(document, ["spec", "groupName"], {
      kind: "vmoperator.vmware.com/VirtualMachineGroup",
      namespace: namespaceOf(document),
    }),
});
