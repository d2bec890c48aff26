import type { TraceEvent } from "../journal.ts";
import type { Entry } from "../transaction.ts";
import type { WorldObject } from "../world.ts";

/** Step 7: only after the binding is stored, vCenter tells hostd on the chosen host to power on. */
export function requestPowerOn(pod: WorldObject): Entry {
  const event = { step: 7, actor: "vcenter", event: "request-power-on", object: pod.id } as const;
  return {
    changes: [["note", pod.id, { start: { ...pod.start, step: 7 } }]],
    events: [{ ...event, detail: { host: pod.host ?? "", cause: pod.revision } }],
    spendMs: 20,
  };
}

/** A running machine moves live; one that is off, or whose host is gone, is registered anew. */
export function relocated(object: WorldObject, to: string, isLive: boolean): TraceEvent {
  return {
    actor: "vcenter",
    event: isLive ? "vmotion" : "relocate",
    object: object.id,
    detail: { from: object.host ?? "", to },
  };
}
