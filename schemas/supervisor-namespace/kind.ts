import type { KindIssue } from "../../engine/contract/kind.ts";
import { type JsonObject, member } from "../../engine/model/json.ts";
import { withObjects } from "../_shared/defaults.ts";
import { defineKind, type SchemaKind } from "../_shared/define.ts";
import { RULE_BROKEN, issue } from "../_shared/issues.ts";
import { eachAt, referenceAt, referencesIn, storageClass } from "../_shared/references.ts";

const LEVELS = ["low", "normal", "high"];

function checkNamespace(document: JsonObject): KindIssue[] {
  const shares = member(document, "spec", "shares");
  const isLevel = typeof shares === "string" && LEVELS.includes(shares);
  const isNumber = typeof shares === "number" && Number.isInteger(shares) && shares > 0;
  const found: KindIssue[] = [];
  if (shares !== undefined && !isLevel && !isNumber) {
    const detail = "The shares must be low, normal, high or a whole number above 0.";
    found.push(issue(RULE_BROKEN, ["spec", "shares"], detail));
  }
  return [...found, ...eachAt(document, ["spec", "access"], checkSubject)];
}

function checkSubject(subject: JsonObject, at: readonly (string | number)[]): KindIssue[] {
  const subjects = ["user", "group"].filter((key) => subject[key] !== undefined);
  if (subjects.length === 1) return [];
  return [issue(RULE_BROKEN, at, "An access entry names either a user or a group.")];
}

export const supervisorNamespace: SchemaKind = defineKind({
  group: "vpac.dev",
  kind: "SupervisorNamespace",
  versions: ["v1alpha1"],
  short: "ns",
  scope: "cluster",
  role: "namespace",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
  check: checkNamespace,
  references: (document) => [
    ...referenceAt(document, ["spec", "supervisor"], { kind: "vpac.dev/Supervisor" }),
    ...eachAt(document, ["spec", "storage"], (_item, at) =>
      referenceAt(document, [...at, "policy"], storageClass()),
    ),
    ...referencesIn(document, ["spec", "vmClasses"], {
      kind: "vmoperator.vmware.com/VirtualMachineClass",
    }),
    ...referenceAt(document, ["spec", "network", "segment"], { kind: "net", missing: "warn" }),
    ...referencesIn(document, ["spec", "zones"], {
      kind: "vpac.dev/AvailabilityZone",
      missing: "warn",
    }),
  ],
  upgrade: (document) => {
    const full = withObjects(document, [
      ["spec", "policies", "ha"],
      ["spec", "policies", "drs"],
    ]);
    const spec = full["spec"] as JsonObject;
    return spec["shares"] === undefined ? { ...full, spec: { ...spec, shares: "normal" } } : full;
  },
  rules: {
    timing: [{ path: "/spec/supervisor", timing: "replace" }],
    lists: [
      { path: "/spec/storage", by: { key: "policy" } },
      { path: "/spec/vmClasses", by: "set" },
      { path: "/spec/images", by: "set" },
      { path: "/spec/access", by: "set" },
      { path: "/spec/zones", by: "set" },
    ],
  },
});
