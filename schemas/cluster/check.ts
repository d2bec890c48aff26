import type { KindIssue } from "../../engine/contract/kind.ts";
import { arrayAt, type JsonObject, member, stringAt } from "../../engine/model/json.ts";
import { RULE_BROKEN, issue } from "../_shared/issues.ts";
import { checkOdd } from "../tanzu-kubernetes-cluster/check.ts";

/** Without a value for these, no ClusterClass of the platform makes a node. */
const VARIABLES = ["vmClass", "storageClass"];

export function checkCluster(document: JsonObject): KindIssue[] {
  if (member(document, "spec", "topology") === undefined) return [];
  return [
    ...checkOdd(document, ["spec", "topology", "controlPlane", "replicas"]),
    ...checkClass(document),
    ...checkVariables(document),
  ];
}

function checkClass(document: JsonObject): KindIssue[] {
  const isOld = document["apiVersion"] === "cluster.x-k8s.io/v1beta1";
  const path = isOld ? ["class"] : ["classRef", "name"];
  if (stringAt(document, "spec", "topology", ...path) !== undefined) return [];
  const detail = `The topology has no ${path.join(".")}, so that nobody knows what to make.`;
  return [issue(RULE_BROKEN, ["spec", "topology"], detail, { target: "key" })];
}

function checkVariables(document: JsonObject): KindIssue[] {
  const path = ["spec", "topology"];
  const names = new Set(
    arrayAt(document, ...path, "variables").map((variable) => stringAt(variable, "name")),
  );
  return VARIABLES.filter((name) => !names.has(name)).map((name) => {
    const detail = `The topology has no variable ${name}; the classes of the platform need one.`;
    const help = [`add {name: ${name}, value: …} to spec.topology.variables`];
    return issue(RULE_BROKEN, path, detail, { severity: "warning", target: "key", help });
  });
}
