import type { TraceEvent } from "../journal.ts";

/** The agent inside the CRX instance: it mounts volumes and images and sets up the network. */
export const agentEvent = (pod: string, event: string, name?: string): TraceEvent => ({
  actor: "spherelet-agent",
  event,
  object: pod,
  ...(name === undefined ? {} : { detail: { name } }),
});
