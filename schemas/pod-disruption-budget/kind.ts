import type { KindIssue } from "../../engine/contract/kind.ts";
import { type JsonObject, member } from "../../engine/model/json.ts";
import { RULE_BROKEN, issue } from "../_shared/issues.ts";
import { defineKind, type SchemaKind } from "../_shared/define.ts";

function checkBudget(document: JsonObject): KindIssue[] {
  const given = ["minAvailable", "maxUnavailable"].filter(
    (field) => member(document, "spec", field) !== undefined,
  );
  if (given.length < 2) return [];
  const detail = "A budget has either minAvailable or maxUnavailable.";
  return [issue(RULE_BROKEN, ["spec"], detail, { target: "key" })];
}

export const podDisruptionBudget: SchemaKind = defineKind({
  group: "policy",
  kind: "PodDisruptionBudget",
  versions: ["v1"],
  role: "policy",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
  check: checkBudget,
});
