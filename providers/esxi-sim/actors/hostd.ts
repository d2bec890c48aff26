import type { JsonObject } from "../../../engine/model/json.ts";
import type { TraceEvent } from "../journal.ts";
import type { Entry } from "../transaction.ts";
import { type Change, hostNamed, partsOf, type World, type WorldObject } from "../world.ts";

/** Boot of a CRX instance: the kernel is written into memory, without disk or firmware (C05). */
const CRX_BOOT = ["vmx-ready", "vmm-ready", "kernel-loaded", "init-ready"] as const;
const VM_BOOT = ["vmx-ready", "vmm-ready", "firmware-ready", "boot-loader-ready", "guest-ready"];

export const POD_BOOT_MS = 300;
export const VM_BOOT_MS = 30_000;

/** The VM of a Pod is an object of its own, linked to the Pod, with one id for ever (C01, P15). */
export const podVmId = (podId: string): string => `vm-of-${podId}`;

export function podVm(pod: WorldObject, more: Partial<WorldObject>): WorldObject {
  return {
    id: podVmId(pod.id),
    kind: "podvm",
    kindKey: "sim/PodVM",
    apiVersion: "sim/v1",
    ...(pod.namespace === undefined ? {} : { namespace: pod.namespace }),
    name: pod.name,
    attributes: { boot: { mode: "direct-kernel" } },
    owner: pod.id,
    power: "off",
    revision: 0,
    ...more,
  };
}

/** Power events of a machine: every one names hostd, since nothing else powers VMs (A10). */
export function bootEvents(object: WorldObject, host: string, isCrx: boolean): TraceEvent[] {
  const event = (name: string, detail?: JsonObject): TraceEvent => ({
    actor: "hostd",
    event: name,
    object: object.id,
    ...(detail === undefined ? {} : { detail }),
  });
  const boot = (isCrx ? CRX_BOOT : VM_BOOT).map((name) =>
    name === "kernel-loaded" ? event(name, { mode: "direct-kernel" }) : event(name),
  );
  return [event("power-on", { host }), ...boot];
}

export const powerOffEvent = (object: WorldObject, isGraceful: boolean): TraceEvent => ({
  actor: "hostd",
  event: isGraceful ? "shut-down" : "power-off",
  object: object.id,
  detail: { host: object.host ?? "" },
});

/** Number of the next VM on a host: opaque to everybody else and unique there (P09). */
export function nextVmId(world: World, host: string): { vmId: string; changes: Change[] } {
  const object = hostNamed(world, host);
  const number = (object?.lastVmId ?? 0) + 1;
  return {
    vmId: String(number),
    changes: object === undefined ? [] : [["note", object.id, { lastVmId: number }]],
  };
}

/** Step 8: hostd registers and powers on the VM; a VM that runs already is left as it is. */
export function powerOnPod(world: World, pod: WorldObject): Entry {
  const host = pod.host ?? "";
  const existing = partsOf(world, pod.id).find((part) => part.kind === "podvm");
  const isRunning = existing?.power === "on" && existing.host === host;
  const { vmId, changes } = isRunning
    ? { vmId: existing.vmId ?? "", changes: [] }
    : nextVmId(world, host);
  const vm = podVm(pod, { host, vmId, power: "on" });
  const event = { step: 8, actor: "hostd", event: "power-on", object: pod.id } as const;
  return {
    changes: [
      ...changes,
      ...(isRunning ? [] : [["put", vm] as const]),
      ["note", pod.id, { power: "on", start: { ...pod.start, step: 8, vmId } }],
    ],
    events: [
      { ...event, detail: { host, vm: vm.id } },
      ...(isRunning ? [] : bootEvents(pod, host, pod.machine?.runtime !== "vmx").slice(1)),
    ],
    spendMs: POD_BOOT_MS,
  };
}

/** Step 9: hostd returns the VM id to the scheduler extension. */
export function returnVmId(pod: WorldObject): Entry {
  const detail = { vmId: pod.start?.vmId ?? "", to: "scheduler-extension" };
  return {
    changes: [["note", pod.id, { start: { ...pod.start, step: 9 } }]],
    events: [{ step: 9, actor: "hostd", event: "return-vm-id", object: pod.id, detail }],
    spendMs: 10,
  };
}
