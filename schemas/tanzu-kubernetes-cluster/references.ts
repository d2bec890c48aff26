import type { Reference } from "../../engine/contract/kind.ts";
import type { JsonObject } from "../../engine/model/json.ts";
import { eachAt, referenceAt, storageClass } from "../_shared/references.ts";

const vmClass = { kind: "vmoperator.vmware.com/VirtualMachineClass" } as const;

/** VM classes and storage classes of the control plane and of every pool, in every version. */
export function tanzuReferences(document: JsonObject): Reference[] {
  const topology = ["spec", "topology"];
  return [
    ...nodeReferences(document, [...topology, "controlPlane"]),
    ...nodeReferences(document, [...topology, "workers"]),
    ...eachAt(document, [...topology, "nodePools"], (_pool, at) => nodeReferences(document, at)),
  ];
}

function nodeReferences(document: JsonObject, path: readonly (string | number)[]): Reference[] {
  return [
    ...referenceAt(document, [...path, "vmClass"], vmClass),
    ...referenceAt(document, [...path, "class"], vmClass),
    ...referenceAt(document, [...path, "storageClass"], storageClass()),
    ...eachAt(document, [...path, "volumes"], (_volume, at) =>
      referenceAt(document, [...at, "storageClass"], storageClass()),
    ),
  ];
}
