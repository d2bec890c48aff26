import type { KindIssue } from "../../engine/contract/kind.ts";
import { arrayAt, type JsonObject, objectAt } from "../../engine/model/json.ts";
import { RULE_BROKEN, issue } from "../_shared/issues.ts";
import { defineKind, type SchemaKind } from "../_shared/define.ts";

/** Each step does one thing, so that its moment in time says what happened. */
function checkScenario(document: JsonObject): KindIssue[] {
  return arrayAt(document, "spec", "steps").flatMap((step, index) => {
    const acts = Object.keys(objectAt(step)).filter((key) => key !== "at");
    if (acts.length === 1) return [];
    const detail =
      `A step does exactly one thing; this one does ${acts.length} ` + `(${acts.join(", ")}).`;
    return [issue(RULE_BROKEN, ["spec", "steps", index], detail)];
  });
}

/** A story for the simulator; never part of a plan. */
export const scenario: SchemaKind = defineKind({
  group: "vpac.dev",
  kind: "Scenario",
  versions: ["v1alpha1"],
  scope: "cluster",
  role: "plain",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
  check: checkScenario,
});
