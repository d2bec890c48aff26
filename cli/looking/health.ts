import { stringAt } from "../../engine/model/json.ts";
import type { ObservedObject } from "../../engine/model/observation.ts";
import type { RecordedResource } from "../../engine/model/recorded.ts";

export type Health = "Healthy" | "Progressing" | "Degraded" | "Suspended" | "Missing" | "Unknown";

/** Worst first: the order in which `status` lists them. */
export const HEALTHS: readonly Health[] = [
  "Missing",
  "Degraded",
  "Unknown",
  "Progressing",
  "Suspended",
  "Healthy",
];

interface HealthFacts {
  readonly record: RecordedResource | undefined;
  readonly observed: ObservedObject | undefined;
  /** True when what is absent from the reading does not exist. */
  readonly isComplete: boolean;
}

const PHASES: Readonly<Record<string, Health>> = {
  Running: "Healthy",
  Succeeded: "Healthy",
  Ready: "Healthy",
  Bound: "Healthy",
  Active: "Healthy",
  Provisioned: "Healthy",
  Pending: "Progressing",
  Creating: "Progressing",
  Starting: "Progressing",
  Provisioning: "Progressing",
  Updating: "Progressing",
  Deleting: "Progressing",
  Terminating: "Progressing",
  Failed: "Degraded",
  Error: "Degraded",
  Lost: "Degraded",
};

const CONNECTIONS: Readonly<Record<string, Health>> = {
  connected: "Healthy",
  maintenance: "Suspended",
  standby: "Suspended",
  disconnected: "Degraded",
};

/** One word for how an object is, by what its kind can tell: connection, power, phase, presence. */
export function healthOf({ record, observed, isComplete }: HealthFacts): Health {
  if (observed === undefined) return isComplete ? "Missing" : "Unknown";
  if (record?.condition === "failed-start") return "Degraded";
  const connection = stringAt(observed.status, "connection");
  if (connection !== undefined) return CONNECTIONS[connection] ?? "Unknown";
  const phase = PHASES[stringAt(observed.status, "phase") ?? ""];
  if (observed.power === undefined) return phase ?? "Healthy";
  return powerHealth(observed, phase);
}

/** A machine that is off is well only when it is wished off, or when its work is done. */
function powerHealth(observed: ObservedObject, phase: Health | undefined): Health {
  if (observed.power === "on") return phase ?? "Healthy";
  if (observed.power === "suspended") return "Suspended";
  const wished = stringAt(observed.attributes, "spec", "powerState")?.toLowerCase();
  if (wished === "poweredoff" || wished === "suspended") return "Suspended";
  const isDone = stringAt(observed.status, "phase") === "Succeeded";
  return isDone ? "Healthy" : "Degraded";
}
