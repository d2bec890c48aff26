import { compareText } from "../../engine/model/canonical.ts";
import { type JsonObject, stringAt } from "../../engine/model/json.ts";
import type { World, WorldObject } from "./world.ts";

/**
 * Phases of a guest cluster (row T02), derived from the machines that are its nodes: first the VMs
 * are made, then kubeadm turns the first control-plane VM, the other ones and the workers into
 * nodes. It is ready when every VM has become a node; the first one that has not is named.
 */
export function clusterStatus(world: World, cluster: WorldObject): JsonObject {
  const machines = nodesOf(world, cluster);
  const joined = machines.filter((machine) => machine.power === "on");
  const missing = machines.find((machine) => machine.power !== "on")?.name;
  const phase = phaseOf(machines, joined);
  return {
    phase,
    nodes: joined.length,
    machines: machines.length,
    ...(missing === undefined ? {} : { waitsFor: missing }),
  };
}

function phaseOf(machines: readonly WorldObject[], joined: readonly WorldObject[]): string {
  if (machines.length === 0) return "Pending";
  if (joined.length === machines.length) return "Ready";
  const controlPlane = machines.filter((machine) => isControlPlane(machine));
  const ready = joined.filter((machine) => isControlPlane(machine)).length;
  if (joined.length === 0) return "CreatingMachines";
  if (ready === 0) return "InitialisingControlPlane";
  return ready < controlPlane.length ? "JoiningControlPlane" : "JoiningWorkers";
}

const isControlPlane = (machine: WorldObject): boolean =>
  stringAt(machine.attributes, "spec", "role") === "control-plane";

/** Node VMs name their cluster and live in its namespace. */
function nodesOf(world: World, cluster: WorldObject): readonly WorldObject[] {
  const found: WorldObject[] = [];
  for (const object of world.objects.values()) {
    if (object.kind !== "vm" || object.namespace !== cluster.namespace) continue;
    if (object.tag?.lineage !== cluster.tag?.lineage) continue;
    if (stringAt(object.attributes, "spec", "guestCluster") === cluster.name) found.push(object);
  }
  return found.sort((left, right) => compareText(left.name, right.name));
}
