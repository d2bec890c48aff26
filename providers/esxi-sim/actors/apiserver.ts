import type { Entry } from "../transaction.ts";
import type { WorldObject } from "../world.ts";

/**
 * The only actor that stores: each of its records is one revision, and the watch event of a change
 * carries that revision. The others react to the event, none of them polls (P02).
 */
export function storePod(pod: WorldObject): Entry {
  const event = { step: 2, actor: "apiserver", event: "store", object: pod.id } as const;
  return {
    changes: [["put", { ...pod, phase: "Pending", start: { ...pod.start, step: 2 } }]],
    events: [{ ...event, detail: { watch: "ADDED" } }],
  };
}

/** Step 10: the VM id is stored; the host's control plane can find the Pod's VM now. */
export function storeVmId(pod: WorldObject): Entry {
  const vmId = pod.start?.vmId ?? "";
  const event = { step: 10, actor: "apiserver", event: "store-vm-id", object: pod.id } as const;
  return {
    changes: [["set", pod.id, { vmId, start: { ...pod.start, step: 10 } }]],
    events: [{ ...event, detail: { watch: "MODIFIED", vmId } }],
  };
}
