import type { Entry } from "../transaction.ts";
import type { WorldObject } from "../world.ts";

/** Step 11: the controller reacts to the event of step 10, not to a timer, and calls Spherelet. */
export function triggerSpherelet(pod: WorldObject): Entry {
  const event = { step: 11, actor: "podlifecycle", event: "trigger", object: pod.id } as const;
  return {
    changes: [["note", pod.id, { start: { ...pod.start, step: 11 } }]],
    events: [{ ...event, detail: { cause: pod.revision, host: pod.host ?? "" } }],
    spendMs: 10,
  };
}
