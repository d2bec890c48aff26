import type { Intent, Outcome } from "../../engine/contract/provider.ts";
import { connectionOf } from "../../engine/model/host-spec.ts";
import { podVm } from "./actors/hostd.ts";
import { refusedByHost, refusedByReservation } from "./admission.ts";
import { done } from "./answers.ts";
import { fenceChanges, refusedByFence, refusedByName, refusedByOwner } from "./guards.ts";
import { isMachineKind, isVirtletPod, machineFor, wishedPower } from "./machines.ts";
import { beginStart, continueStart, rewindStart, type StartWish } from "./pod-start.ts";
import type { Transaction } from "./transaction.ts";
import { powerOn } from "./vm-lifecycle.ts";
import { hostNamed, type WorldObject } from "./world.ts";

export const startWish = (intent: Intent): StartWish => ({
  host: intent.host,
  source: intent.source,
  decision: intent.decision,
});

/** True for Pods that run in a CRX instance and start by the 14 steps. */
export const startsBySteps = ({ kind, attributes }: Intent): boolean =>
  kind === "pod" && !isVirtletPod(attributes) && wishedPower(attributes) === "on";

/** Creates the object of an intent; a repeat finds the first one and finishes what it began. */
export function createObject(
  transaction: Transaction,
  intent: Intent,
  stepsMax: number | undefined,
): Outcome {
  const { world } = transaction;
  const existing = world.objects.get(intent.objectId);
  const refusal =
    refusedByFence(world, intent.tag) ??
    (existing === undefined
      ? refusedCreate(transaction, intent)
      : refusedByOwner(existing, intent.tag.lineage));
  if (refusal !== undefined) return refusal;
  if (existing === undefined) register(transaction, intent);
  else if (stepsMax === undefined) rewindStart(transaction, intent.objectId);
  finish(transaction, intent, stepsMax);
  return done(world.objects.get(intent.objectId) as WorldObject, existing === undefined);
}

/** What forbids the object before anything of it exists. */
function refusedCreate(transaction: Transaction, intent: Intent): Outcome | undefined {
  const { world } = transaction;
  const { kind, namespace, name } = intent;
  const taken = refusedByName(world, { id: intent.objectId, kind, namespace, name }, intent.tag);
  if (taken !== undefined || intent.host === undefined || !isMachineKind(kind)) return taken;
  const machine = machineFor(kind, intent.attributes);
  if (wishedPower(intent.attributes) !== "on") {
    return hostNamed(world, intent.host) === undefined
      ? refusedByHost(world, intent.host, machine)
      : undefined;
  }
  return (
    refusedByHost(world, intent.host, machine) ?? refusedByReservation(world, intent.host, machine)
  );
}

/** Makes the object; machines are registered powered off. */
function register(transaction: Transaction, intent: Intent): void {
  const { world } = transaction;
  const machine = machineFor(intent.kind, intent.attributes);
  const object: WorldObject = {
    id: intent.objectId,
    kind: intent.kind,
    kindKey: intent.kindKey,
    apiVersion: intent.apiVersion,
    ...(intent.namespace === undefined ? {} : { namespace: intent.namespace }),
    name: intent.name,
    attributes: intent.attributes,
    tag: intent.tag,
    ...(machine === undefined ? {} : { machine, power: "off" }),
    ...(intent.kind === "host" ? { connection: connectionOf(intent.attributes) } : {}),
    revision: 0,
  };
  const fences = fenceChanges(world, intent.tag);
  if (startsBySteps(intent)) {
    if (fences.length > 0) transaction.record({ changes: fences });
    beginStart(transaction, object, startWish(intent));
    return;
  }
  const placed = intent.host === undefined ? object : { ...object, host: intent.host };
  transaction.record({
    changes: [
      ...fences,
      ["put", machine === undefined ? placed : { ...placed, phase: "Stopped" }],
      ...(machine?.runtime === "crx" ? [["put", podVm(placed, {})] as const] : []),
    ],
    events: [{ actor: "vcenter-api", event: "create", object: object.id }],
    spendMs: 10,
  });
  if (intent.kind === "spherelet") installNode(transaction, object);
}

/** Brings a registered machine to the power state that is asked for. */
function finish(transaction: Transaction, intent: Intent, stepsMax: number | undefined): void {
  if (!isMachineKind(intent.kind)) return;
  if (startsBySteps(intent)) {
    continueStart(transaction, intent.objectId, startWish(intent), stepsMax);
    return;
  }
  const object = transaction.world.objects.get(intent.objectId);
  if (object?.power !== "off") return;
  if (wishedPower(intent.attributes) === "on") powerOn(transaction, object.id);
}

/** A Spherelet makes its host a node of the Kubernetes cluster (A01). */
function installNode(transaction: Transaction, spherelet: WorldObject): void {
  transaction.record({
    changes: [
      [
        "put",
        {
          id: `node-of-${spherelet.id}`,
          kind: "node",
          kindKey: "core/Node",
          apiVersion: "v1",
          name: spherelet.name,
          attributes: {},
          owner: spherelet.id,
          host: spherelet.name,
          phase: "Ready",
          revision: 0,
        },
      ],
    ],
    events: [{ actor: "spherelet", event: "register-node", object: spherelet.id }],
    spendMs: 10,
  });
}
