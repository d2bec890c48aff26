import type { KindIssue } from "../../engine/contract/kind.ts";
import { arrayAt, objectAt } from "../../engine/model/json.ts";
import type { JsonObject } from "../../engine/model/json.ts";
import { SELECTOR_MISMATCH, issue } from "./issues.ts";
import { checkPod } from "./pod-check.ts";

/** Checks of a controller: its template is a good Pod, and its selector finds that Pod. */
export function checkController(document: JsonObject): KindIssue[] {
  return [...checkPod(document, ["spec", "template"]), ...checkSelector(document)];
}

function checkSelector(document: JsonObject): KindIssue[] {
  const wanted = objectAt(document, "spec", "selector", "matchLabels");
  const labels = objectAt(document, "spec", "template", "metadata", "labels");
  const expressions = arrayAt(document, "spec", "selector", "matchExpressions");
  const selector = objectAt(document, "spec", "selector");
  const path = ["spec", "selector"];
  if (Object.keys(selector).length === 0 && document["kind"] !== "ReplicationController") {
    return document["kind"] === "Job"
      ? []
      : [issue(SELECTOR_MISMATCH, path, "The selector is empty, so it names no Pods.")];
  }
  if (expressions.length > 0) return [];
  return Object.entries(wanted).flatMap(([key, value]) => {
    if (labels[key] === value || typeof value !== "string") return [];
    const detail =
      `The selector wants the label ${key}: ${value}, but the Pods of the template do ` +
      "not have it.";
    const help = [`add ${key}: ${value} to spec.template.metadata.labels`];
    return [issue(SELECTOR_MISMATCH, [...path, "matchLabels", key], detail, { help })];
  });
}
