/**
 * Eviction under memory pressure. It is left to Kubernetes, which knows the Pods better: DRS and
 * the host only take back what is beyond the reservations (rows S09, R05, F11).
 */
import { compareText } from "../../engine/model/canonical.ts";
import { numberAt, stringAt } from "../../engine/model/json.ts";
import type { Transaction } from "./transaction.ts";
import { powerOff } from "./vm-lifecycle.ts";
import type { World, WorldObject } from "./world.ts";

/**
 * Evicts the next Pod of a host: BestEffort first, then Burstable ones that use more than they
 * requested, Guaranteed ones last; lower priorities before higher, then by how much is used beyond
 * the request, then by name. Returns its id; undefined where the host runs no Pod.
 */
export function evictNext(transaction: Transaction, host: WorldObject): string | undefined {
  const [next] = podsOn(transaction.world, host.name).sort(compareVictims);
  if (next === undefined) return undefined;
  powerOff(transaction, next.id, false);
  const message = `The host "${host.name}" was low on memory.`;
  transaction.record({
    changes: [["set", next.id, { phase: "Failed", reason: "Evicted", message }]],
    events: [
      {
        actor: "kubernetes",
        event: "evict",
        object: next.id,
        detail: { host: host.name, qos: qosOf(next) },
      },
    ],
  });
  return next.id;
}

const podsOn = (world: World, host: string): WorldObject[] =>
  [...world.objects.values()].filter(
    (object) => object.kind === "pod" && object.host === host && object.power === "on",
  );

const compareVictims = (left: WorldObject, right: WorldObject): number =>
  rankOf(left) - rankOf(right) ||
  priorityOf(left) - priorityOf(right) ||
  excessOf(right) - excessOf(left) ||
  compareText(left.namespace ?? "", right.namespace ?? "") ||
  compareText(left.name, right.name);

function rankOf(pod: WorldObject): number {
  const qos = qosOf(pod);
  if (qos === "BestEffort") return 0;
  if (qos === "Burstable") return excessOf(pod) > 0 ? 1 : 2;
  return 3;
}

/** Written by `resolve`; a Pod of somebody else that reserves nothing has asked for nothing. */
const qosOf = ({ attributes, machine }: WorldObject): string =>
  stringAt(attributes, "sizing", "qos") ??
  ((machine?.reservedMemoryBytes ?? 0) > 0 ? "Burstable" : "BestEffort");

const priorityOf = ({ attributes }: WorldObject): number =>
  numberAt(attributes, "spec", "priority") ?? 0;

/** Memory in use beyond what is reserved. */
const excessOf = ({ load, machine }: WorldObject): number =>
  (load?.memoryBytes ?? 0) - (machine?.reservedMemoryBytes ?? 0);
