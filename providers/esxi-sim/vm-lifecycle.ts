import { objectAt } from "../../engine/model/json.ts";
import type { TraceEvent } from "./journal.ts";
import { containerEvents } from "./actors/crx.ts";
import { bootEvents, nextVmId, POD_BOOT_MS, powerOffEvent, VM_BOOT_MS } from "./actors/hostd.ts";
import { relocated } from "./actors/vcenter.ts";
import { exceedsEveryHost, refusedByHost, refusedByReservation } from "./admission.ts";
import { leaseAddress } from "./network.ts";
import type { Transaction } from "./transaction.ts";
import { type Change, hostNamed, partsOf, type World, type WorldObject } from "./world.ts";

/** Why a machine stays as it is. */
export interface Refusal {
  readonly reason: string;
  readonly message: string;
}

/** Why a machine may not be powered on at a host; undefined when it may. */
function refusalAt(
  world: World,
  object: WorldObject,
  host: string | undefined,
): Refusal | undefined {
  const { machine } = object;
  const tooBig = machine === undefined ? undefined : exceedsEveryHost(world, machine, host);
  if (tooBig !== undefined) return { reason: "LimitExceedsHost", message: tooBig };
  if (host === undefined)
    return { reason: "NoHost", message: "no host was chosen for the machine" };
  const refused = refusedByHost(world, host, machine) ?? refusedByReservation(world, host, machine);
  if (refused?.is !== "failed") return undefined;
  return { reason: "HostRefused", message: refused.why.message };
}

/** Powers a registered machine on: only hostd does (A10). The refusal is stored as its reason. */
export function powerOn(transaction: Transaction, id: string): Refusal | undefined {
  const { world } = transaction;
  const object = world.objects.get(id);
  if (object === undefined || object.power === "on") return undefined;
  const refusal = refusalAt(world, object, object.host);
  if (refusal === undefined) boot(transaction, object, object.host ?? "");
  else if (object.reason !== refusal.reason || object.message !== refusal.message) {
    transaction.record({ changes: [["set", id, { ...refusal, phase: "Pending" }]] });
  }
  return refusal;
}

function boot(transaction: Transaction, object: WorldObject, host: string): void {
  const { world } = transaction;
  const network = networkOf(world, object);
  const number = object.vmId === undefined ? nextVmId(world, host) : undefined;
  const vmId = object.vmId ?? number?.vmId ?? "";
  const running = { power: "on", phase: "Running", reason: null, message: null, vmId } as const;
  transaction.record({
    changes: [
      ...network.changes,
      ...(number?.changes ?? []),
      ["set", object.id, { ...running, ...network.patch }],
      ...partChanges(world, object.id, { power: "on", host }),
    ],
    events: startEvents(object, host, network.address),
    spendMs: object.machine?.runtime === "crx" ? POD_BOOT_MS : VM_BOOT_MS,
  });
}

/**
 * Order of network and start: a machine that Kubernetes manages gets its network first; in bridge
 * mode the network is plugged in while it starts (W10, W11, F9).
 */
function startEvents(object: WorldObject, host: string, address: string | undefined): TraceEvent[] {
  const isCrx = object.machine?.runtime === "crx";
  const annotations = objectAt(object.attributes, "metadata", "annotations");
  const event = (actor: string, name: string): TraceEvent => ({
    actor,
    event: name,
    object: object.id,
    ...(address === undefined ? {} : { detail: { address } }),
  });
  const attach = event(isCrx ? "spherelet" : "vcenter", "network-attach");
  const start: TraceEvent = { actor: "hostd", event: "domain-start", object: object.id };
  const booted = [start, ...bootEvents(object, host, isCrx)];
  const isBridge = annotations["vpac.dev/network-mode"] === "bridge";
  const started = isBridge ? [...booted, event("hostd", "tap-create")] : [attach, ...booted];
  return isCrx ? [...started, ...containerEvents(object)] : started;
}

function networkOf(
  world: World,
  object: WorldObject,
): {
  readonly changes: readonly Change[];
  readonly patch: { readonly address?: string };
  readonly address: string | undefined;
} {
  if (object.address !== undefined) return { changes: [], patch: {}, address: object.address };
  const lease = leaseAddress(world, object.namespace);
  if (lease === undefined) return { changes: [], patch: {}, address: undefined };
  return { changes: lease.changes, patch: { address: lease.address }, address: lease.address };
}

/** Stops a machine: gracefully, or as a power cut. One that is off already is left alone. */
export function powerOff(transaction: Transaction, id: string, isGraceful: boolean): void {
  const object = transaction.world.objects.get(id);
  if (object === undefined || object.power === "off") return;
  const wasStopped = object.kind === "pod" ? "Unknown" : "Stopped";
  transaction.record({
    changes: [
      ["set", id, { power: "off", phase: wasStopped, load: null }],
      ...partChanges(transaction.world, id, { power: "off" }),
    ],
    events: [powerOffEvent(object, isGraceful)],
    spendMs: isGraceful ? 500 : 10,
  });
}

export function suspend(transaction: Transaction, id: string): void {
  const object = transaction.world.objects.get(id);
  if (object === undefined || object.power === "suspended") return;
  transaction.record({
    changes: [["set", id, { power: "suspended", phase: "Suspended", load: null }]],
    events: [{ actor: "hostd", event: "suspend", object: id }],
    spendMs: 500,
  });
}

/** Moves a machine: live where it runs and both hosts are connected, else it is registered anew. */
export function relocate(transaction: Transaction, id: string, to: string): Refusal | undefined {
  const { world } = transaction;
  const object = world.objects.get(id);
  if (object === undefined || object.host === to) return undefined;
  const refusal =
    object.power === "on" ? refusalAt(world, object, to) : refusalToHold(world, object, to);
  if (refusal !== undefined) return refusal;
  const from = object.host === undefined ? undefined : hostNamed(world, object.host);
  const isLive = object.power === "on" && from?.connection !== "disconnected";
  const { vmId, changes } = nextVmId(world, to);
  transaction.record({
    changes: [
      ...changes,
      [
        "set",
        id,
        { host: to, reason: null, message: null, ...(object.vmId === undefined ? {} : { vmId }) },
      ],
      ...partChanges(world, id, { host: to, vmId }),
    ],
    events: [relocated(object, to, isLive)],
    spendMs: isLive ? 5000 : 100,
  });
  return undefined;
}

/** A machine that is off needs a host that can run it, but no room on it. */
function refusalToHold(world: World, object: WorldObject, host: string): Refusal | undefined {
  const refused = refusedByHost(world, host, object.machine);
  if (refused?.is !== "failed") return undefined;
  return { reason: "HostRefused", message: refused.why.message };
}

/** The VM of a Pod follows the Pod in the same record. */
function partChanges(
  world: World,
  id: string,
  patch: { readonly power?: "on" | "off"; readonly host?: string; readonly vmId?: string },
): readonly Change[] {
  const vm = partsOf(world, id).find((part) => part.kind === "podvm");
  return vm === undefined ? [] : [["set", vm.id, patch]];
}
