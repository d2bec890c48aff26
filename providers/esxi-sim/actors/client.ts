import type { Entry } from "../transaction.ts";
import type { WorldObject } from "../world.ts";

/** Step 1: the developer sends the Pod to the API server; the record keeps file and line (P01). */
export function submit(pod: WorldObject, source: string | undefined): Entry {
  const detail = source === undefined ? {} : { source };
  return {
    changes: [],
    events: [{ step: 1, actor: "client", event: "submit", object: pod.id, detail }],
  };
}
