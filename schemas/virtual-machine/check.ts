import type { KindIssue } from "../../engine/contract/kind.ts";
import { arrayAt, member, objectAt, stringAt } from "../../engine/model/json.ts";
import type { JsonObject } from "../../engine/model/json.ts";
import { DUPLICATE_NAME, RULE_BROKEN, issue } from "../_shared/issues.ts";
import { eachAt } from "../_shared/references.ts";

export function checkVirtualMachine(document: JsonObject): KindIssue[] {
  return [
    ...checkSources(document),
    ...["volumes", "networkInterfaces"].flatMap((list) => checkNames(document, ["spec", list])),
    ...checkNames(document, ["spec", "network", "interfaces"]),
    ...checkPower(document),
    ...checkLatency(document),
  ];
}

/** A VM needs a class (or an own size) and an image (or a disk to start from). */
function checkSources(document: JsonObject): KindIssue[] {
  const found: KindIssue[] = [];
  const className = stringAt(document, "spec", "className") ?? member(document, "spec", "class");
  const size = objectAt(document, "spec", "resources", "size");
  const hasSize = size["cpu"] !== undefined && size["memory"] !== undefined;
  if (className === undefined && !hasSize) {
    const detail = "A virtual machine needs a VM class: it says how many CPUs and how much memory.";
    const help = ["add className: best-effort-small"];
    found.push(issue(RULE_BROKEN, ["spec"], detail, { target: "key", help }));
  }
  const image = stringAt(document, "spec", "imageName");
  const reference = stringAt(document, "spec", "image", "name");
  if (image !== undefined && reference !== undefined && image !== reference) {
    const detail = `imageName is "${image}" and image.name is "${reference}"; they must agree.`;
    found.push(issue(RULE_BROKEN, ["spec", "image", "name"], detail));
  }
  return found;
}

function checkNames(document: JsonObject, path: readonly string[]): KindIssue[] {
  if (arrayAt(document, ...path).length < 2) return [];
  const seen = new Set<string>();
  return eachAt(document, path, (item, at) => {
    const name = item["name"];
    if (typeof name !== "string") return [];
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const detail = `The name "${name}" is used twice in ${path.join(".")}.`;
    return [issue(DUPLICATE_NAME, [...at, "name"], detail)];
  });
}

/** The newest versions write power states with a capital letter, the oldest without. */
function checkPower(document: JsonObject): KindIssue[] {
  const value = stringAt(document, "spec", "powerState");
  const isOldest = document["apiVersion"] === "vmoperator.vmware.com/v1alpha1";
  if (value === undefined || isOldest || value[0] === value[0]?.toUpperCase()) return [];
  const right = `${value[0]?.toUpperCase() ?? ""}${value.slice(1)}`;
  const detail = `The power state is written "${right}" in this version, not "${value}".`;
  const help = [`set spec.powerState to ${right}`];
  return [issue(RULE_BROKEN, ["spec", "powerState"], detail, { help })];
}

/** A VM with exclusive CPUs needs all its memory guaranteed by its class or itself. */
function checkLatency(document: JsonObject): KindIssue[] {
  const path = ["spec", "cpuAdvanced", "latencySensitivity"];
  const value = stringAt(document, ...path);
  const isLocked = member(document, "spec", "memoryAdvanced", "reservationLockedToMax") === true;
  const className = stringAt(document, "spec", "className") ?? "";
  const hasRequests = Object.keys(objectAt(document, "spec", "resources", "requests")).length > 0;
  if (value === undefined || value === "Normal" || isLocked || hasRequests) return [];
  if (!className.startsWith("best-effort-")) return [];
  const detail =
    `latencySensitivity ${value} needs a full reservation, but the class ${className} ` +
    "guarantees nothing.";
  const help = [`set className to ${className.replace("best-effort-", "guaranteed-")}`];
  return [issue(RULE_BROKEN, path, detail, { help })];
}
