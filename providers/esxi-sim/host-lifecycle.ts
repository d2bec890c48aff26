import { isMachineKind } from "./machines.ts";
import type { Transaction } from "./transaction.ts";
import { type Change, partsOf, type World, type WorldObject } from "./world.ts";

/** A host dies: its machines stop where they are, nothing is moved or removed. */
export function failHost(transaction: Transaction, host: WorldObject): void {
  const { world } = transaction;
  const machines = machinesOn(world, host.name).filter((machine) => machine.power !== "off");
  const stopped = machines.flatMap((machine): Change[] => [
    ["set", machine.id, { power: "off", phase: "Unknown", load: null }],
    ...partsOf(world, machine.id)
      .filter((part) => part.kind === "podvm")
      .map((part): Change => ["set", part.id, { power: "off" }]),
  ]);
  transaction.record({
    changes: [
      ["set", host.id, { connection: "disconnected" }],
      ...stopped,
      ...nodes(world, host, "NotReady"),
    ],
    events: [{ actor: "vcenter", event: "host-lost", object: host.id }],
  });
}

/** The host answers again; what it ran stays off until somebody powers it on. */
export function restoreHost(transaction: Transaction, host: WorldObject): void {
  transaction.record({
    changes: [
      ["set", host.id, { connection: "connected" }],
      ...nodes(transaction.world, host, "Ready"),
    ],
    events: [{ actor: "vcenter", event: "host-connected", object: host.id }],
  });
}

/** The host takes nothing new; what runs on it keeps running until it is moved away. */
export function setMaintenance(transaction: Transaction, host: WorldObject): void {
  transaction.record({
    changes: [["set", host.id, { connection: "maintenance" }]],
    events: [{ actor: "vcenter", event: "enter-maintenance", object: host.id }],
  });
}

function machinesOn(world: World, host: string): readonly WorldObject[] {
  return [...world.objects.values()].filter(
    (object) => object.host === host && object.owner === undefined && isMachineKind(object.kind),
  );
}

/** The node that the host's Spherelet registered follows the health of the host (A02). */
function nodes(world: World, host: WorldObject, phase: string): readonly Change[] {
  return [...world.objects.values()]
    .filter((object) => object.kind === "node" && object.host === host.name)
    .map((node): Change => ["set", node.id, { phase }]);
}
