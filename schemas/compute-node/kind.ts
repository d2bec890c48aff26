import { withObjects } from "../_shared/defaults.ts";
import { referenceAt, referencesIn, storageClass } from "../_shared/references.ts";
import { defineKind, type SchemaKind } from "../_shared/define.ts";

/** A machine ordered by zone; the VM Pod behind it is made and hidden by resolve (row M03). */
export const computeNode: SchemaKind = defineKind({
  group: "vpac.dev",
  kind: "ComputeNode",
  versions: ["v1alpha1"],
  scope: "cluster",
  role: "controller",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
  references: (document) => [
    ...referenceAt(document, ["spec", "zone"], {
      kind: "vpac.dev/AvailabilityZone",
      missing: "warn",
    }),
    ...referenceAt(document, ["spec", "vm", "className"], {
      kind: "vmoperator.vmware.com/VirtualMachineClass",
    }),
    ...referenceAt(document, ["spec", "vm", "imageName"], {
      kind: "vpac.dev/MachineImage",
      missing: "warn",
    }),
    ...referenceAt(document, ["spec", "vm", "storageClass"], storageClass()),
    ...referencesIn(document, ["spec", "vm", "networks"], { kind: "net", missing: "warn" }),
  ],
  upgrade: (document) => withObjects(document, [["spec", "power"]]),
  rules: {
    timing: [
      { path: "/spec/zone", timing: "replace" },
      { path: "/spec/vm/imageName", timing: "replace" },
      { path: "/spec/vm/className", timing: "power-off" },
    ],
    sensitive: ["/spec/vm/userData"],
  },
});
