import { namespaceOf, referenceAt } from "../_shared/references.ts";
import { defineKind, type SchemaKind } from "../_shared/define.ts";

/** A snapshot of a VM. */
export const virtualMachineSnapshot: SchemaKind = defineKind({
  group: "vmoperator.vmware.com",
  kind: "VirtualMachineSnapshot",
  versions: ["v1alpha6", "v1alpha5", "v1alpha4", "v1alpha3"],
  role: "plain",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
  references: (document) => {
    const rule = { kind: "vm", namespace: namespaceOf(document) } as const;
    return [
      ...referenceAt(document, ["spec", "vmName"], rule),
      ...referenceAt(document, ["spec", "vmRef", "name"], rule),
    ];
  },
  rules: { timing: [{ path: "/spec", timing: "replace" }] },
});
