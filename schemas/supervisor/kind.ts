import type { KindIssue } from "../../engine/contract/kind.ts";
import { type JsonObject, numberAt } from "../../engine/model/json.ts";
import { checkAdmission } from "../_shared/admission.ts";
import { withObjects } from "../_shared/defaults.ts";
import { RULE_BROKEN, issue } from "../_shared/issues.ts";
import {
  referenceAt,
  type ReferenceRule,
  referencesIn,
  storageClass,
} from "../_shared/references.ts";
import { defineKind, type SchemaKind } from "../_shared/define.ts";

const soft = (kind: string): ReferenceRule => ({ kind, missing: "warn", order: false });

function checkSupervisor(document: JsonObject): KindIssue[] {
  const admission = ["spec", "scheduling", "admission"];
  const found = checkAdmission(document, admission, [...admission, "hostFailuresToTolerate"]);
  const path = ["spec", "controlPlane", "count"];
  if (numberAt(document, ...path) !== 2) return found;
  const detail = "Two control-plane VMs cannot outvote a failed one; use one or three.";
  return [...found, issue(RULE_BROKEN, path, detail)];
}

/** A host cluster turned into a Kubernetes cluster. */
export const supervisor: SchemaKind = defineKind({
  group: "vpac.dev",
  kind: "Supervisor",
  versions: ["v1alpha1"],
  scope: "cluster",
  role: "supervisor",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
  check: checkSupervisor,
  references: (document) => [
    ...referenceAt(document, ["spec", "controlPlane", "storagePolicy"], storageClass()),
    ...referenceAt(document, ["spec", "networks", "management", "segment"], soft("net")),
    ...referenceAt(document, ["spec", "networks", "workload", "segment"], soft("net")),
    ...referencesIn(document, ["spec", "zones"], soft("vpac.dev/AvailabilityZone")),
    ...referencesIn(document, ["spec", "services"], soft("vpac.dev/SupervisorService")),
    ...referencesIn(document, ["spec", "scheduling", "admission", "failoverHosts"], soft("host")),
  ],
  upgrade: (document) =>
    withObjects(document, [
      ["spec", "controlPlane"],
      ["spec", "networks", "workload"],
      ["spec", "scheduling", "admission"],
      ["spec", "pods", "defaultContainer"],
      ["spec", "pods", "padding"],
    ]),
  rules: {
    timing: [
      { path: "/spec/cluster", timing: "replace" },
      { path: "/spec/provider", timing: "replace" },
    ],
  },
});
