import { defineKind, type SchemaKind } from "../_shared/define.ts";

export const computePolicy: SchemaKind = defineKind({
  group: "vsphere.policy.vmware.com",
  kind: "ComputePolicy",
  versions: ["v1alpha1"],
  role: "policy",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
});
