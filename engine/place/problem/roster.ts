import type { Change } from "../../model/change.ts";
import type { WorkloadTerms } from "../../model/desired.ts";
import type { Host } from "../../model/host.ts";
import { machineOf } from "../../model/machine.ts";
import type { ObservedObject } from "../../model/observation.ts";
import type { PlacementWorkload } from "../../model/placement.ts";
import type { Toleration } from "../../model/scheduling.ts";
import { type LibertyFacts, withLiberties } from "./liberties.ts";
import { untoleratedTaint } from "../classes/selectors.ts";
import { desiredWorkload, observedWorkload } from "./workloads.ts";

/** Who takes or wants room, and whose room this plan frees before anything else. */
export interface Roster {
  readonly workloads: PlacementWorkload[];
  readonly leaving: PlacementWorkload[];
}

/** One observed object with what documents and diff say of it. */
export interface ObjectFacts extends LibertyFacts {
  readonly hostByName: ReadonlyMap<string, Host>;
  /** What it is called where nobody declares it. */
  readonly foreignKey: string;
}

/**
 * Writes one observed object into the roster; true when that settles the resource at its address,
 * so that it needs no host besides.
 */
export function enrol(roster: Roster, facts: ObjectFacts): boolean {
  const { object, resource, change } = facts;
  if (object.host === undefined || object.power === "off") return false;
  if (change?.action === "delete" || change?.action === "replace") {
    enrolGoing(roster, facts, change);
    return false;
  }
  const terms = resource?.workload;
  if (resource === undefined || terms === undefined) {
    add(roster.workloads, observedWorkload(object, facts.foreignKey));
    return true;
  }
  if (!terms.poweredOn) {
    add(roster.leaving, observedWorkload(object, resource.address));
    return false;
  }
  const wish = wishOf(facts, terms);
  const { host: at, active, usage } = object;
  const declared = desiredWorkload(resource, terms, { wish, at, active, usage });
  roster.workloads.push(withLiberties(declared, facts));
  // What is resized is found room afresh, on its host if it fits; until then it takes the old.
  if (wish === "place") add(roster.leaving, observedWorkload(object, resource.address));
  return true;
}

/** An object on its way out frees its room first, unless its successor has to stand before. */
function enrolGoing(
  roster: Roster,
  { object, resource, foreignKey }: ObjectFacts,
  change: Change,
): void {
  const isCreateFirst =
    change.action === "replace" && resource?.rules.replaceOrder === "create-first";
  if (isCreateFirst) add(roster.workloads, observedWorkload(object, foreignKey));
  else add(roster.leaving, observedWorkload(object, change.address));
}

function add(list: PlacementWorkload[], workload: PlacementWorkload | undefined): void {
  if (workload !== undefined) list.push(workload);
}

/** `repair` where it must go, `place` where it has to find room anew, else it stays untouched. */
function wishOf(
  { object, resource, change, hostByName }: ObjectFacts,
  terms: WorkloadTerms,
): PlacementWorkload["wish"] {
  if (change?.action === "blocked" || resource?.behaviour.paused === true) return "keep";
  const host = object.host === undefined ? undefined : hostByName.get(object.host);
  if (change?.action === "move" || !mayStay(host, terms)) return "repair";
  return change?.action === "update" && grows(object, terms) ? "place" : "keep";
}

/** True when the machine shall be larger than it is: it has to find room anew. */
function grows({ attributes }: ObservedObject, { demand }: WorkloadTerms): boolean {
  const machine = machineOf(attributes);
  if (machine === undefined) return false;
  const { size, reservation, overheadBytes } = demand;
  return (
    size.cpuMillicores > machine.cpuMillicores ||
    size.memoryBytes > machine.memoryBytes ||
    reservation.cpuMillicores > machine.reservedCpuMillicores ||
    reservation.memoryBytes + overheadBytes > machine.reservedMemoryBytes + machine.overheadBytes
  );
}

/** A failed or emptied host, a pin elsewhere and a taint with NoExecute drive a workload out. */
function mayStay(host: Host | undefined, terms: WorkloadTerms): boolean {
  if (host === undefined) return false;
  if (host.connection === "maintenance" || host.connection === "disconnected") return false;
  if (terms.pinHost !== undefined && terms.pinHost !== host.name) return false;
  return !isEvicted(host, terms.scheduling.tolerations);
}

function isEvicted(host: Host, tolerations: readonly Toleration[]): boolean {
  const evicting = host.taints.filter((taint) => taint.effect === "NoExecute");
  return untoleratedTaint(evicting, tolerations) !== undefined;
}
