import { arrayAt, stringAt } from "../../../engine/model/json.ts";
import type { TraceEvent } from "../journal.ts";
import type { Entry } from "../transaction.ts";
import type { WorldObject } from "../world.ts";
import { agentEvent } from "./spherelet-agent.ts";

const CONTAINERS_START_MS = 350;

/** Image first, then its program: init containers one by one, then the others (C08, P13). */
export function containerEvents(pod: WorldObject): TraceEvent[] {
  const crx = (event: string, name: string): TraceEvent => ({
    actor: "crx",
    event,
    object: pod.id,
    detail: { name },
  });
  const events: TraceEvent[] = [];
  for (const container of arrayAt(pod.attributes, "spec", "initContainers")) {
    const name = stringAt(container, "name") ?? "";
    const isSidecar = stringAt(container, "restartPolicy") === "Always";
    events.push(agentEvent(pod.id, "image-mount", name), crx("init-start", name));
    if (!isSidecar) events.push(crx("init-done", name));
  }
  const names = arrayAt(pod.attributes, "spec", "containers").map((container) =>
    stringAt(container, "name"),
  );
  for (const name of names) events.push(agentEvent(pod.id, "image-mount", name ?? ""));
  for (const name of names) events.push(crx("container-start", name ?? ""));
  return events;
}

/** Step 13: the CRX runtime starts the containers of the spec. */
export function startContainers(pod: WorldObject): Entry {
  return {
    changes: [["note", pod.id, { start: { ...pod.start, step: 13 } }]],
    events: [
      { step: 13, actor: "crx", event: "start-containers", object: pod.id },
      ...containerEvents(pod),
    ],
    spendMs: CONTAINERS_START_MS,
  };
}
