import type { FieldMarkRule } from "../../engine/contract/kind.ts";
import type { ListRule } from "../../engine/model/desired.ts";
import type { JsonPointer } from "../../engine/model/json.ts";

const byKey = (path: JsonPointer, key: string): ListRule => ({ path, by: { key } });

/** How the lists of the Pod spec at `prefix` are compared. */
export function podLists(prefix: JsonPointer): ListRule[] {
  const containers = ["containers", "initContainers"].flatMap((list) => [
    byKey(`${prefix}/${list}`, "name"),
    byKey(`${prefix}/${list}/*/env`, "name"),
    byKey(`${prefix}/${list}/*/ports`, "containerPort"),
    byKey(`${prefix}/${list}/*/volumeMounts`, "mountPath"),
    byKey(`${prefix}/${list}/*/volumeDevices`, "devicePath"),
  ]);
  return [
    ...containers,
    byKey(`${prefix}/volumes`, "name"),
    byKey(`${prefix}/imagePullSecrets`, "name"),
    { path: `${prefix}/tolerations`, by: "set" },
    byKey(`${prefix}/topologySpreadConstraints`, "topologyKey"),
  ];
}

const GUEST_CLUSTER =
  "run it in a guest cluster: declare a TanzuKubernetesCluster and deploy the Pod there";

/** Refusals and warnings of a Supervisor about the Pod spec at `prefix`. */
export function podMarks(prefix: JsonPointer): FieldMarkRule[] {
  const privileged = ["containers", "initContainers"].map(
    (list): FieldMarkRule => ({
      path: `${prefix}/${list}/*/securityContext/privileged`,
      provider: "*",
      mark: "refused",
      when: true,
      why: "A vSphere Pod has no host to be privileged on: it runs on its own kernel in a VM.",
      help: GUEST_CLUSTER,
    }),
  );
  const host = ["hostNetwork", "hostPID", "hostIPC"].map(
    (field): FieldMarkRule => ({
      path: `${prefix}/${field}`,
      provider: "*",
      mark: "warned",
      when: true,
      why: `A vSphere Pod shares nothing with its host, so ${field} is ignored.`,
      help: `remove ${field}`,
    }),
  );
  return [
    ...privileged,
    ...host,
    {
      path: `${prefix}/os/name`,
      provider: "*",
      mark: "refused",
      when: "windows",
      why: "A vSphere Pod runs a Linux kernel, so it cannot run Windows containers.",
      help: "declare a VirtualMachine with a Windows image",
    },
  ];
}
