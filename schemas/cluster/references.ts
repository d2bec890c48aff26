import type { Reference } from "../../engine/contract/kind.ts";
import { type JsonObject, stringAt } from "../../engine/model/json.ts";
import { eachAt, namespaceOf, referenceAt, type ReferenceRule } from "../_shared/references.ts";

/** Variables whose value names another resource. */
const NAMING: Readonly<Record<string, ReferenceRule>> = {
  vmClass: { kind: "vmoperator.vmware.com/VirtualMachineClass" },
  storageClass: { kind: "policy" },
};

/** The class of the cluster, and what its variables and their overrides name. */
export function clusterReferences(document: JsonObject): Reference[] {
  const topology = ["spec", "topology"];
  // A class of another namespace is judged by the rules between namespaces.
  const isForeign = stringAt(document, ...topology, "classRef", "namespace") !== undefined;
  const classRule: ReferenceRule = {
    kind: "cluster.x-k8s.io/ClusterClass",
    namespace: namespaceOf(document),
    missing: "warn",
  };
  const deployments = [...topology, "workers", "machineDeployments"];
  return [
    ...(isForeign ? [] : referenceAt(document, [...topology, "classRef", "name"], classRule)),
    ...referenceAt(document, [...topology, "class"], classRule),
    ...variables(document, [...topology, "variables"]),
    ...variables(document, [...topology, "controlPlane", "variables", "overrides"]),
    ...eachAt(document, deployments, (_pool, at) =>
      variables(document, [...at, "variables", "overrides"]),
    ),
  ];
}

function variables(document: JsonObject, path: readonly (string | number)[]): Reference[] {
  return eachAt(document, path, (variable, at) => {
    const name = variable["name"];
    const rule = typeof name === "string" && Object.hasOwn(NAMING, name) ? NAMING[name] : undefined;
    return rule === undefined ? [] : referenceAt(document, [...at, "value"], rule);
  });
}
