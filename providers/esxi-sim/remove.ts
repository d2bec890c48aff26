import type { DestroyPermit, Outcome } from "../../engine/contract/provider.ts";
import { powerOffEvent } from "./actors/hostd.ts";
import { IMAGE_STORE } from "./actors/spherelet.ts";
import { failed } from "./answers.ts";
import { CODES } from "./codes.ts";
import { fenceChanges, refusedByFence, refusedByOwner, refusedByRevision } from "./guards.ts";
import { isMachineKind } from "./machines.ts";
import type { Transaction } from "./transaction.ts";
import { type Change, partsOf, type World, type WorldObject } from "./world.ts";

/** Removes one object of ours and its parts; one that is gone already is done. */
export function removeObject(transaction: Transaction, permit: DestroyPermit): Outcome {
  const { world } = transaction;
  const object = world.objects.get(permit.objectId);
  const fenced = refusedByFence(world, permit.tag);
  if (fenced !== undefined) return fenced;
  if (object === undefined) {
    return { is: "done", revision: String(world.revision), changed: false };
  }
  const refusal =
    refusedByOwner(object, permit.tag.lineage) ??
    refusedByRevision(object, permit.fromRevision) ??
    refusedByContents(world, object);
  if (refusal !== undefined) return refusal;
  const revision = dropObject(transaction, object, fenceChanges(world, permit.tag));
  return { is: "done", revision: String(revision), changed: true };
}

/** Takes an object and its parts out of the world in one record. */
export function dropObject(
  transaction: Transaction,
  object: WorldObject,
  more: readonly Change[] = [],
): number {
  const parts = [
    ...partsOf(transaction.world, object.id),
    ...(object.kind === "host" ? endedOn(transaction.world, object.name) : []),
  ];
  const isRunning = isMachineKind(object.kind) && object.power === "on";
  return transaction.record({
    changes: [...more, ...parts.map((part): Change => ["drop", part.id]), ["drop", object.id]],
    events: [
      ...(isRunning ? [powerOffEvent(object, true)] : []),
      { actor: "vcenter-api", event: "remove", object: object.id },
    ],
    spendMs: isRunning ? 500 : 10,
  });
}

/** Native Pods that did their work on a host and are of use to nobody once it is gone. */
const endedOn = (world: World, host: string): readonly WorldObject[] =>
  partsOf(world, IMAGE_STORE).filter((fetcher) => fetcher.host === host);

/** A host with machines on it and a namespace with objects in it stay. */
function refusedByContents(world: World, object: WorldObject): Outcome | undefined {
  if (object.kind !== "host" && object.kind !== "ns") return undefined;
  for (const other of world.objects.values()) {
    if (other.owner !== undefined || other.id === object.id) continue;
    if (object.kind === "host" && other.host === object.name && isMachineKind(other.kind)) {
      const why = `host "${object.name}" still has ${other.kind} "${other.name}" on it`;
      return failed("conflict", CODES.hostInUse, why);
    }
    if (object.kind === "ns" && other.namespace === object.name) {
      const why = `namespace "${object.name}" still has ${other.kind} "${other.name}" in it`;
      return failed("conflict", CODES.namespaceInUse, why);
    }
  }
  return undefined;
}
