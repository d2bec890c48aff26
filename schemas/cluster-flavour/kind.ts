import type { KindIssue } from "../../engine/contract/kind.ts";
import { type JsonObject, stringAt } from "../../engine/model/json.ts";
import { defineKind, type SchemaKind } from "../_shared/define.ts";
import { issue, RULE_BROKEN } from "../_shared/issues.ts";

/** Parts whose objects machines are made from; Cluster API knows them by the end of their kind. */
const TEMPLATES = ["controlPlaneMachineTemplate", "workerMachineTemplate"];

function checkFlavour(document: JsonObject): KindIssue[] {
  return TEMPLATES.flatMap((part) => {
    const path = ["spec", part, "template", "kind"];
    const kind = stringAt(document, ...path);
    if (kind === undefined || kind.endsWith("Template")) return [];
    const detail = `Machines are made from a template, and the kind ${kind} is none.`;
    return [issue(RULE_BROKEN, path, detail, { help: [`use ${kind}Template`] })];
  });
}

/** How guest clusters are made on a management cluster; steers the engine, no provider holds it. */
export const clusterFlavour: SchemaKind = defineKind({
  group: "vpac.dev",
  kind: "ClusterFlavour",
  versions: ["v1alpha1"],
  scope: "cluster",
  role: "policy",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
  check: checkFlavour,
});
