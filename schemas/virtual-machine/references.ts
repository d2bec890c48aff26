import type { Reference } from "../../engine/contract/kind.ts";
import type { JsonObject } from "../../engine/model/json.ts";
import { eachAt, namespaceOf, referenceAt, storageClass } from "../_shared/references.ts";

/** What a VM names: class, image, storage class, claims, networks, group, policies. */
export function virtualMachineReferences(document: JsonObject): Reference[] {
  const namespace = namespaceOf(document);
  const image = { kind: "vpac.dev/MachineImage", missing: "warn" } as const;
  const secret = { kind: "core/Secret", namespace, missing: "warn" } as const;
  const claim = { kind: "vol", namespace, missing: "warn" } as const;
  const network = { kind: "net", missing: "warn" } as const;
  const group = { kind: "vmoperator.vmware.com/VirtualMachineGroup", namespace } as const;
  const policy = { kind: "vsphere.policy.vmware.com/ComputePolicy", namespace } as const;
  const interfaces = ["spec", "network", "interfaces"];
  return [
    ...referenceAt(document, ["spec", "className"], {
      kind: "vmoperator.vmware.com/VirtualMachineClass",
    }),
    ...referenceAt(document, ["spec", "image", "name"], image),
    ...referenceAt(document, ["spec", "imageName"], image),
    ...referenceAt(document, ["spec", "storageClass"], storageClass()),
    ...referenceAt(document, ["spec", "bootstrap", "cloudInit", "rawCloudConfig", "name"], secret),
    ...referenceAt(document, ["spec", "vmMetadata", "secretName"], secret),
    ...referenceAt(document, ["spec", "groupName"], group),
    ...eachAt(document, ["spec", "policies"], (_policy, at) =>
      referenceAt(document, [...at, "name"], { ...policy, missing: "warn" }),
    ),
    ...eachAt(document, ["spec", "volumes"], (_volume, at) => [
      ...referenceAt(document, [...at, "persistentVolumeClaim", "claimName"], claim),
      ...referenceAt(
        document,
        [...at, "persistentVolumeClaim", "instanceVolumeClaim", "storageClass"],
        storageClass(),
      ),
    ]),
    ...eachAt(document, interfaces, (_card, at) =>
      referenceAt(document, [...at, "network", "name"], network),
    ),
    ...eachAt(document, ["spec", "networkInterfaces"], (_card, at) =>
      referenceAt(document, [...at, "networkName"], network),
    ),
  ];
}
