import type { FieldMarkRule, KindIssue } from "../../engine/contract/kind.ts";
import { arrayAt, type JsonObject, member, stringAt } from "../../engine/model/json.ts";
import { checkAdmission } from "../_shared/admission.ts";
import { withObjects } from "../_shared/defaults.ts";
import { defineKind, type SchemaKind } from "../_shared/define.ts";
import { DUPLICATE_NAME, RULE_BROKEN, issue } from "../_shared/issues.ts";
import { eachAt } from "../_shared/references.ts";
import { checkProviders } from "./providers.ts";

/** Lists whose items are known by name. */
const NAMED = ["providers", "workspaces"];

function checkEnvironment(document: JsonObject): KindIssue[] {
  return [
    ...NAMED.flatMap((list) => checkNames(document, list)),
    ...checkProviders(document),
    ...checkDefaults(document),
    ...checkState(document),
    ...checkAdmission(
      document,
      ["spec", "placement", "admission"],
      ["spec", "placement", "hostFailuresToTolerate"],
    ),
    ...eachAt(document, ["spec", "guards", "windows"], (window, at) => {
      const kinds = ["allow", "deny"].filter((kind) => window[kind] !== undefined);
      if (kinds.length === 1) return [];
      const detail = "A window has either allow or deny, so that it is clear what it does.";
      return [issue(RULE_BROKEN, at, detail)];
    }),
  ];
}

function checkNames(document: JsonObject, list: string): KindIssue[] {
  const seen = new Set<string>();
  return eachAt(document, ["spec", list], (item, at) => {
    const name = stringAt(item, "name") ?? "";
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const detail = `The name "${name}" is used twice in spec.${list}.`;
    return [issue(DUPLICATE_NAME, [...at, "name"], detail)];
  });
}

function checkDefaults(document: JsonObject): KindIssue[] {
  const path = ["spec", "defaults", "provider"];
  const wanted = stringAt(document, ...path);
  const names = arrayAt(document, "spec", "providers").map((item) => stringAt(item, "name"));
  if (wanted === undefined || names.includes(wanted)) return [];
  const detail =
    `The default provider "${wanted}" is not among spec.providers ` + `(${names.join(", ")}).`;
  return [issue(RULE_BROKEN, path, detail)];
}

function checkState(document: JsonObject): KindIssue[] {
  const isHttp = member(document, "spec", "state", "type") === "http";
  if (!isHttp || stringAt(document, "spec", "state", "url") !== undefined) return [];
  const detail = "A state of type http needs the url of the store.";
  return [issue(RULE_BROKEN, ["spec", "state"], detail, { target: "key" })];
}

const unused = (path: string, why: string): FieldMarkRule => ({
  path: `/spec/${path}`,
  provider: "*",
  mark: "warned",
  why,
});

/** Settings that are understood but not acted on: better told than silently left out. */
const UNUSED: readonly FieldMarkRule[] = [
  unused("workspaces", "A workspace is chosen with --workspace; its settings are not read yet."),
  unused("guards/windows", "Windows are not kept yet: changes are possible at any time."),
  unused("defaults/namespace", "Documents without a namespace are in the namespace default."),
  unused("defaults/supervisor", "A namespace without a Supervisor takes the only one there is."),
  unused("defaults/storagePolicy", "Disks name their storage policy themselves."),
  unused("defaults/imagePrefixForVMs", "Only the annotation of a Pod makes it a VM."),
  unused("placement/seed", "The seed is given with --seed."),
  unused("state/url", "State is kept in files only."),
  unused("state/lockTimeout", "The time to wait for the lock is given with --lock-timeout."),
  { ...unused("state/type", "State is kept in files only."), when: "http" },
  unused("gitops", "There is no reconcile mode yet."),
  unused("outputs", "Outputs are not printed yet."),
];

export const environment: SchemaKind = defineKind({
  group: "vpac.dev",
  kind: "Environment",
  versions: ["v1alpha1"],
  scope: "cluster",
  role: "environment",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
  check: checkEnvironment,
  marks: UNUSED,
  upgrade: (document) =>
    withObjects(document, [
      ["spec", "state"],
      ["spec", "defaults"],
      ["spec", "placement"],
      ["spec", "guards", "budgets"],
    ]),
});
