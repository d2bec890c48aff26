import type { Entry } from "../transaction.ts";
import type { WorldObject } from "../world.ts";

/** Step 5: the choice goes back through the vCenter API server to the scheduler extension. */
export function returnChoice(pod: WorldObject): Entry {
  const event = { step: 5, actor: "vcenter-api", event: "return", object: pod.id } as const;
  const detail = { to: "scheduler-extension", host: pod.start?.host ?? "" };
  return {
    changes: [["note", pod.id, { start: { ...pod.start, step: 5 } }]],
    events: [{ ...event, detail }],
    spendMs: 10,
  };
}
