import type { Reference } from "../../engine/contract/kind.ts";
import { type JsonObject, objectAt } from "../../engine/model/json.ts";
import { eachAt, namespaceOf, referenceAt, storageClass } from "../_shared/references.ts";

type Reader = (document: JsonObject, namespace: string) => readonly Reference[];

const IMAGE = { kind: "vpac.dev/MachineImage", missing: "warn" } as const;
const NETWORK = { kind: "net", missing: "warn" } as const;

const secretAt = (document: JsonObject, path: readonly string[], namespace: string): Reference[] =>
  referenceAt(document, path, { kind: "core/Secret", namespace, missing: "warn" });

const claimsOf: Reader = (document, namespace) =>
  eachAt(document, ["spec", "volumes"], (_volume, at) => [
    ...referenceAt(document, [...at, "persistentVolumeClaim", "claimName"], {
      kind: "vol",
      namespace,
      missing: "warn",
    }),
    ...referenceAt(
      document,
      [...at, "persistentVolumeClaim", "instanceVolumeClaim", "storageClass"],
      storageClass(),
    ),
  ]);

const policiesOf: Reader = (document, namespace) =>
  eachAt(document, ["spec", "policies"], (_policy, at) =>
    referenceAt(document, [...at, "name"], {
      kind: "vsphere.policy.vmware.com/ComputePolicy",
      namespace,
      missing: "warn",
    }),
  );

/** What each member of `spec` can name. Most VMs have few of them, and there are many VMs. */
const READERS: readonly (readonly [member: string, read: Reader])[] = [
  [
    "className",
    (document) =>
      referenceAt(document, ["spec", "className"], {
        kind: "vmoperator.vmware.com/VirtualMachineClass",
      }),
  ],
  ["image", (document) => referenceAt(document, ["spec", "image", "name"], IMAGE)],
  ["imageName", (document) => referenceAt(document, ["spec", "imageName"], IMAGE)],
  ["storageClass", (document) => referenceAt(document, ["spec", "storageClass"], storageClass())],
  [
    "bootstrap",
    (document, namespace) =>
      secretAt(document, ["spec", "bootstrap", "cloudInit", "rawCloudConfig", "name"], namespace),
  ],
  [
    "vmMetadata",
    (document, namespace) => secretAt(document, ["spec", "vmMetadata", "secretName"], namespace),
  ],
  [
    "groupName",
    (document, namespace) =>
      referenceAt(document, ["spec", "groupName"], {
        kind: "vmoperator.vmware.com/VirtualMachineGroup",
        namespace,
      }),
  ],
  ["policies", policiesOf],
  ["volumes", claimsOf],
  [
    "network",
    (document) =>
      eachAt(document, ["spec", "network", "interfaces"], (_card, at) =>
        referenceAt(document, [...at, "network", "name"], NETWORK),
      ),
  ],
  [
    "networkInterfaces",
    (document) =>
      eachAt(document, ["spec", "networkInterfaces"], (_card, at) =>
        referenceAt(document, [...at, "networkName"], NETWORK),
      ),
  ],
];

/** What a VM names: class, image, storage class, claims, networks, group, policies. */
export function virtualMachineReferences(document: JsonObject): Reference[] {
  const namespace = namespaceOf(document);
  const spec = objectAt(document, "spec");
  const found: Reference[] = [];
  for (const [member, read] of READERS) {
    if (spec[member] === undefined) continue;
    for (const reference of read(document, namespace)) found.push(reference);
  }
  return found;
}
