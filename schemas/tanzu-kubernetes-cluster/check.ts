import type { KindIssue } from "../../engine/contract/kind.ts";
import { type JsonObject, numberAt, stringAt } from "../../engine/model/json.ts";
import { DUPLICATE_NAME, RULE_BROKEN, issue } from "../_shared/issues.ts";
import { eachAt } from "../_shared/references.ts";

const CONTROL_PLANE = ["spec", "topology", "controlPlane"];

export function checkTanzuCluster(document: JsonObject): KindIssue[] {
  return [
    ...["replicas", "count"].flatMap((field) => checkOdd(document, [...CONTROL_PLANE, field])),
    ...checkClass(document),
    ...checkPools(document),
  ];
}

/** etcd needs a majority: an even number of members survives no more than one less. */
export function checkOdd(document: JsonObject, path: readonly string[]): KindIssue[] {
  const count = numberAt(document, ...path);
  if (count === undefined || count % 2 === 1) return [];
  const detail = `The control plane has ${count} nodes; it needs an odd number to keep a majority.`;
  const help = [`set ${path.join(".")} to ${count + 1}`];
  return [issue(RULE_BROKEN, path, detail, { help })];
}

function checkClass(document: JsonObject): KindIssue[] {
  const field = document["apiVersion"] === "run.tanzu.vmware.com/v1alpha1" ? "class" : "vmClass";
  if (stringAt(document, ...CONTROL_PLANE, field) !== undefined) return [];
  const detail = `The control plane has no ${field}, so the size of its nodes is unknown.`;
  return [issue(RULE_BROKEN, CONTROL_PLANE, detail, { target: "key" })];
}

function checkPools(document: JsonObject): KindIssue[] {
  const seen = new Set<string>();
  return eachAt(document, ["spec", "topology", "nodePools"], (pool, at) => {
    const name = stringAt(pool, "name") ?? "";
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const detail = `The name "${name}" is used by two node pools.`;
    return [issue(DUPLICATE_NAME, [...at, "name"], detail)];
  });
}
