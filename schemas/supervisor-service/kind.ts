import type { FieldMarkRule } from "../../engine/contract/kind.ts";
import { referenceAt } from "../_shared/references.ts";
import { defineKind, type SchemaKind } from "../_shared/define.ts";

const roadmap: FieldMarkRule = {
  path: "/spec/maturity",
  provider: "*",
  mark: "refused",
  when: "roadmap",
  why: "A service on the roadmap does not exist yet, so that it cannot be installed.",
  help: "remove the service until it is released",
};

/** A service that runs on the Supervisor (rows V08, E03). */
export const supervisorService: SchemaKind = defineKind({
  group: "vpac.dev",
  kind: "SupervisorService",
  versions: ["v1alpha1"],
  scope: "cluster",
  role: "plain",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
  references: (document) =>
    referenceAt(document, ["spec", "supervisor"], { kind: "vpac.dev/Supervisor" }),
  marks: [roadmap],
});
