import type { KindIssue } from "../../engine/contract/kind.ts";
import { type JsonObject, member, stringAt } from "../../engine/model/json.ts";
import { RULE_BROKEN, issue } from "../_shared/issues.ts";
import { defineKind, type SchemaKind } from "../_shared/define.ts";

function checkRule(document: JsonObject): KindIssue[] {
  const type = stringAt(document, "spec", "type") ?? "";
  const has = (field: string): boolean => member(document, "spec", field) !== undefined;
  const found: KindIssue[] = [];
  const tell = (detail: string): void => {
    found.push(issue(RULE_BROKEN, ["spec"], detail, { target: "key" }));
  };
  if (!has("select") && !has("members")) {
    tell("A rule says which workloads it is about: add select or members.");
  }
  if (type.endsWith("-hosts") && !has("hosts")) tell(`A rule of type ${type} needs hosts.`);
  if (type !== "" && !type.endsWith("-hosts") && has("hosts")) {
    tell(`A rule of type ${type} is about workloads only; hosts belong to on-hosts and off-hosts.`);
  }
  return found;
}

/** Keeps workloads together, apart, or on or off hosts. */
export const placementRule: SchemaKind = defineKind({
  group: "vpac.dev",
  kind: "PlacementRule",
  versions: ["v1alpha1"],
  role: "policy",
  schema: () => import("./schema.json", { with: { type: "json" } }),
  validator: () => import("./validate.gen.js"),
  check: checkRule,
});
