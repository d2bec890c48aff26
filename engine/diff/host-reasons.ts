import type { ChangeReason } from "../model/change.ts";
import type { DesiredResource } from "../model/desired.ts";
import type { ObservedObject } from "../model/observation.ts";
import { because } from "./build.ts";
import type { DecideContext } from "./inputs.ts";

/**
 * Why a workload cannot stay where it is. Where it stays well is nobody's wish: a move made by
 * others is no difference, only a pin is.
 */
export function hostReasons(
  desired: DesiredResource,
  object: ObservedObject,
  context: DecideContext,
): ChangeReason[] {
  const { workload } = desired;
  const { host: name } = object;
  if (workload === undefined || name === undefined) return [];
  if (workload.pinHost !== undefined && workload.pinHost !== name) {
    return [because("pin-changed", { detail: `pinned to "${workload.pinHost}"` })];
  }
  const host = context.world.host(name);
  if (host === undefined) {
    return context.world.isComplete(desired.provider)
      ? [because("host-failed", { detail: `host "${name}" is gone` })]
      : [];
  }
  if (host.connection === "disconnected") {
    return [because("host-failed", { detail: `host "${name}" is disconnected` })];
  }
  if (host.connection !== "connected") {
    return [because("host-leaving", { detail: `host "${name}" is in ${host.connection}` })];
  }
  return context.leavingHosts.has(name)
    ? [because("host-leaving", { detail: `host "${name}" is to leave` })]
    : [];
}

/** Hosts that the documents send into maintenance or no longer have. */
export function leavingHosts(context: Pick<DecideContext, "input">): ReadonlySet<string> {
  const { desired, recorded, mode } = context.input;
  const leaving = new Set<string>();
  if (mode === "destroy") return leaving;
  for (const resource of desired.resources.values()) {
    if (resource.host !== undefined && resource.host.connection === "maintenance") {
      leaving.add(resource.host.name);
    }
  }
  for (const resource of recorded.resources.values()) {
    if (resource.kind === "host" && !desired.resources.has(resource.address)) {
      leaving.add(resource.name);
    }
  }
  return leaving;
}
